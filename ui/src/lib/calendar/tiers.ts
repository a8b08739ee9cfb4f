/** What customers are called, and from how many points on: a line each, such as "gold 500". Pure. */
import type { JsonValue, Problem } from "../bindings";
import { m } from "../messages";
import type { Json } from "../records/fields";

/** Rejects with the line that is none, at its field: nobody is gold from no points on by a slip. */
export function readTier(line: string): Json {
	const match = /^(.*\S)\s+(\d+)$/.exec(line);
	if (match) return { name: match[1]!, points: Number(match[2]) };
	const message = m.calendar.notTier(line);
	const problem: Problem = { kind: "refusal", code: "field_invalid", message, details: { field: "tiers" } };
	throw problem;
}

/** A policy as its form shows it: tiers as lines, and what goes without saying, said. */
export const shownPolicy = (policy: Json): Json => ({
	...policy,
	tiers: ((policy["tiers"] ?? []) as Json[]).map(
		({ name, points }): JsonValue => `${String(name)} ${String(points)}`,
	),
	customer_overlap: policy["customer_overlap"] ?? "allow",
});
