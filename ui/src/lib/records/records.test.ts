import { describe, expect, test } from "vitest";
import { blankForm, followed, formOfRow, nowSaid, patchesOf, rebased, rowOfForm, type Field } from "./fields";
import { parseHours, sayHours } from "./hours";
import { parseMoney, sayMoney } from "./money";
import { newId } from "./records.svelte";

const fields: Field[] = [
	{ key: "name", label: "Name", kind: "text" },
	{ key: "minutes", label: "Minutes", kind: "number" },
	{ key: "free", label: "Free", kind: "number", optional: true },
	{ key: "price", label: "Price", kind: "money" },
	{ key: "active", label: "Active", kind: "flag" },
	{ key: "tags", label: "Tags", kind: "words" },
];
const row = { name: "Lesson", minutes: 60, price: { minor: 2550, currency: "EUR" }, active: true };

describe("a row as a form", () => {
	test("a field left out of the row is at its default, and leaving it alone changes nothing", () => {
		const form = formOfRow(fields, row);
		expect(form).toEqual({
			name: "Lesson",
			minutes: "60",
			free: "",
			price: "25.50 EUR",
			active: true,
			tags: "",
		});
		expect(patchesOf(fields, row, form, "EUR")).toEqual({});
	});

	test("what was changed says what it was and what it becomes", () => {
		const form = { ...formOfRow(fields, row), free: "120", price: "30", tags: "junior, gold, junior" };
		expect(patchesOf(fields, row, form, "EUR")).toEqual({
			free: { from: null, to: 120 },
			price: { from: { minor: 2550, currency: "EUR" }, to: { minor: 3000, currency: "EUR" } },
			tags: { from: [], to: ["gold", "junior"] },
		});
	});

	test("a new row has every field", () => {
		expect(rowOfForm(fields, { ...blankForm(fields), name: " Court " }, "EUR")).toEqual({
			name: "Court",
			minutes: 0,
			free: null,
			price: null,
			active: false,
			tags: [],
		});
	});
});

describe("a row that somebody else changed while its form was open", () => {
	const fresh = { ...row, name: "Course", minutes: 90, tags: ["gold"] };
	const typed = { ...formOfRow(fields, row), name: "Training", free: "120" };

	test("what was typed stays, and what was left alone follows", () => {
		expect(followed(fields, row, typed, fresh)).toEqual({
			...formOfRow(fields, fresh),
			name: "Training",
			free: "120",
		});
	});

	test("what the person was told of can be saved after all", () => {
		const { before, form } = rebased(fields, row, typed, fresh, "name");
		expect(patchesOf(fields, before, form, "EUR")).toEqual({
			name: { from: "Course", to: "Training" },
			free: { from: null, to: 120 },
		});
	});

	test("and is told what it is now", () => {
		const details = { field: "name", current: "Course", wanted: "Training" };
		const problem = { kind: "refusal" as const, code: "changed_elsewhere", message: "", details };
		expect(nowSaid(fields[0]!, problem)).toContain("“Course”");
		expect(nowSaid(fields[0]!, { ...problem, code: "field_invalid" })).toBe("");
	});

	test("what they were not told of is not overwritten", () => {
		const { before, form } = rebased(fields, row, { ...typed, minutes: "45" }, fresh, "name");
		expect(patchesOf(fields, before, form, "EUR")["minutes"]).toEqual({ from: 60, to: 45 });
	});
});

describe("money", () => {
	test.each([
		["25", 2500],
		["25,50", 2550],
		["25.50 EUR", 2550],
		["€ 0.05", 5],
	])("%s", (text, minor) => expect(parseMoney(text, "EUR")).toEqual({ minor, currency: "EUR" }));

	test("has the digits of its currency", () => {
		expect(parseMoney("500", "JPY")).toEqual({ minor: 500, currency: "JPY" });
		expect(sayMoney({ minor: 1234, currency: "KWD" })).toBe("1.234 KWD");
	});

	test("what is no amount is said", () => {
		for (const text of ["", "abc", "1.2.3"]) expect(() => parseMoney(text, "EUR")).toThrow();
	});
});

describe("weekly hours", () => {
	test("are written as people write them", () => {
		const spans = parseHours("Mo-We 9-17\nSa, Su 22:00-02:00 from 2026-12-01");
		expect(spans.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 6, 7]);
		expect(spans[0]).toEqual({ weekday: 1, opens: "09:00:00", closes: "17:00:00" });
		expect(spans[4]).toMatchObject({ closes: "02:00:00", valid_from: "2026-12-01" });
		expect(sayHours(spans)).toBe("Mo-We 09:00-17:00\nSa, Su 22:00-02:00 from 2026-12-01");
	});

	test("round the week, and to midnight", () => {
		expect(parseHours("Sa-Mo 10-24:00").map(({ weekday }) => weekday)).toEqual([6, 7, 1]);
		expect(parseHours("Mo 10-24")[0]?.closes).toBe("00:00:00");
	});

	test("a line that means nothing is named", () => {
		expect(() => parseHours("whenever")).toThrow();
	});
});

test("new ids are in the order of time", () => {
	const ids = [1, 2, 3].map((at) => newId(1_700_000_000_000 + at));
	expect(ids).toEqual([...ids].sort());
	expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
