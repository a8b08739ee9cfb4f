/** Rows as forms: what a field of a row is, its text while somebody types, and back. A form that changes a row
 *  sends, for each field that was changed, what the person saw and what it becomes. Pure. */
import type { JsonValue } from "../bindings";
import { parseHours, sayHours, type OpenSpan } from "./hours";
import { parseMoney, sayMoney, type Money } from "./money";

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
			return value ? sayMoney(value as Money) : "";
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

/** What a field means for its row. Rejects with the words of the person where it means nothing. */
export function meant(field: Field, value: FormValue, currency: string): JsonValue {
	if (typeof value === "boolean") return value;
	if (Array.isArray(value)) return [...value].sort();
	const text = value.trim();
	switch (field.kind) {
		case "number":
			if (text === "" && field.optional) return null;
			// What is no whole number is left for the rules to refuse by name.
			return /^-?\d+$/.test(text) ? Number(text) : text === "" ? 0 : text;
		case "money":
			return text === "" ? null : parseMoney(text, currency);
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
export function rowOfForm(fields: Field[], form: FormValues, currency: string): Json {
	return Object.fromEntries(
		fields.map((field) => [field.key, meant(field, form[field.key] ?? "", currency)]),
	);
}

/** For each field that was changed, what the row said and what it is to say; none where nothing was. */
export function patchesOf(fields: Field[], row: Json, form: FormValues, currency: string): Json {
	const patches: Json = {};
	for (const field of fields) {
		const value = form[field.key] ?? "";
		const before = shown(field, row[field.key]);
		if (JSON.stringify(before) === JSON.stringify(typeof value === "string" ? value.trim() : value))
			continue;
		const from = row[field.key] ?? meant(field, before, currency);
		patches[field.key] = { from, to: meant(field, value, currency) };
	}
	return patches;
}
