/** Weekly opening hours as text: one line for each span, `Mo-Fr 08:00-22:00`, `Sa, Su 10:00-02:00`, and where it does
 *  not hold for good `Mo 08:00-12:00 from 2026-12-01 until 2027-02-28`. Whether they make sense, the rules say. Pure. */
import type { Problem } from "../bindings";
import { m } from "../messages";
import { parseTime } from "../time";

export type OpenSpan = {
	weekday: number;
	opens: string;
	closes: string;
	valid_from?: string;
	valid_until?: string;
	inactive?: boolean;
};

const DAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"];
const NAMES = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const LINE =
	/^([a-z,\s-]+?)\s+([\d:.]+)\s*(?:-|to|–)\s*([\d:.]+)(?:\s+from\s+(\d{4}-\d\d-\d\d))?(?:\s+until\s+(\d{4}-\d\d-\d\d))?(\s+off)?$/i;

export function sayHours(spans: OpenSpan[]): string {
	const byRest = new Map<string, number[]>();
	for (const span of [...spans].sort((a, b) => a.weekday - b.weekday || a.opens.localeCompare(b.opens))) {
		const rest = [
			`${span.opens.slice(0, 5)}-${span.closes.slice(0, 5)}`,
			span.valid_from ? `from ${span.valid_from}` : "",
			span.valid_until ? `until ${span.valid_until}` : "",
			span.inactive ? "off" : "",
		]
			.filter(Boolean)
			.join(" ");
		byRest.set(rest, [...(byRest.get(rest) ?? []), span.weekday]);
	}
	return [...byRest].map(([rest, days]) => `${sayDays(days)} ${rest}`).join("\n");
}

function sayDays(days: number[]): string {
	const name = (day: number) => NAMES[day - 1] ?? "";
	const runs: number[][] = [];
	for (const day of days) {
		const last = runs.at(-1);
		if (last && last.at(-1) === day - 1) last.push(day);
		else runs.push([day]);
	}
	return runs
		.map((run) => (run.length > 2 ? `${name(run[0]!)}-${name(run.at(-1)!)}` : run.map(name).join(", ")))
		.join(", ");
}

export function parseHours(text: string): OpenSpan[] {
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter(Boolean)
		.flatMap(parseLine);
}

function parseLine(line: string): OpenSpan[] {
	const match = LINE.exec(line);
	const opens = parseTime(match?.[2] ?? "");
	const closes = parseTime(match?.[3]?.replace(/^24(:00)?$/, "0") ?? "");
	const days = match ? parseDays(match[1]!) : null;
	if (!match || opens === null || closes === null || days === null) throw notHours(line);
	return days.map((weekday) => ({
		weekday,
		opens: `${opens}:00`,
		closes: `${closes}:00`,
		...(match[4] ? { valid_from: match[4] } : {}),
		...(match[5] ? { valid_until: match[5] } : {}),
		...(match[6] ? { inactive: true } : {}),
	}));
}

function parseDays(text: string): number[] | null {
	const days: number[] = [];
	for (const part of text
		.toLowerCase()
		.split(/[,\s]+/)
		.filter(Boolean)) {
		const [from, to = from] = part.split("-").map((day) => DAYS.indexOf(day.slice(0, 2)) + 1);
		if (!from || !to) return null;
		for (let day = from; ; day = (day % 7) + 1) {
			days.push(day);
			if (day === to) break;
		}
	}
	return days.length > 0 ? days : null;
}

const notHours = (line: string): Problem => ({
	kind: "refusal",
	code: "field_invalid",
	message: m.records.notHours(line),
	details: { field: "hours" },
});
