/** The quick booking form as text, and the draft it stands for. Pure. */
import type { BookingDraft, Repeat, ResourceKind } from "../bindings";
import { m } from "../messages";
import { endDate, wallAt } from "../time";

/** What a booking says, apart from when, where and for whom. */
export type BookingTexts = Pick<
	BookingDraft,
	"title" | "description" | "customer_note" | "staff_note" | "meeting_url" | "attendee_count"
>;

/** What is sold with it, and on which terms. */
export type SaleForm = {
	serviceId: string;
	eventId: string;
	isClass: boolean;
	places: number;
	request: boolean;
	byPackage: boolean;
	price: string;
	outside: string;
};

export type Every = "none" | "daily" | "weekly" | "fortnightly" | "monthly" | "custom";

/** How it recurs, as a person says it. */
export type RepeatForm = {
	every: Every;
	ends: "count" | "until";
	times: number;
	until: string;
	rule: string;
	/** Days on which there is none of it. */
	except: string[];
	skip: boolean;
};

export type QuickForm = {
	resourceId: string;
	/** Further resources that the same booking claims. */
	alsoIds: string[];
	date: string;
	start: string;
	end: string;
	customerId: string | null;
	texts: BookingTexts;
	sale: SaleForm;
	repeat: RepeatForm;
};

export const plainSale = (): SaleForm => ({
	serviceId: "",
	eventId: "",
	isClass: false,
	places: 10,
	request: false,
	byPackage: true,
	price: "",
	outside: "",
});

export const noRepeat = (): RepeatForm => ({
	every: "none",
	ends: "count",
	times: 10,
	until: "",
	rule: "",
	except: [],
	skip: true,
});

export function draftOf(venueId: string, form: QuickForm): BookingDraft {
	const { title, description, customer_note, staff_note, attendee_count, meeting_url } = form.texts;
	const { sale } = form;
	const first = anyOf(form.resourceId) ? "" : form.resourceId;
	const any = anyOf(form.resourceId);
	return {
		venue_id: venueId,
		resource_ids: [...new Set([first, ...form.alsoIds].filter((id) => id !== ""))],
		any_of: any ? [any] : [],
		local_start: wallAt(form.date, form.start),
		local_end: wallAt(endDate(form.date, form.start, form.end), form.end),
		customer_id: form.customerId,
		title: title.trim(),
		description: description.trim(),
		customer_note: customer_note.trim(),
		staff_note: staff_note.trim(),
		// An emptied number field holds null; the rules say what a zero means.
		attendee_count: whole(attendee_count),
		meeting_url: meeting_url.trim(),
		sale: {
			service_id: sale.serviceId || null,
			event_id: (sale.isClass && sale.eventId) || null,
			capacity: sale.isClass ? whole(sale.places) : null,
			request: sale.request,
			by_package: sale.byPackage && sale.serviceId !== "",
			price: sale.price.trim(),
			outside_hours_reason: sale.outside.trim(),
		},
		repeat: repeatOf(form.repeat),
	};
}

/** "any:court" stands for whichever court is free. */
export const anyOf = (resourceId: string): ResourceKind | null =>
	resourceId.startsWith("any:") ? (resourceId.slice(4) as ResourceKind) : null;

const whole = (number: number) => Math.max(0, Math.trunc(Number(number)) || 0);

const FREQUENCIES: { [key in Every]?: string } = {
	daily: "FREQ=DAILY",
	weekly: "FREQ=WEEKLY",
	fortnightly: "FREQ=WEEKLY;INTERVAL=2",
	monthly: "FREQ=MONTHLY",
};

/** The rule (RFC 5545) that a form stands for; null where nothing recurs. */
export function repeatOf(form: RepeatForm): Repeat | null {
	if (form.every === "none") return null;
	const apart = { except: [...form.except], skip: form.skip };
	if (form.every === "custom") return { rrule: form.rule.trim(), ...apart };
	const until = `UNTIL=${form.until.replaceAll("-", "")}T235959`;
	const ends = form.ends === "until" ? until : `COUNT=${whole(form.times)}`;
	return { rrule: `${FREQUENCIES[form.every]};${ends}`, ...apart };
}

/** A rule that this form could have made, as the form says it; any other as it is written. */
export function sayRule(rule: string): string {
	const match = /^(.*?);(?:COUNT=(\d+)|UNTIL=(\d{4})(\d\d)(\d\d)(?:T\d{6}Z?)?)$/.exec(rule);
	const every = Object.entries(FREQUENCIES).find(([, frequency]) => frequency === match?.[1])?.[0];
	if (!match || !every) return rule;
	const [, , times, year, month, day] = match;
	const ends = times ? m.repeat.saidTimes(Number(times)) : m.repeat.saidUntil(`${year}-${month}-${day}`);
	return m.repeat.said(m.repeat.every[every as Every], ends);
}
