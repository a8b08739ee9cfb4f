import { expect, test } from "vitest";
import { calendarCounts, partsOf, textOf, type FilesReport, type Occurrence } from "./exchange";

test("the parts of an import are told in the order in which they are read, and only those with rows", () => {
	const tally = (rows: number) => ({ rows, taken: rows - 1, already: 0, rejected: 1 });
	const report = { dry_run: true, rejected: [], notes: [], bookings: tally(9), customers: tally(3) };
	const empty = { rows: 0, taken: 0, already: 0, rejected: 0 };
	expect(partsOf({ ...report, resources: empty } as FilesReport)).toEqual([
		{ part: "customers", counts: [3, 2, 0, 0, 1] },
		{ part: "bookings", counts: [9, 8, 0, 0, 1] },
	]);
});

test("the outcomes of a calendar are counted", () => {
	const of = (outcome: string) => ({ outcome }) as Occurrence;
	expect(calendarCounts([of("booked"), of("conflict"), of("booked")])).toEqual([
		["booked", 2],
		["conflict", 1],
	]);
});

test("a file that is not UTF-8 is refused instead of garbled", async () => {
	const file = (bytes: number[]) => new File([new Uint8Array(bytes)], "members.csv");
	expect(await textOf(file([0xef, 0xbb, 0xbf, 0x4d, 0xc3, 0xbc]))).toBe("Mü");
	await expect(textOf(file([0x4d, 0xfc]))).rejects.toMatchObject({ code: "file_unreadable" });
});
