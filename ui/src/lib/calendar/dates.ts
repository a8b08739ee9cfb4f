/** The form of a dated exception as text, and the rows that it stands for. Pure. */
import type { JsonValue } from "../bindings";
import type { Json } from "../records/fields";
import { addDays, endDate, wallAt } from "../time";

export type DatesForm = {
	kind: string;
	resourceId: string;
	staffId: string;
	allDay: boolean;
	from: string;
	until: string;
	start: string;
	end: string;
	reason: string;
	/** How many weeks in a row. */
	weeks: number;
};

/** What a kind is about. */
export const isAbout = (kind: string): "venue" | "staff" | "resource" =>
	kind === "closure" ? "venue" : kind === "time_off" ? "staff" : "resource";

/** Wall times of each week's exception. Whole days end where the day after begins. An end before its start stays one,
 *  for the rules to refuse. */
export function wallTimes(form: DatesForm): [string, string][] {
	const weeks = Math.min(Math.max(1, Math.trunc(Number(form.weeks)) || 1), 104);
	return Array.from({ length: weeks }, (_, week): [string, string] => {
		const from = addDays(form.from, 7 * week);
		const until = addDays(form.until, 7 * week);
		if (form.allDay) return [wallAt(from, "00:00"), wallAt(addDays(until, 1), "00:00")];
		const last = until === from ? endDate(from, form.start, form.end) : until;
		return [wallAt(from, form.start), wallAt(last, form.end)];
	});
}

/** The field that a refused start or end was typed into; "" where the refusal is about something else. */
export function typedInto(form: DatesForm, field: string): "from" | "until" | "start" | "end" | "" {
	if (field === "start") return form.allDay ? "from" : "start";
	if (field === "end") return form.allDay || form.until < form.from ? "until" : "end";
	return "";
}

/** What all of a form's exceptions have in common. */
export function commonOf(form: DatesForm, venueId: string): Json {
	const about = isAbout(form.kind);
	return {
		kind: form.kind,
		venue_id: venueId,
		...(about === "resource" ? { resource_id: form.resourceId } : {}),
		...(about === "staff" ? { staff_id: form.staffId } : {}),
		all_day: form.allDay,
		reason: form.reason.trim(),
	};
}

export const exceptionOf = (common: Json, id: string, stay: JsonValue): Json => ({
	id,
	...common,
	...(stay as Json),
});
