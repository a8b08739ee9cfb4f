/** The quick booking form as text, and the draft it stands for. Pure. */
import type { BookingDraft } from "../bindings";
import { endDate, wallAt } from "../time";

export type QuickForm = {
	resourceId: string;
	/** Further resources that the same booking claims. */
	alsoIds: string[];
	date: string;
	start: string;
	end: string;
	customerId: string | null;
	title: string;
	customerNote: string;
	staffNote: string;
	description: string;
	attendees: number;
	meetingUrl: string;
};

export function draftOf(venueId: string, form: QuickForm): BookingDraft {
	return {
		venue_id: venueId,
		resource_ids: [...new Set([form.resourceId, ...form.alsoIds].filter((id) => id !== ""))],
		local_start: wallAt(form.date, form.start),
		local_end: wallAt(endDate(form.date, form.start, form.end), form.end),
		customer_id: form.customerId,
		title: form.title.trim(),
		description: form.description.trim(),
		customer_note: form.customerNote.trim(),
		staff_note: form.staffNote.trim(),
		// An emptied number field holds null; the rules say what a zero means.
		attendee_count: Math.trunc(Number(form.attendees)) || 0,
		meeting_url: form.meetingUrl.trim(),
	};
}
