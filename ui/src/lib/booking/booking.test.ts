import { describe, expect, test } from "vitest";
import type { BookingDetail } from "../bindings";
import { draftOf, type QuickForm } from "./draft";
import { buildEdit, formOf, rebase } from "./patch";

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

describe("the quick form", () => {
	const form: QuickForm = {
		resourceId: "r1",
		alsoIds: ["r2", "r1"],
		date: "2026-11-20",
		start: "22:00",
		end: "02:00",
		customerId: null,
		title: " Party ",
		customerNote: "",
		staffNote: "",
		description: "",
		attendees: 1,
		meetingUrl: "",
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
			attendees: null as unknown as number,
		});
		expect(draft.local_end).toBe("2026-11-20T13:00");
		expect(draft.attendee_count).toBe(0);
	});
});
