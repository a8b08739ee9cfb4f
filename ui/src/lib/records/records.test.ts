import { describe, expect, test } from "vitest";
import {
	blankForm,
	followed,
	formOfRow,
	nowSaid,
	patchesOf,
	readAmounts,
	rebased,
	rowOfForm,
	wholeOf,
	type Field,
} from "./fields";
import { parseHours, sayHours } from "./hours";
import { newId } from "./records.svelte";

const fields: Field[] = [
	{ key: "name", label: "Name", kind: "text" },
	{ key: "minutes", label: "Minutes", kind: "number" },
	{ key: "free", label: "Free", kind: "number", optional: true },
	{ key: "price", label: "Price", kind: "money" },
	{ key: "active", label: "Active", kind: "flag" },
	{ key: "tags", label: "Tags", kind: "words" },
];
const eur = (minor: number, text: string) => ({ minor, currency: "EUR", text });
const row = { name: "Lesson", minutes: 60, price: eur(2550, "25.50 EUR"), active: true };

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
		expect(patchesOf(fields, row, form)).toEqual({});
	});

	test("what was changed says what it was and what it becomes", () => {
		const form = { ...formOfRow(fields, row), free: "120", price: "30", tags: "junior, gold, junior" };
		const price = eur(3000, "30.00 EUR");
		expect(patchesOf(fields, row, form, { price })).toEqual({
			free: { from: null, to: 120 },
			price: { from: row.price, to: price },
			tags: { from: [], to: ["gold", "junior"] },
		});
	});

	test("a new row has every field", () => {
		expect(rowOfForm(fields, { ...blankForm(fields), name: " Court " })).toEqual({
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
		expect(patchesOf(fields, before, form)).toEqual({
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
		expect(patchesOf(fields, before, form)["minutes"]).toEqual({ from: 60, to: 45 });
	});
});

describe("what was typed as an amount", () => {
	const typed = (price: string) => ({ ...blankForm(fields), name: "Lesson", price });

	test("is what the desk reads it as", async () => {
		const asked: string[][] = [];
		const read = (field: string, text: string) => {
			asked.push([field, text]);
			return Promise.resolve(eur(123400, "1234.00 EUR"));
		};
		const amounts = await readAmounts(fields, typed(" 1,234 "), read);
		expect(asked).toEqual([["price", "1,234"]]);
		expect(rowOfForm(fields, typed(" 1,234 "), amounts)["price"]).toEqual(eur(123400, "1234.00 EUR"));
	});

	test("is none where nothing was typed, and never where nobody read it", async () => {
		const none = await readAmounts(fields, typed(" "), () => Promise.reject(new Error("asked")));
		expect(rowOfForm(fields, typed(" "), none)["price"]).toBeNull();
		expect(() => rowOfForm(fields, typed("25"))).toThrow("price");
	});

	test("is refused with what the desk says of it", async () => {
		const problem = { kind: "refusal", code: "field_invalid", message: "", details: { field: "price" } };
		const reading = readAmounts(fields, typed("free"), () => Promise.reject(problem));
		await expect(reading).rejects.toBe(problem);
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

test("a whole number is one with its sign or without, and nothing else", () => {
	expect(["2", " +2 ", "-3", "−3"].map(wholeOf)).toEqual([2, 2, -3, -3]);
	expect(["viele", "", "1.5", "2 or so"].map(wholeOf)).toEqual([null, null, null, null]);
});
