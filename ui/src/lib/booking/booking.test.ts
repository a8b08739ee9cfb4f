import { describe, expect, test } from "vitest";
import type { BookingDetail, JsonValue, Problem } from "../bindings";
import { m } from "../messages";
import { clashOf, said } from "./clash";
import { draftOf, noRepeat, plainSale, repeatOf, sayRule, type QuickForm } from "./draft";
import { buildEdit, formOf, rebase } from "./patch";
import { termsOf } from "./terms";

const before = {
	id: "b1",
	title: "Tennis",
	description: "",
	customer_note: "Ball machine",
	staff_note: "",
	meeting_url: "",
	attendee_count: 1,
	customer_id: "c1",
} as BookingDetail;

const seen = formOf(before);

describe("an edit is a patch", () => {
	test("an untouched form changes nothing", () => {
		expect(buildEdit("b1", seen, seen)).toBeNull();
		expect(buildEdit("b1", seen, { ...seen, title: " Tennis " })).toBeNull();
	});

	test("only what was changed is sent, with what it was", () => {
		const edit = buildEdit("b1", seen, {
			...seen,
			title: "Doubles",
			attendee_count: 4,
			customer_id: null,
		});
		expect(edit).toEqual({
			booking_id: "b1",
			title: { from: "Tennis", to: "Doubles" },
			description: null,
			customer_note: null,
			staff_note: null,
			meeting_url: null,
			attendee_count: { from: 1, to: 4 },
			customer_id: { from: "c1", to: null },
			scope: "this",
		});
	});

	test("emptying a field is a change", () => {
		expect(buildEdit("b1", seen, { ...seen, customer_note: "" })?.customer_note).toEqual({
			from: "Ball machine",
			to: "",
		});
	});
});

describe("someone else changed the booking while it was being edited", () => {
	const fresh = { ...seen, title: "Doubles", staff_note: "Paid", customer_note: "No machine" };
	const typed = { ...seen, title: "Singles", customer_note: "Two machines" };

	test("mine over theirs relies on theirs; fields left alone follow; a second clash is still one", () => {
		const { before, form } = rebase(seen, typed, fresh, "title");
		expect(buildEdit("b1", before, form)).toMatchObject({
			title: { from: "Doubles", to: "Singles" },
			staff_note: null,
			customer_note: { from: "Ball machine", to: "Two machines" },
		});
	});
});

describe("both values of a clash", () => {
	const names: Record<string, string> = { r1: "Court 1", r2: "Court 2" };
	const reads = (value: JsonValue) => said(value, (id) => names[id] ?? "");
	const problem = (details: JsonValue): Problem => ({
		kind: "refusal",
		code: "changed_elsewhere",
		message: "",
		details,
	});

	test("read like what a person wrote: times in words, names instead of numbers", () => {
		expect(reads({ local_start: "2026-11-20T13:00:00", local_end: "2026-11-20T14:00:00" })).toBe(
			"Fri 20 Nov, 13:00 to 14:00",
		);
		expect(reads(["r1", "r2"])).toBe("Court 1, Court 2");
		expect(reads("0198c3a1-77aa-7c2b-9d40-1f2e3d4c5b6a")).toBe(m.conflict.unnamed);
		expect(reads("")).toBe(m.conflict.empty);
		expect(reads(4)).toBe("4");
	});

	test("are shown only when the problem brings both; an emptied field is a value too", () => {
		expect(clashOf(problem({ field: "customer_id", current: null, wanted: "c1" }))).toEqual({
			current: null,
			wanted: "c1",
		});
		expect(clashOf(problem({ field: "title", current: "Tennis" }))).toBeNull();
		expect(clashOf(problem(null))).toBeNull();
		expect(clashOf({ ...problem({ current: 1, wanted: 2 }), code: "slot_taken" })).toBeNull();
	});
});

describe("the quick form", () => {
	const form: QuickForm = {
		resourceId: "r1",
		alsoIds: ["r2", "r1"],
		date: "2026-11-20",
		start: "22:00",
		end: "02:00",
		customerId: null,
		texts: {
			title: " Party ",
			description: "",
			customer_note: "",
			staff_note: "",
			meeting_url: "",
			attendee_count: 1,
		},
		sale: plainSale(),
		repeat: noRepeat(),
	};

	test("becomes a draft in wall time, ending the next day when it runs past midnight", () => {
		expect(draftOf("v1", form)).toMatchObject({
			venue_id: "v1",
			resource_ids: ["r1", "r2"],
			local_start: "2026-11-20T22:00",
			local_end: "2026-11-21T02:00",
			title: "Party",
		});
	});

	test("leaves an end before the start, and an emptied number, to the rules", () => {
		const draft = draftOf("v1", {
			...form,
			start: "14:00",
			end: "13:00",
			texts: { ...form.texts, attendee_count: null as unknown as number },
		});
		expect(draft.local_end).toBe("2026-11-20T13:00");
		expect(draft.attendee_count).toBe(0);
	});

	test("any court is chosen when it is booked", () => {
		const draft = draftOf("v1", { ...form, resourceId: "any:court", alsoIds: ["r2"] });
		expect(draft).toMatchObject({ resource_ids: ["r2"], any_of: ["court"] });
	});

	test("says what is sold only where something is", () => {
		expect(draftOf("v1", form).sale).toMatchObject({
			service_id: null,
			capacity: null,
			by_package: false,
		});
		const sale = { ...plainSale(), serviceId: "s1", isClass: true, places: 12, outside: " late " };
		expect(draftOf("v1", { ...form, sale }).sale).toMatchObject({
			service_id: "s1",
			capacity: 12,
			by_package: true,
			outside_hours_reason: "late",
		});
	});

	test("recurs by a rule that a person did not have to write", () => {
		expect(repeatOf(noRepeat())).toBeNull();
		const weekly = { ...noRepeat(), every: "weekly" as const, times: 8 };
		expect(repeatOf(weekly)).toEqual({
			rrule: "FREQ=WEEKLY;COUNT=8",
			except: [],
			skip: true,
		});
		const until = {
			...weekly,
			every: "fortnightly" as const,
			ends: "until" as const,
			until: "2027-01-31",
		};
		expect(repeatOf(until)?.rrule).toBe("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270131T235959");
		const custom = { ...weekly, every: "custom" as const, rule: " FREQ=YEARLY;COUNT=2 " };
		for (const form of [weekly, until, custom]) {
			const except = ["2026-12-25", "2027-01-01"];
			expect(repeatOf({ ...form, except })?.except).toEqual(except);
		}
		expect(sayRule("FREQ=WEEKLY;COUNT=8")).toBe("Every week, 8 times");
		expect(sayRule("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270131T235959")).toBe(
			"Every two weeks, until 2027-01-31",
		);
		expect(sayRule("FREQ=YEARLY;COUNT=2")).toBe("FREQ=YEARLY;COUNT=2");
	});
});

test("what calling off costs is said of whoever pays: with credits, with money, or not at all", () => {
	const price = { minor: 1000, currency: "EUR", text: "10.00 EUR" };
	const late = { cancels_late: true, free_until: "2026-11-19T10:00", price };
	const free = { ...late, cancels_late: false };
	const [credit, money] = [
		{ credits: 1, package_name: "Ten lessons" },
		{ credits: 0, package_name: "" },
	];
	const said = (booking: typeof late, by: typeof credit) => termsOf(booking, by, "2026-11-19");
	expect(said(late, credit)).toBe("Late: 1 credit of Ten lessons is lost.");
	expect(said(late, money)).toBe("Late: 10.00 EUR stays owed.");
	expect(said(free, credit)).toContain("1 credit goes back to Ten lessons.");
	expect(said(free, money)).not.toContain("Ten lessons");
	expect(termsOf({ ...late, price: null }, money, "2026-11-19")).toBe(m.cancelling.late);
	expect(termsOf({ ...free, free_until: null }, money, "2026-11-19")).toBe(m.cancelling.always);
});
