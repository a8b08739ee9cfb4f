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
	expect(cell(table, 0, 2, TODAY)).toBe("25 %");
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
