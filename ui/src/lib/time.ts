/**
 * Wall-clock text of the venue: reading what a person types, stepping, and saying it.
 *
 * Nothing here converts between zones. A wall time is text (`YYYY-MM-DDTHH:MM`), and arithmetic on it is
 * arithmetic on the clock face; what such a time means as an instant is decided in Rust, which also says when
 * it does not exist. Whether a time is allowed is never decided here either.
 */

/** `YYYY-MM-DD` */
export type DateText = string;
/** `HH:MM` */
export type TimeText = string;
/** `YYYY-MM-DDTHH:MM`, seconds tolerated on reading */
export type Wall = string;

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
const LOCALE = "en-GB";

/** "9", "930", "9:30", "9.30", "9h30", "9 pm" and the like; null when it is not a time of day. */
export function parseTime(text: string): TimeText | null {
	const match = /^(\d{1,2}?)\s*[:.h ]?\s*(\d{2})?\s*(am|pm)?$/.exec(text.trim().toLowerCase());
	if (!match) return null;
	let hour = Number(match[1]);
	const minute = Number(match[2] ?? 0);
	if (match[3]) {
		if (hour < 1 || hour > 12) return null;
		hour = (hour % 12) + (match[3] === "pm" ? 12 : 0);
	}
	return hour < 24 && minute < 60 ? clock(hour * 60 + minute) : null;
}

/** "2026-11-20", "20.11.2026", "20.11.", "today", "tomorrow", "+7"; null when it is not a date. */
export function parseDate(text: string, today: DateText): DateText | null {
	const typed = text.trim().toLowerCase();
	const words: Record<string, number> = { today: 0, tomorrow: 1, yesterday: -1 };
	if (typed in words) return addDays(today, words[typed]!);
	if (/^[+-]\d{1,3}$/.test(typed)) return addDays(today, Number(typed));
	const iso = /^(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})$/.exec(typed);
	if (iso) return validDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
	const european = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(typed);
	if (!european) return null;
	return validDate(Number(european[3] ?? today.slice(0, 4)), Number(european[2]), Number(european[1]));
}

/** The same of something that comes after `from`: a date without its year is the next one from then on. */
export function parseLaterDate(text: string, today: DateText, from: DateText): DateText | null {
	const typed = text.trim();
	if (!/^\d{1,2}\.\d{1,2}\.$/.test(typed)) return parseDate(typed, today);
	const year = Number(from.slice(0, 4));
	const both = [year, year + 1].map((year) => parseDate(`${typed}${year}`, today));
	return both.find((date) => date !== null && date >= from) ?? null;
}

function validDate(year: number, month: number, day: number): DateText | null {
	const date = new Date(Date.UTC(year, month - 1, day));
	const same =
		date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	return same ? date.toISOString().slice(0, 10) : null;
}

/** The next or previous line of the venue's grid, staying within the day. */
export function stepTime(time: TimeText, slot: number, direction: 1 | -1): TimeText {
	const now = minutesOfDay(time);
	const line = direction > 0 ? Math.floor(now / slot + 1) : Math.ceil(now / slot - 1);
	const last = Math.floor((DAY_MINUTES - 1) / slot) * slot;
	return clock(Math.min(Math.max(line * slot, 0), last));
}

export function minutesOfDay(time: string): number {
	return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function clock(minutes: number): TimeText {
	return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export const dateOf = (wall: Wall): DateText => wall.slice(0, 10);
export const timeOf = (wall: Wall): TimeText => wall.slice(11, 16);
export const toMinute = (wall: Wall): Wall => wall.slice(0, 16);
export const wallAt = (date: DateText, time: TimeText): Wall => `${date}T${time}`;

const asUtc = (wall: Wall): number =>
	Date.parse(wall.length > 10 ? `${toMinute(wall)}:00Z` : `${wall}T00:00:00Z`);

export function addMinutes(wall: Wall, minutes: number): Wall {
	return new Date(asUtc(wall) + minutes * MINUTE).toISOString().slice(0, 16);
}

export function addDays(date: DateText, days: number): DateText {
	return addMinutes(`${date}T00:00`, days * DAY_MINUTES).slice(0, 10);
}

export function minutesBetween(start: Wall, end: Wall): number {
	return (asUtc(end) - asUtc(start)) / MINUTE;
}

export function floorTo(wall: Wall, slot: number): Wall {
	return addMinutes(wall, -(minutesOfDay(timeOf(wall)) % slot));
}

/**
 * The day on which an end typed as a bare time lies. "22:00 to 02:00" reads as past midnight; "14:00 to 13:00"
 * reads as a slip of the hand, stays on its day, and is left for the rules to refuse.
 */
export function endDate(date: DateText, start: TimeText, end: TimeText): DateText {
	const length = minutesOfDay(end) - minutesOfDay(start);
	return length < 0 && length + DAY_MINUTES <= DAY_MINUTES / 2 ? addDays(date, 1) : date;
}

/** The end that keeps the length when only the start is changed; as it is where there is no length to keep. */
export function endAlong(before: { start: TimeText; end: TimeText }, start: TimeText): TimeText {
	const day = "2000-01-01";
	const last = endDate(day, before.start, before.end);
	const length = minutesBetween(wallAt(day, before.start), wallAt(last, before.end));
	return length > 0 ? timeOf(addMinutes(wallAt(day, start), length)) : before.end;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatted(date: DateText, options: Intl.DateTimeFormatOptions): string {
	const key = JSON.stringify(options);
	let format = formats.get(key);
	if (!format)
		formats.set(key, (format = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" })));
	return format.format(asUtc(date));
}

/** "Friday, 20 November", with the year when it is not this year. */
export function longDate(date: DateText, today: DateText): string {
	const weekday = formatted(date, { weekday: "long" });
	const year = date.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
	return `${weekday}, ${formatted(date, { day: "numeric", month: "long", year })}`;
}

/** "Fri 20 Nov", and where it is known that it is not this year, "Sun 3 Oct 2027". */
export function shortDate(date: DateText, today: DateText = date): string {
	const year = date.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
	return formatted(date, { weekday: "short", day: "numeric", month: "short", year }).replace(",", "");
}

/** "November 2026" */
export function monthName(date: DateText): string {
	return formatted(date, { month: "long", year: "numeric" });
}

/** "10:36" for a moment of today, "Thu 19 Nov, 10:36" for another day. */
export function moment(wall: Wall, today: DateText): string {
	return dateOf(wall) === today ? timeOf(wall) : `${shortDate(dateOf(wall), today)}, ${timeOf(wall)}`;
}

/** The days of a month in weeks from Monday, with the neighbours' days that fill the first and last week. */
export function monthWeeks(date: DateText): DateText[][] {
	const first = `${date.slice(0, 7)}-01`;
	const weekday = (new Date(asUtc(first)).getUTCDay() + 6) % 7;
	const start = addDays(first, -weekday);
	return Array.from({ length: 6 }, (_, week) =>
		Array.from({ length: 7 }, (_, day) => addDays(start, week * 7 + day)),
	);
}

export function addMonths(date: DateText, months: number): DateText {
	const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
	return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}
