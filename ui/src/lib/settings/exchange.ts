/** What imports say, as Rust writes it, and how it is read and counted. Pure but for reading a file. */
import type { JsonValue, Problem } from "../bindings";
import { m } from "../messages";

/** An occurrence of a calendar, and what came of it or would. */
export type Occurrence = {
	starts_at: JsonValue;
	ends_at: JsonValue;
	local_start: string;
	local_end: string;
	summary: string;
	resource: string | null;
	outcome: string;
	message: string | null;
};
export type CalendarReport = { occurrences: Occurrence[]; problems: { message: string }[] };

/** How many there are of each outcome. */
export function calendarCounts(occurrences: Occurrence[]): [string, number][] {
	const all = new Map<string, number>();
	for (const { outcome } of occurrences) all.set(outcome, (all.get(outcome) ?? 0) + 1);
	return [...all];
}

type Tally = { [count in keyof typeof m.exchange.tally]?: number };
type Told = { file: string; line: number };
export type FilesReport = {
	dry_run: boolean;
	rejected: (Told & { refusal: { message: string } })[];
	notes: (Told & { message: string })[];
} & { [part: string]: unknown };

/** Nobody reads more rows than that; the files have to be mended first. */
export const TOLD_MAX = 500;

/** The parts that the files had something of, in the order in which they are read. */
export function partsOf(report: FilesReport): { part: string; counts: number[] }[] {
	const counted = Object.keys(m.exchange.tally) as (keyof Tally)[];
	return Object.keys(m.exchange.parts)
		.map((part) => ({ part, tally: report[part] as Tally | undefined }))
		.filter(({ tally }) => (tally?.rows ?? 0) > 0)
		.map(({ part, tally }) => ({ part, counts: counted.map((count) => tally?.[count] ?? 0) }));
}

/** The text of a file. One that is not UTF-8 would come in garbled: it is refused. */
export async function textOf(file: File): Promise<string> {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
	} catch {
		const message = m.exchange.notUtf8(file.name);
		const problem: Problem = { kind: "refusal", code: "file_unreadable", message, details: null };
		throw problem;
	}
}
