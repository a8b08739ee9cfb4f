/** The quick booking form as text, and the draft it stands for. Pure. */
import type { BookingDraft } from "../bindings";
import { endDate, wallAt } from "../time";

export type QuickForm = {
	resourceId: string;
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
		resource_ids: form.resourceId ? [form.resourceId] : [],
		local_start: wallAt(form.date, form.start),
		local_end: wallAt(endDate(form.date, form.start, form.end), form.end),
		customer_id: form.customerId,
		title: form.title.trim(),
		description: form.description.trim(),
		customer_note: form.customerNote.trim(),
		staff_note: form.staffNote.trim(),
		attendee_count: form.attendees,
		meeting_url: form.meetingUrl.trim(),
	};
}
