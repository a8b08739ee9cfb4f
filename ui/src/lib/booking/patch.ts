/** Edits are patches: for every field a person changed, what they saw and what it becomes. A field left alone is
 *  not sent, so two desks that change different fields never meet. */
import type { BookingDetail, BookingEdit, TextEdit } from "../bindings";
import type { BookingTexts } from "./draft";

export type EditForm = BookingTexts & { customer_id: string | null };

export function formOf(booking: BookingDetail): EditForm {
	return {
		title: booking.title,
		description: booking.description,
		customer_note: booking.customer_note,
		staff_note: booking.staff_note,
		meeting_url: booking.meeting_url,
		attendee_count: booking.attendee_count,
		customer_id: booking.customer_id,
	};
}

/**
 * Someone else changed the booking meanwhile, and the person has now seen both values of `field`. What they left
 * alone follows the newer booking, and so does what `field` relies on; whatever else they typed still relies on
 * what they saw, so that a second clash is not swallowed by the first.
 */
export function rebase(before: EditForm, form: EditForm, fresh: EditForm, field: string) {
	const seen: EditForm = { ...before };
	const typed: EditForm = { ...form };
	const follow = <K extends keyof EditForm>(key: K) => {
		if (form[key] === before[key]) typed[key] = fresh[key];
		if (form[key] === before[key] || key === field) seen[key] = fresh[key];
	};
	for (const key of Object.keys(before) as (keyof EditForm)[]) follow(key);
	return { before: seen, form: typed };
}

/** Null when nothing was changed. */
export function buildEdit(bookingId: string, before: EditForm, form: EditForm): BookingEdit | null {
	const text = (from: string, to: string): TextEdit | null =>
		from === to.trim() ? null : { from, to: to.trim() };
	const edit: BookingEdit = {
		booking_id: bookingId,
		title: text(before.title, form.title),
		description: text(before.description, form.description),
		customer_note: text(before.customer_note, form.customer_note),
		staff_note: text(before.staff_note, form.staff_note),
		meeting_url: text(before.meeting_url, form.meeting_url),
		attendee_count:
			before.attendee_count === form.attendee_count
				? null
				: { from: before.attendee_count, to: form.attendee_count },
		customer_id:
			before.customer_id === form.customer_id
				? null
				: { from: before.customer_id, to: form.customer_id },
		scope: "this",
	};
	const aside = ["booking_id", "scope"];
	const changed = Object.entries(edit).some(([field, value]) => !aside.includes(field) && value !== null);
	return changed ? edit : null;
}
