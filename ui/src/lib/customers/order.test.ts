import { expect, test } from "vitest";
import type { CustomerBooking } from "../bindings";
import { inOrder } from "./order";

const booking = (local_start: string, more: Partial<CustomerBooking> = {}) =>
	({ id: local_start, local_start, status: "confirmed", place: "", ...more }) as CustomerBooking;

test("tonight's booking comes first, and what is over or called off comes last", () => {
	const all = [
		booking("2026-11-01T10:00:00"),
		booking("2026-11-20T20:00:00"),
		booking("2026-11-21T20:00:00", { status: "cancelled" }),
		booking("2027-03-01T10:00:00"),
		booking("2026-12-01T10:00:00", { place: "cancelled" }),
		booking("2026-10-01T10:00:00"),
	];
	expect(inOrder(all, "2026-11-20T12:00").map(({ local_start }) => local_start.slice(0, 10))).toEqual([
		"2026-11-20",
		"2027-03-01",
		"2026-12-01",
		"2026-11-21",
		"2026-11-01",
		"2026-10-01",
	]);
});
