import { describe, expect, test } from "vitest";
import {
	addDays,
	addMinutes,
	addMonths,
	endAlong,
	endDate,
	floorTo,
	longDate,
	minutesBetween,
	moment,
	monthWeeks,
	parseDate,
	parseLaterDate,
	parseTime,
	shortDate,
	stepTime,
} from "./time";

test("a later start takes the end along, also past midnight; what has no length stays as it is", () => {
	expect(endAlong({ start: "10:00", end: "11:30" }, "18:00")).toBe("19:30");
	expect(endAlong({ start: "22:00", end: "23:30" }, "23:00")).toBe("00:30");
	expect(endAlong({ start: "22:00", end: "00:30" }, "20:00")).toBe("22:30");
	expect(endAlong({ start: "14:00", end: "13:00" }, "15:00")).toBe("13:00");
	expect(endAlong({ start: "10:00", end: "" }, "11:00")).toBe("");
});

describe("a time as people type it", () => {
	test.each([
		["9", "09:00"],
		["09", "09:00"],
		["14", "14:00"],
		["930", "09:30"],
		["0930", "09:30"],
		["1545", "15:45"],
		["9:30", "09:30"],
		["9.30", "09:30"],
		["9h30", "09:30"],
		["9 30", "09:30"],
		[" 9:30 ", "09:30"],
		["9pm", "21:00"],
		["9:15 PM", "21:15"],
		["12am", "00:00"],
		["12 pm", "12:00"],
		["0", "00:00"],
		["23:59", "23:59"],
	])("%s is %s", (text, time) => expect(parseTime(text)).toBe(time));

	test.each(["", "x", "24", "24:00", "9:60", "13pm", "0am", "9:3", "12345", "-1", "9:30:00"])(
		"%s is not a time",
		(text) => expect(parseTime(text)).toBeNull(),
	);
});

describe("a date as people type it", () => {
	const today = "2026-11-20";
	test.each([
		["2026-11-20", "2026-11-20"],
		["2026-1-5", "2026-01-05"],
		["20261120", "2026-11-20"],
		["24.12.", "2026-12-24"],
		["1.2.2027", "2027-02-01"],
		["today", "2026-11-20"],
		["Tomorrow", "2026-11-21"],
		["yesterday", "2026-11-19"],
		["+7", "2026-11-27"],
		["-20", "2026-10-31"],
	])("%s is %s", (text, date) => expect(parseDate(text, today)).toBe(date));

	test.each(["", "soon", "2026-02-30", "2026-13-01", "31.11.", "20"])("%s is not a date", (text) =>
		expect(parseDate(text, today)).toBeNull(),
	);

	test.each([
		["24.12.", "2026-12-24"],
		["20.11.", "2026-11-20"],
		["6.1.", "2027-01-06"],
		["6.1.2026", "2026-01-06"],
		["+7", "2026-11-08"],
		["31.11.", null],
	])("%s of something from 20 November on is %s", (text, date) =>
		expect(parseLaterDate(text, "2026-11-01", today)).toBe(date),
	);
});

describe("stepping and wall-clock arithmetic", () => {
	test("arrows go to the grid's next line and stay within the day", () => {
		expect(stepTime("09:00", 15, 1)).toBe("09:15");
		expect(stepTime("09:07", 15, 1)).toBe("09:15");
		expect(stepTime("09:07", 15, -1)).toBe("09:00");
		expect(stepTime("23:50", 15, 1)).toBe("23:45");
		expect(stepTime("00:00", 15, -1)).toBe("00:00");
	});

	test("minutes cross midnight, months and leap days on the clock face", () => {
		expect(addMinutes("2026-11-20T23:30", 60)).toBe("2026-11-21T00:30");
		expect(addMinutes("2026-11-20T13:00:00", -780)).toBe("2026-11-20T00:00");
		expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
		expect(minutesBetween("2026-11-20T22:00:00", "2026-11-21T02:00")).toBe(240);
		expect(floorTo("2026-11-20T10:54", 15)).toBe("2026-11-20T10:45");
	});

	test("a day on which the clocks change is still 24 hours of clock face", () => {
		// Berlin loses 02:00 to 03:00 on this day; the board shows wall time, so nothing moves.
		expect(addMinutes("2026-03-29T01:30", 60)).toBe("2026-03-29T02:30");
		expect(minutesBetween("2026-03-29T00:00", "2026-03-30T00:00")).toBe(1440);
	});

	test("an end before the start is past midnight only when that is plausible", () => {
		expect(endDate("2026-11-20", "22:00", "02:00")).toBe("2026-11-21");
		expect(endDate("2026-11-20", "13:00", "14:00")).toBe("2026-11-20");
		expect(endDate("2026-11-20", "14:00", "13:00")).toBe("2026-11-20");
		expect(endDate("2026-11-20", "14:00", "14:00")).toBe("2026-11-20");
	});
});

test("dates are said with what tells them apart", () => {
	expect(longDate("2026-11-20", "2026-01-01")).toBe("Friday, 20 November");
	expect(longDate("2027-11-20", "2026-01-01")).toBe("Saturday, 20 November 2027");
	expect(shortDate("2026-11-20")).toBe("Fri 20 Nov");
	expect(shortDate("2026-10-03", "2026-11-20")).toBe("Sat 3 Oct");
	expect(shortDate("2027-10-03", "2026-11-20")).toBe("Sun 3 Oct 2027");
	expect(moment("2025-11-19T10:36:12", "2026-11-20")).toBe("Wed 19 Nov 2025, 10:36");
	expect(moment("2026-11-20T10:36:12", "2026-11-20")).toBe("10:36");
	expect(moment("2026-11-19T10:36:12", "2026-11-20")).toBe("Thu 19 Nov, 10:36");
});

test("a month is six whole weeks from Monday", () => {
	const weeks = monthWeeks("2026-11-20");
	expect(weeks[0]![0]).toBe("2026-10-26");
	expect(weeks[5]![6]).toBe("2026-12-06");
	expect(addMonths("2026-12-31", 1)).toBe("2027-01-01");
	expect(addMonths("2026-01-15", -1)).toBe("2025-12-01");
});
