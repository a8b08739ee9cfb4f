/** Two people changed the same thing: what the details of `changed_elsewhere` say, and how it reads. Pure. */
import type { JsonValue, Problem } from "../bindings";
import { spanText } from "../board/layout";
import { m } from "../messages";
import { dateOf, shortDate } from "../time";

export type Clash = { current: JsonValue; wanted: JsonValue };

/** Both values, null when the problem does not bring them. */
export function clashOf(problem: Problem): Clash | null {
	const { code, details } = problem;
	if (code !== "changed_elsewhere" || typeof details !== "object" || details === null) return null;
	if (Array.isArray(details)) return null;
	const { current, wanted } = details;
	return current === undefined || wanted === undefined ? null : { current, wanted };
}

/** A value, as a person reads it. `named` gives the name for an id, "" when there is none to give. */
export function said(value: JsonValue | undefined, named: (id: string) => string): string {
	if (value === null || value === undefined || value === "") return m.conflict.empty;
	if (Array.isArray(value)) return value.map((one) => said(one, named)).join(", ") || m.conflict.empty;
	if (typeof value === "object") {
		const parts = () => Object.values(value).map((one) => said(one, named));
		return stay(value) ?? parts().join(", ");
	}
	const text = String(value);
	return named(text) || (isId(text) ? m.conflict.unnamed : text);
}

function stay(value: { [key in string]: JsonValue }): string | null {
	const { local_start: start, local_end: end } = value;
	if (typeof start !== "string" || typeof end !== "string") return null;
	return `${shortDate(dateOf(start))}, ${spanText(start, end)}`;
}

const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
