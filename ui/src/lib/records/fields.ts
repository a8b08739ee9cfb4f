/** Rows as forms: what a field of a row is, its text while somebody types, and back. A form that changes a row
 *  sends, for each field that was changed, what the person saw and what it becomes. Pure. */
import type { JsonValue, Price, Problem } from "../bindings";
import { m } from "../messages";
import { parseHours, sayHours, type OpenSpan } from "./hours";

export type Json = { [key in string]: JsonValue };
export type Kind =
	| "text"
	| "area"
	| "number"
	| "money"
	| "flag"
	| "select"
	| "many"
	| "words"
	| "lines"
	| "hours"
	| "colour";
export type Option = { value: string; label: string };

export type Field = {
	/** The name of the row's field. */
	key: string;
	label: string;
	kind: Kind;
	hint?: string;
	/** An empty field means none (`null`), not zero or "". */
	optional?: boolean;
	options?: () => Option[];
	/** What a new row begins with. */
	begin?: FormValue;
	/** Two such fields stand beside each other. */
	half?: boolean;
};

export type FormValue = string | boolean | string[];
export type FormValues = { [key in string]: FormValue };
/** What was typed as amounts, by field, as the domain reads it (`readAmounts`). */
export type Amounts = { [key in string]: Price };

/** What a field shows of a row; fields at their default are left out of rows. */
export function shown(field: Field, value: JsonValue | undefined): FormValue {
	switch (field.kind) {
		case "flag":
			return value === true;
		case "many":
			return (value ?? []) as string[];
		case "words":
			return ((value ?? []) as string[]).join(", ");
		case "lines":
			return ((value ?? []) as string[]).join("\n");
		case "hours":
			return sayHours((value ?? []) as OpenSpan[]);
		case "money":
			return value ? (value as Price).text : "";
		case "number":
			return value === null || value === undefined ? (field.optional ? "" : "0") : String(value);
		default:
			return value === null || value === undefined ? "" : String(value);
	}
}

/** A field of a row in words. */
export function sayField(field: Field, row: Json): string {
	const value = String(shown(field, row[field.key]));
	return field.options?.().find((option) => option.value === value)?.label ?? value;
}

/** Has the amounts of a form read. Rejects with the problem of a field that means none. */
export async function readAmounts(
	fields: Field[],
	form: FormValues,
	read: (field: string, text: string) => Promise<Price>,
): Promise<Amounts> {
	const typed = fields
		.filter(({ kind }) => kind === "money")
		.map(({ key }) => ({ key, text: String(form[key] ?? "").trim() }))
		.filter(({ text }) => text !== "");
	const found = typed.map(async ({ key, text }) => [key, await read(key, text)] as const);
	return Object.fromEntries(await Promise.all(found));
}

/** A whole number as people write one, with its sign or without; null for anything else. */
export function wholeOf(text: string): number | null {
	const typed = text.trim().replace("−", "-");
	return /^[+-]?\d+$/.test(typed) ? Number(typed) : null;
}

/** What a field means for its row. Rejects with the words of the person where it means nothing. */
export function meant(field: Field, value: FormValue, amounts: Amounts): JsonValue {
	if (typeof value === "boolean") return value;
	if (Array.isArray(value)) return [...value].sort();
	const text = value.trim();
	switch (field.kind) {
		case "number":
			if (text === "" && field.optional) return null;
			// What is no whole number is left for the rules to refuse by name.
			return /^-?\d+$/.test(text) ? Number(text) : text === "" ? 0 : text;
		case "money":
			if (text === "") return null;
			// An amount that nobody had read must not become none.
			if (!amounts[field.key]) throw new Error(`${field.key} was not read`);
			return amounts[field.key]!;
		case "words":
			return [...new Set(text.split(",").map((word) => word.trim()))].filter(Boolean).sort();
		case "lines":
			return text
				.split("\n")
				.map((line) => line.trim())
				.filter(Boolean);
		case "hours":
			return parseHours(text) as unknown as JsonValue;
		case "select":
			return text === "" && field.optional ? null : text;
		default:
			return text === "" && field.optional ? null : text;
	}
}

export function blankForm(fields: Field[]): FormValues {
	return Object.fromEntries(
		fields.map((field) => [field.key, field.begin ?? shown(field, field.optional ? null : undefined)]),
	);
}

export function formOfRow(fields: Field[], row: Json): FormValues {
	return Object.fromEntries(fields.map((field) => [field.key, shown(field, row[field.key])]));
}

/** The fields of a new row. */
export function rowOfForm(fields: Field[], form: FormValues, amounts: Amounts = {}): Json {
	return Object.fromEntries(
		fields.map((field) => [field.key, meant(field, form[field.key] ?? "", amounts)]),
	);
}

/** Whether the form still says of a field what the row said. */
const isLeftAlone = (field: Field, row: Json, value: FormValue) =>
	JSON.stringify(shown(field, row[field.key])) ===
	JSON.stringify(typeof value === "string" ? value.trim() : value);

/** Somebody else changed the row meanwhile: what the person left alone follows it, and what they typed stays. */
export function followed(fields: Field[], before: Json, form: FormValues, fresh: Json): FormValues {
	const follows = fields.filter((field) => isLeftAlone(field, before, form[field.key] ?? ""));
	return { ...form, ...formOfRow(follows, fresh) };
}

/**
 * The same, where each field is sent by itself: the one that the person was `told` of relies on the newer row from
 * now on, and whatever else they typed on what they saw, so that a second clash is not swallowed by the first.
 */
export function rebased(fields: Field[], before: Json, form: FormValues, fresh: Json, told: string) {
	const seen: Json = { ...fresh };
	for (const field of fields) {
		const relies = field.key !== told && !isLeftAlone(field, before, form[field.key] ?? "");
		if (relies) seen[field.key] = before[field.key] ?? null;
	}
	return { before: seen, form: followed(fields, before, form, fresh) };
}

/** What another desk has put into a field meanwhile; "" where the problem is another one. */
export function nowSaid(field: Field, { code, details }: Problem): string {
	if (code !== "changed_elsewhere" || typeof details !== "object" || details === null) return "";
	const current = Array.isArray(details) ? undefined : details["current"];
	if (current === undefined) return "";
	const shown = sayField(field, { [field.key]: current });
	return m.records.nowSaid(shown || m.conflict.empty);
}

/** For each field that was changed, what the row said and what it is to say; none where nothing was. */
export function patchesOf(fields: Field[], row: Json, form: FormValues, amounts: Amounts = {}): Json {
	const patches: Json = {};
	for (const field of fields) {
		const value = form[field.key] ?? "";
		if (isLeftAlone(field, row, value)) continue;
		const from = row[field.key] ?? meant(field, shown(field, row[field.key]), amounts);
		patches[field.key] = { from, to: meant(field, value, amounts) };
	}
	return patches;
}
