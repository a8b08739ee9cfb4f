/** The board's answer as the calendar grid wants it. Pure: wall-clock text in, wall-clock text out, so a computer
 *  in another zone draws the same picture. */
import type { Calendar } from "@event-calendar/core";
import type { Board, BoardBooking, BoardResource, BookingStatus, ClosedPeriod, Standing } from "../bindings";
import { m } from "../messages";
import type { IconName } from "../parts/icons";
import {
	addDays,
	addMinutes,
	dateOf,
	floorTo,
	minutesBetween,
	shortDate,
	timeOf,
	toMinute,
	type Wall,
} from "../time";

export const DRAFT_ID = "draft";

export function resourceInputs(resources: BoardResource[]): Calendar.ResourceInput[] {
	return resources.map(({ id, name }) => ({ id, title: name }));
}

export function eventInputs(board: Board): Calendar.EventInput[] {
	return [
		...board.bookings.map(bookingEvent),
		...board.busy.map((busy, index): Calendar.EventInput => ({
			id: `busy-${busy.resource_id}-${busy.local_start}-${index}`,
			resourceIds: [busy.resource_id],
			start: busy.local_start,
			end: busy.local_end,
			display: "background",
			extendedProps: { busy },
		})),
		...board.closed.map((closed, index): Calendar.EventInput => ({
			id: `closed-${closed.resource_id}-${closed.local_start}-${index}`,
			resourceIds: [closed.resource_id],
			start: closed.local_start,
			end: closed.local_end,
			display: "background",
			classNames: [closed.kind === "" ? "closed" : "shut"],
			extendedProps: { closed },
		})),
		...board.bookings.flatMap(bufferEvents),
	];
}

/** The time around a stay in which its resources are taken, as thin bands. */
function bufferEvents(booking: BoardBooking): Calendar.EventInput[] {
	const { buffer_before_minutes: before, buffer_after_minutes: after } = booking;
	const [start, end] = [toMinute(booking.local_start), toMinute(booking.local_end)];
	const band = (name: string, from: Wall, until: Wall): Calendar.EventInput => ({
		id: `${name}-${booking.id}`,
		resourceIds: booking.resource_ids,
		start: from,
		end: until,
		display: "background",
		classNames: ["buffer"],
		styles: booking.colour === "" ? [] : [`--band: ${booking.colour}`],
		extendedProps: { buffer: true },
	});
	return [
		...(before > 0 ? [band("before", addMinutes(start, -before), start)] : []),
		...(after > 0 ? [band("after", end, addMinutes(end, after))] : []),
	];
}

/** Why a resource cannot be booked then, "" for ordinary hours. */
export function closedText({ kind, reason }: ClosedPeriod): string {
	if (kind === "part") return m.board.takenWith(reason);
	return kind === "" ? "" : [m.calendar.kinds[kind] ?? kind, reason].filter(Boolean).join(": ");
}

function bookingEvent(booking: BoardBooking): Calendar.EventInput {
	return {
		id: booking.id,
		resourceIds: booking.resource_ids,
		start: booking.local_start,
		end: booking.local_end,
		title: bookingName(booking),
		editable: isMovable(booking.status),
		// The grid writes the style of a block anew when another comes beside it: what is put there by hand is lost.
		styles: booking.colour === "" ? [] : [`--service: ${booking.colour}`],
		extendedProps: { booking },
	};
}

/** Dragging what is over and done with is surely a slip; the rules decide about everything else. */
const isMovable = (status: BookingStatus) => status === "pending" || status === "confirmed";

export function bookingName(booking: BoardBooking): string {
	return booking.customer_name || booking.title || booking.service_name || m.board.untitled;
}

/** The second line of a block: the title when the name took the first. */
export function bookingLine(booking: BoardBooking): string {
	if (booking.standing === "at_risk" && booking.standing_reason) return booking.standing_reason;
	const what = booking.title || booking.service_name;
	return what === bookingName(booking) ? "" : what;
}

/** "7/12" of a class, "4 people" of a party, "" of one person. */
export function placesText(booking: BoardBooking): string {
	if (booking.capacity !== null) return m.board.taken(booking.places_taken, booking.capacity);
	return booking.attendee_count > 1 ? m.board.people(booking.attendee_count) : "";
}

/** "13:00 to 14:00", and the day of an end that is not the start's day. */
export function spanText(start: Wall, end: Wall): string {
	const day = dateOf(end) === dateOf(start) ? "" : ` (${shortDate(dateOf(end))})`;
	return `${m.common.to(timeOf(start), timeOf(end))}${day}`;
}

/** Everything about a block as one sentence: its tooltip, and what a screen reader says. */
export function bookingLabel(booking: BoardBooking, nameOf: (resourceId: string) => string): string {
	const where = booking.resource_ids.map(nameOf).filter(Boolean);
	return [
		m.board.block(
			bookingName(booking),
			[bookingLine({ ...booking, standing_reason: "" }), placesText(booking)]
				.filter(Boolean)
				.join(", "),
			spanText(booking.local_start, booking.local_end),
			where.join(" + "),
		),
		`${m.status[booking.status]}, ${m.standing[booking.standing].toLowerCase()}`,
		booking.standing_reason,
	]
		.filter(Boolean)
		.join(". ");
}

export function statusGlyph(status: BookingStatus): IconName {
	const glyphs: Record<BookingStatus, IconName> = {
		confirmed: "check",
		pending: "pending",
		completed: "done",
		no_show: "noShow",
		cancelled: "cross",
		rejected: "cross",
	};
	return glyphs[status];
}

/** Of somebody's place in a class: who waits for one has none yet. */
export function placeGlyph(place: string): IconName {
	const glyphs: { [key in string]: IconName } = {
		waitlisted: "clock",
		present: "done",
		late: "done",
		absent: "noShow",
		excused: "noShow",
		cancelled: "cross",
	};
	return glyphs[place] ?? "check";
}

export function standingGlyph(standing: Standing): IconName | null {
	return { tentative: "clock", at_risk: "warning", refused: "cross", committed: null }[
		standing
	] as IconName | null;
}

/** The glyphs of a block: what it is worth, and how far it is where that is not the ordinary "confirmed". */
export function glyphs(booking: BoardBooking): IconName[] {
	const standing = standingGlyph(booking.standing);
	if (standing === null) return [statusGlyph(booking.status)];
	return booking.status === "confirmed" ? [standing] : [statusGlyph(booking.status), standing];
}

/** How much text a block has room for. */
export function blockSize(start: Wall, end: Wall): "tiny" | "small" | "medium" | "full" | "tall" {
	const minutes = minutesBetween(start, end);
	return minutes <= 20
		? "tiny"
		: minutes <= 35
			? "small"
			: minutes <= 50
				? "medium"
				: minutes < 80
					? "full"
					: "tall";
}

/** How many small lines fit into what is shut: one to a quarter of an hour. */
export const linesIn = ({ local_start, local_end }: ClosedPeriod) =>
	Math.max(1, Math.floor(minutesBetween(local_start, local_end) / 15));

export const isPast = (end: Wall, now: Wall) => now !== "" && toMinute(end) <= now;

/** How much of their open time is booked, as the report says it; null where none of them is open. */
export function loadPercent(resources: BoardResource[]): number | null {
	const sum = (of: (resource: BoardResource) => number) =>
		resources.reduce((sum, resource) => sum + of(resource), 0);
	const open = sum((it) => it.open_minutes);
	return open === 0 ? null : Math.round((sum((it) => it.booked_open_minutes) / open) * 100);
}

/** Where a day is opened: an hour before now on today, else just before its first booking, else 08:00. */
export function scrollTime(board: Board): string {
	if (board.date === board.today) {
		const now = toMinute(board.local_now);
		return timeOf(now) < "01:00" ? "00:00" : timeOf(floorTo(addMinutes(now, -60), 30));
	}
	const first = board.bookings
		.filter((booking) => dateOf(booking.local_start) === board.date)
		.map((booking) => timeOf(booking.local_start))
		.sort()[0];
	if (first === undefined) return "08:00";
	return first < "00:30" ? "00:00" : timeOf(addMinutes(`${board.date}T${first}`, -30));
}

/** How far down the day a moment is, from 0 to 1; null when it is another day. */
export function dayFraction(wall: Wall, date: string): number | null {
	if (dateOf(wall) !== date) return null;
	return (
		minutesBetween(`${date}T00:00`, wall) / minutesBetween(`${date}T00:00`, `${addDays(date, 1)}T00:00`)
	);
}

/** From a time on, the first line of the day's grid at which one of these columns has nothing on it for as long as a
 *  click marks, and the first such column. Null where the rest of the day is full. Only what the board shows: whether
 *  it may be booked, the rules say. */
export function firstFree(
	{ date, bookings, busy, closed }: Board,
	columns: string[],
	from: Wall,
	slot: number,
): { resourceId: string; start: Wall } | null {
	const lies = [
		...bookings.map((booking) => ({ ...booking, ...withBuffers(booking) })),
		...[...busy, ...closed].map((one) => ({ ...one, resource_ids: [one.resource_id] })),
	];
	for (let start = from; dateOf(start) === date; start = addMinutes(start, slot)) {
		const end = clickEnd(start, slot);
		const resourceId = columns.find(
			(id) =>
				!lies.some(
					(one) =>
						one.resource_ids.includes(id) &&
						toMinute(one.local_start) < end &&
						start < toMinute(one.local_end),
				),
		);
		if (resourceId !== undefined) return { resourceId, start };
	}
	return null;
}

/** When its resources are taken by it. */
const withBuffers = (booking: BoardBooking) => ({
	local_start: addMinutes(booking.local_start, -booking.buffer_before_minutes),
	local_end: addMinutes(booking.local_end, booking.buffer_after_minutes),
});

/** A click marks an hour, on the venue's grid. */
export function clickEnd(start: Wall, slot: number): Wall {
	return addMinutes(start, Math.max(slot, Math.ceil(60 / slot) * slot));
}
