import { expect, test } from "vitest";
import { typedInto, wallTimes, type DatesForm } from "./dates";

const form: DatesForm = {
	kind: "closure",
	resourceId: "",
	staffId: "",
	allDay: true,
	from: "2026-11-25",
	until: "2026-11-23",
	start: "09:00",
	end: "08:00",
	reason: "",
	weeks: 1,
};

test("an end before its start is asked for as it was typed, and refused where it was typed", () => {
	expect(wallTimes(form)).toEqual([["2026-11-25T00:00", "2026-11-24T00:00"]]);
	expect(typedInto(form, "end")).toBe("until");
	const hours = { ...form, allDay: false };
	expect(wallTimes(hours)).toEqual([["2026-11-25T09:00", "2026-11-23T08:00"]]);
	expect(typedInto(hours, "end")).toBe("until");
	const oneDay = { ...hours, until: hours.from };
	expect(wallTimes(oneDay)).toEqual([["2026-11-25T09:00", "2026-11-25T08:00"]]);
	expect(typedInto(oneDay, "end")).toBe("end");
});

test("hours past midnight end on the next day, and whole days where the day after begins", () => {
	const night = { ...form, allDay: false, until: form.from, start: "22:00", end: "02:00", weeks: 2 };
	expect(wallTimes(night)).toEqual([
		["2026-11-25T22:00", "2026-11-26T02:00"],
		["2026-12-02T22:00", "2026-12-03T02:00"],
	]);
	expect(wallTimes({ ...form, until: "2026-11-26" })).toEqual([["2026-11-25T00:00", "2026-11-27T00:00"]]);
});
