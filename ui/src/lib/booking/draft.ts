/** The quick booking form as text, and the draft it stands for. Pure. */
import type { BookingDraft } from "../bindings";
import { endDate, wallAt } from "../time";

/** What a booking says, apart from when, where and for whom. */
export type BookingTexts = Pick<
	BookingDraft,
	"title" | "description" | "customer_note" | "staff_note" | "meeting_url" | "attendee_count"
>;

export type QuickForm = {
	resourceId: string;
	/** Further resources that the same booking claims. */
	alsoIds: string[];
	date: string;
	start: string;
	end: string;
	customerId: string | null;
	texts: BookingTexts;
};

export function draftOf(venueId: string, form: QuickForm): BookingDraft {
	const { title, description, customer_note, staff_note, attendee_count, meeting_url } = form.texts;
	return {
		venue_id: venueId,
		resource_ids: [...new Set([form.resourceId, ...form.alsoIds].filter((id) => id !== ""))],
		local_start: wallAt(form.date, form.start),
		local_end: wallAt(endDate(form.date, form.start, form.end), form.end),
		customer_id: form.customerId,
		title: title.trim(),
		description: description.trim(),
		customer_note: customer_note.trim(),
		staff_note: staff_note.trim(),
		// An emptied number field holds null; the rules say what a zero means.
		attendee_count: Math.trunc(Number(attendee_count)) || 0,
		meeting_url: meeting_url.trim(),
	};
}
