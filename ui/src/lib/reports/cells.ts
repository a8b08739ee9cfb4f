/** What the cells of a report say. Pure. */
import type { ReportTable } from "../bindings";
import { m } from "../messages";
import { wallOf } from "../instant";
import { dateOf, shortDate, timeOf, type DateText, type Wall } from "../time";

/** Columns of instants, which rows keep apart from any wall. */
const INSTANTS = ["made_at", "approve_by"];

/** What only programs read: amounts say their currency, and the wall says when something starts and ends. */
const FOR_PROGRAMS = ["currency", "starts_at", "ends_at"];

/** The columns that a person reads. */
export const shown = ({ columns }: ReportTable) =>
	columns
		.map((name, index) => ({ name, index }))
		.filter(({ name }) => !name.endsWith("_id") && !FOR_PROGRAMS.includes(name));

/** The name of a column. */
export function title(name: string): string {
	const called = m.reports.columns[name];
	if (called) return called;
	const words = name.replace(/_minor$/, "").replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One cell of the row at a place. */
export function cell({ columns, rows }: ReportTable, row: number, index: number, today: DateText): string {
	const name = columns[index] ?? "";
	const value = rows[row]?.[index] ?? "";
	// Of what nobody came to, the first row counts all services together.
	if (value === "" && name === "service" && row === 0 && columns.includes("no_show_rate")) {
		return m.reports.together;
	}
	if (value === "") return m.reports.without[name] ?? "";
	if (name === "utilisation" || name.endsWith("_rate")) return `${Math.round(Number(value) * 100)}%`;
	if (name === "date") return shortDate(value, today);
	if (name === "weekday") return m.reports.weekdays[Number(value)] ?? value;
	if (name === "status") return (m.status as { [key in string]: string })[value] ?? value;
	if (name === "method") return m.money.methods[value] ?? value;
	if (name === "hour") return `${value.padStart(2, "0")}:00`;
	if (value === "true" || value === "false") return value === "true" ? m.records.yes : m.records.no;
	if (name === "local_end" && dateOf(value) === dateOf(rows[row]?.[columns.indexOf("local_start")] ?? "")) {
		return timeOf(value);
	}
	if (name.startsWith("local_")) return dayAndTime(value, today);
	if (INSTANTS.includes(name)) return dayAndTime(wallOf(value), today);
	return value;
}

/** Whether a column says when something is: a date breaks over no two lines. */
export const isMoment = (name: string) =>
	name === "date" || name.startsWith("local_") || INSTANTS.includes(name);

/** With its day also where that is today: in a table the time alone would say nothing. */
const dayAndTime = (wall: Wall, today: DateText) => `${shortDate(dateOf(wall), today)}, ${timeOf(wall)}`;

export const isNumber = (value: string) => /^-?[\d.]+(%| [A-Z]{3})?$/.test(value);

/** Whether a column is one of numbers: what it says where it says something, else its name. */
export function counts(table: ReportTable, index: number, today: DateText): boolean {
	const said = table.rows.map((_, row) => cell(table, row, index, today)).filter((text) => text !== "");
	return said.length > 0 ? said.every(isNumber) : table.columns[index]!.endsWith("_rate");
}
