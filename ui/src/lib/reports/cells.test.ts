import { expect, test } from "vitest";
import type { ReportTable } from "../bindings";
import { cell, counts, shown, title } from "./cells";

const TODAY = "2026-11-20";

test("the sum of all services is told apart from bookings without a service", () => {
	const columns = ["service", "due", "no_show_rate"];
	const table: ReportTable = {
		name: "rows",
		columns,
		rows: [
			["", "8", "0.25"],
			["", "3", ""],
			["Yoga", "5", "0"],
		],
	};
	const services = [0, 1, 2].map((row) => cell(table, row, 0, TODAY));
	expect(services).toEqual(["All services", "No service", "Yoga"]);
	expect(cell(table, 0, 2, TODAY)).toBe("25%");
	expect(counts(table, 2, TODAY)).toBe(true);
	// Elsewhere the first row is a row like any other.
	const revenue: ReportTable = { name: "rows", columns: ["service"], rows: [[""]] };
	expect(cell(revenue, 0, 0, TODAY)).toBe("No service");
});

test("how it was paid is said in words, and the currency by the amounts alone", () => {
	const columns = ["date", "method", "service_id", "currency", "net_minor"];
	const table: ReportTable = {
		name: "rows",
		columns,
		rows: [["2026-11-21", "card", "s1", "EUR", "80.00 EUR"]],
	};
	expect(shown(table).map(({ name }) => title(name))).toEqual(["Date", "Method", "Net"]);
	const said = shown(table).map(({ index }) => cell(table, 0, index, TODAY));
	expect(said).toEqual(["Sat 21 Nov", "Card", "80.00 EUR"]);
	expect(counts(table, 4, TODAY)).toBe(true);
});

test("weekdays are called as dates call them", () => {
	const table: ReportTable = { name: "rows", columns: ["weekday"], rows: [["6"]] };
	expect(cell(table, 0, 0, TODAY)).toBe("Sat");
});

test("what waits for approval says when and whether it competes as a person would", () => {
	const columns = ["starts_at", "local_start", "local_end", "title", "made_at", "approve_by", "competing"];
	const table: ReportTable = {
		name: "rows",
		columns,
		rows: [
			[
				"2026-11-23T12:00:00.000Z",
				"2026-11-23T13:00:00",
				"2026-11-23T14:00:00",
				"",
				"2026-11-20T14:39:31.785Z",
				"2026-11-22T14:39:31.785Z",
				"false",
			],
			[
				"2026-11-23T22:00:00.000Z",
				"2026-11-23T23:00:00",
				"2026-11-24T01:00:00",
				"",
				"2026-11-20T14:39:31.785Z",
				"",
				"true",
			],
		],
	};
	expect(shown(table).map(({ name }) => title(name))).toEqual([
		"Start",
		"End",
		"Title",
		"Made at",
		"Approve by",
		"Competes",
	]);
	const said = [0, 1].map((row) => shown(table).map(({ index }) => cell(table, row, index, TODAY)));
	expect(said).toEqual([
		["Mon 23 Nov, 13:00", "14:00", "", "Fri 20 Nov, 14:39", "Sun 22 Nov, 14:39", "No"],
		["Mon 23 Nov, 23:00", "Tue 24 Nov, 01:00", "", "Fri 20 Nov, 14:39", "", "Yes"],
	]);
});

test("an hour of the day is a time", () => {
	const table: ReportTable = { name: "rows", columns: ["hour"], rows: [["8"], ["13"]] };
	expect([0, 1].map((row) => cell(table, row, 0, TODAY))).toEqual(["08:00", "13:00"]);
});
