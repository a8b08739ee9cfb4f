import { describe, expect, test } from "vitest";
import type { Board, BoardBooking, BoardResource } from "../bindings";
import {
	blockSize,
	bookingLabel,
	bookingLine,
	bookingName,
	clickEnd,
	dayFraction,
	eventInputs,
	loadPercent,
	firstFree,
	glyphs,
	isPast,
	placeGlyph,
	scrollTime,
	spanText,
	statusGlyph,
} from "./layout";

const booking: BoardBooking = {
	id: "b1",
	resource_ids: ["r1", "r2"],
	local_start: "2026-03-29T02:30:00",
	local_end: "2026-03-29T03:30:00",
	starts_at: "2026-03-29T01:30:00Z",
	ends_at: "2026-03-29T01:30:00Z",
	title: "Tennis",
	customer_id: "c1",
	customer_name: "Tracy Smith",
	status: "confirmed",
	standing: "committed",
	standing_reason: "",
	attendee_count: 1,
	service_name: "",
	colour: "",
	capacity: null,
	places_taken: 0,
	buffer_before_minutes: 0,
	buffer_after_minutes: 0,
	competing: false,
	series_id: null,
	venue_id: "venue-1",
};
const resource = (id: string, booked_minutes: number, open_minutes = 720): BoardResource => ({
	id,
	name: `Court ${id}`,
	kind: "court",
	location: "",
	description: "",
	active: true,
	deleted: false,
	venue_ids: ["v"],
	booked_minutes,
	booked_open_minutes: Math.min(booked_minutes, open_minutes),
	open_minutes,
	needs_approval: false,
	staff_id: null,
});
const board = (change: Partial<Board>): Board => ({
	venue_id: "v",
	date: "2026-03-29",
	today: "2026-03-29",
	local_now: "2026-03-29T10:54:12",
	zone_abbreviation: "CEST",
	resources: [],
	bookings: [],
	busy: [],
	closed: [],
	...change,
});

describe("the board as the grid wants it", () => {
	test("a booking is drawn at its wall time, as text, in every column it claims", () => {
		const [event] = eventInputs(board({ bookings: [booking] }));
		expect(event).toMatchObject({
			id: "b1",
			start: "2026-03-29T02:30:00",
			end: "2026-03-29T03:30:00",
			resourceIds: ["r1", "r2"],
			editable: true,
		});
	});

	test("what is over and done with does not move by a slip of the mouse", () => {
		const [event] = eventInputs(board({ bookings: [{ ...booking, status: "no_show" }] }));
		expect(event!.editable).toBe(false);
	});

	test("a busy period is a background without a name", () => {
		const busy = {
			resource_id: "r1",
			local_start: "2026-03-29T08:00:00",
			local_end: "2026-03-29T09:00:00",
		};
		const [event] = eventInputs(board({ busy: [busy] }));
		expect(event).toMatchObject({ display: "background", resourceIds: ["r1"] });
		expect(event!.title).toBeUndefined();
	});
});

describe("what a block says", () => {
	test("the customer first, else the title", () => {
		expect([bookingName(booking), bookingLine(booking)]).toEqual(["Tracy Smith", "Tennis"]);
		const nameless = { ...booking, customer_name: "" };
		expect([bookingName(nameless), bookingLine(nameless)]).toEqual(["Tennis", ""]);
	});

	test("the reason of a risk takes the second line", () => {
		const risky = { ...booking, standing: "at_risk" as const, standing_reason: "Also booked by Desk 2" };
		expect(bookingLine(risky)).toBe("Also booked by Desk 2");
	});

	test("everything, for the tooltip and the screen reader", () => {
		expect(bookingLabel(booking, (id) => (id === "r1" ? "Court r1" : ""))).toBe(
			"Tracy Smith, Tennis, 02:30 to 03:30, Court r1. Confirmed, committed",
		);
	});

	test("glyphs: worth first, and how far it is when that is not the ordinary", () => {
		expect(glyphs(booking)).toEqual(["check"]);
		expect(glyphs({ ...booking, standing: "tentative" })).toEqual(["clock"]);
		expect(glyphs({ ...booking, standing: "at_risk", status: "pending" })).toEqual([
			"pending",
			"warning",
		]);
	});

	test("who waits for a place, or gave it back, does not wear the sign of who has one", () => {
		const glyphs = ["waitlisted", "absent", "excused", "cancelled"].map(placeGlyph);
		expect(glyphs).not.toContain(placeGlyph("booked"));
		expect(placeGlyph("booked")).toBe(statusGlyph("confirmed"));
	});

	test("a span past midnight names the day it ends", () => {
		expect(spanText("2026-11-20T22:00", "2026-11-21T02:00")).toBe("22:00 to 02:00 (Sat 21 Nov)");
	});
});

describe("the day", () => {
	test("opens an hour before now, else before the first booking, else at eight", () => {
		expect(scrollTime(board({}))).toBe("09:30");
		expect(scrollTime(board({ local_now: "2026-03-29T00:20:00" }))).toBe("00:00");
		const other = { today: "2026-04-01" };
		expect(scrollTime(board({ ...other, bookings: [booking] }))).toBe("02:00");
		expect(scrollTime(board(other))).toBe("08:00");
	});

	test("is as full as the open time of its resources is", () => {
		expect(loadPercent([resource("a", 720), resource("b", 0)])).toBe(50);
		expect(loadPercent([resource("a", 300, 600), resource("b", 0, 900)])).toBe(20);
		expect(loadPercent([resource("a", 60, 0)])).toBeNull();
		expect(loadPercent([])).toBeNull();
	});

	test("now is a fraction of today and nowhere else", () => {
		expect(dayFraction("2026-03-29T12:00", "2026-03-29")).toBe(0.5);
		expect(dayFraction("2026-03-29T12:00", "2026-03-30")).toBeNull();
		expect(isPast("2026-03-29T10:54:00", "2026-03-29T10:54")).toBe(true);
		expect(isPast("2026-03-29T11:00:00", "2026-03-29T10:54")).toBe(false);
	});

	test("a click marks an hour, in whole slots", () => {
		expect(clickEnd("2026-03-29T09:00", 15)).toBe("2026-03-29T10:00");
		expect(clickEnd("2026-03-29T09:00", 40)).toBe("2026-03-29T10:20");
		expect(clickEnd("2026-03-29T09:00", 120)).toBe("2026-03-29T11:00");
		expect(blockSize("2026-03-29T09:00", "2026-03-29T09:15")).toBe("tiny");
	});
});

describe("a booking without a place begins", () => {
	const at = (resource: string, start: string, end: string): BoardBooking => ({
		...booking,
		resource_ids: [resource],
		local_start: `2026-03-30T${start}:00`,
		local_end: `2026-03-30T${end}:00`,
	});
	const begins = (change: Partial<Board>, from = "09:00") =>
		firstFree(board({ date: "2026-03-30", ...change }), ["r1", "r2"], `2026-03-30T${from}`, 30);

	test("in the first column where nothing lies then", () => {
		expect(begins({})).toEqual({ resourceId: "r1", start: "2026-03-30T09:00" });
		expect(begins({ bookings: [at("r1", "09:30", "10:00")] })?.resourceId).toBe("r2");
		expect(
			begins({ bookings: [at("r1", "08:00", "09:00"), at("r1", "10:00", "11:00")] })?.resourceId,
		).toBe("r1");
	});

	test("later where every column is taken, closed or wanted before and after", () => {
		const buffered = { ...at("r1", "08:00", "09:00"), buffer_after_minutes: 15 };
		const shut = {
			resource_id: "r2",
			local_start: "2026-03-30T00:00:00",
			local_end: "2026-03-30T10:00:00",
		};
		const closed = [{ ...shut, kind: "", reason: "" }];
		expect(begins({ bookings: [buffered], closed })).toEqual({
			resourceId: "r1",
			start: "2026-03-30T09:30",
		});
	});

	test("nowhere on a day that is full", () => {
		const [a, b] = ["r1", "r2"].map((one) => at(one, "00:00", "23:59"));
		expect(begins({ bookings: [a!, b!] }, "21:00")).toBeNull();
	});
});
