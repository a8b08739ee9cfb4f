/** A stand-in for the shell while taking screenshots: answers every command from memory. `window.__look` picks
 *  the scenario. Bundled by `tests/look.mjs` and injected before the page; never part of the app. */
import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import type {
	Board,
	BoardBooking,
	BookingDetail,
	BookingDraft,
	Problem,
	Reschedule,
	Saved,
	Session,
	SyncStatus,
} from "../../src/lib/bindings";
import * as data from "./data";

type Look = { scenario?: string; theme?: string };
const look: Look = (window as unknown as { __look?: Look }).__look ?? {};
const scenario = look.scenario ?? "club";
if (look.theme) localStorage.setItem("holdfast.theme", look.theme);

let bookings: BoardBooking[] =
	{ sixty: data.sixtyBookings, long: data.longBookings, empty: [], bare: [] }[scenario] ??
	data.clubBookings;
let resources = { sixty: data.sixty, bare: [] }[scenario] ?? data.club;
let inbox = scenario === "calm" ? [] : data.inbox;
let opened = scenario !== "first";
let status: SyncStatus =
	{
		offline: data.offline,
		bare: { ...data.online, phase: "standalone" as const, inbox: 0 },
		empty: { ...data.online, phase: "standalone" as const, inbox: 0 },
		unreachable: {
			...data.offline,
			phase: "unreachable" as const,
			problem: "Headquarters has not answered since 10:38.",
		},
		refused: {
			...data.offline,
			phase: "refused" as const,
			problem: "This desk was removed. Ask a manager for a new code.",
		},
	}[scenario] ?? data.online;

const linked = status.phase !== "standalone";
const session = (): Session => ({
	opened,
	org_name: "Harbour Clubs",
	staff_id: "staff-1",
	staff_name: "Anna Berg",
	role: "owner",
	rights: data.rights,
	locked: scenario === "locked",
	with_pin: scenario === "locked" ? [{ id: "staff-1", name: "Anna Berg" }] : [],
	auto_lock_minutes: null,
	device_name: "Front desk",
	linked,
	laptop: false,
	headquarters_url: linked ? "https://hq.example.org" : "",
	venue_id: data.venue.id,
	venues:
		scenario === "sixty"
			? [data.venue, { ...data.venue, id: "venue-2", name: "Old Town Hall" }]
			: [data.venue],
	replica_dir: "C:\\Users\\anna\\AppData\\Holdfast",
});

function board(date: string): Board {
	const day = date || data.TODAY;
	const today = day === data.TODAY;
	return {
		venue_id: data.venue.id,
		date: day,
		today: data.TODAY,
		local_now: data.NOW,
		zone_abbreviation: "CET",
		resources: resources.map((one) => (bookings.length ? one : { ...one, booked_minutes: 0 })),
		bookings: today ? bookings : [],
		closed:
			scenario === "hours"
				? data.closed(
						resources.map(({ id }) => id),
						day,
					)
				: [],
		busy: today && resources === data.club && bookings.length ? data.busy : [],
	};
}

function detail(id: string): BookingDetail {
	const booking = bookings.find((one) => one.id === id);
	if (!booking) throw refusal("not_found", "This booking is not here any more.");
	return {
		...booking,
		venue_id: data.venue.id,
		description: "",
		customer_note: "Ball machine, left-handed racket",
		staff_note: "",
		meeting_url: "",
		customer: data.customers[0]!,
		made_by_name: "Anna Berg",
		created_at: `${data.TODAY}T10:41:00`,
		confirmed_at: null,
		cancelled_at: null,
		cancelled_by_name: "",
		cancel_reason: "",
		source: "",
		worth:
			booking.standing === "committed"
				? "Headquarters accepted it."
				: "Headquarters decides at the next sync.",
		waiting:
			booking.standing === "committed"
				? []
				: [
						{ local_at: `${data.TODAY}T10:41:00`, sentence: "Booked by Anna Berg, offline" },
						{ local_at: `${data.TODAY}T10:47:00`, sentence: "Moved from 12:30 by Anna Berg" },
					],
		...data.terms(booking),
	};
}

const refusal = (code: string, message: string, details: Problem["details"] = null): Problem => ({
	kind: "refusal",
	code,
	message,
	details,
});

/** Only so that a screenshot shows a refusal; the real check is elsewhere. */
function clash(resourceIds: string[], start: string, end: string, but = ""): Problem | null {
	if (end <= start)
		return refusal("end_before_start", "The end must be after the start.", { field: "end" });
	const other = bookings.find(
		(one) =>
			one.id !== but &&
			one.resource_ids.some((id) => resourceIds.includes(id)) &&
			one.local_start.slice(0, 16) < end.slice(0, 16) &&
			one.local_end.slice(0, 16) > start.slice(0, 16),
	);
	if (!other) return null;
	return refusal("slot_taken", `${other.customer_name} holds it from ${other.local_start.slice(11, 16)}.`);
}

function saved(id: string): Saved {
	return { operation_id: `op-${id}`, booking_id: id, standing: "tentative", notes: [] };
}

function book(draft: BookingDraft): Saved {
	const problem = clash(draft.resource_ids, draft.local_start, draft.local_end);
	if (problem) throw problem;
	const id = `new-${bookings.length}`;
	const customer = data.customers.find((one) => one.id === draft.customer_id);
	bookings = [
		...bookings,
		{
			id,
			resource_ids: draft.resource_ids,
			local_start: `${draft.local_start}:00`,
			local_end: `${draft.local_end}:00`,
			starts_at: "",
			ends_at: "",
			title: draft.title,
			customer_id: draft.customer_id,
			customer_name: customer?.name ?? "",
			status: "confirmed",
			standing: linked ? "tentative" : "committed",
			standing_reason: "",
			attendee_count: draft.attendee_count,
			...data.plain,
		},
	];
	return saved(id);
}

function reschedule(change: Reschedule): Saved {
	const { booking_id: id, to_local_start, to_local_end, to_resource_ids } = change;
	const problem = clash(to_resource_ids, to_local_start, to_local_end, id);
	if (problem) throw problem;
	const moved = {
		local_start: `${to_local_start}:00`,
		local_end: `${to_local_end}:00`,
		resource_ids: to_resource_ids,
	};
	bookings = bookings.map((one) => (one.id === id ? { ...one, ...moved, standing: "tentative" } : one));
	return saved(id);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const answers: Record<string, (args: any) => unknown> = {
	session,
	timezones: () => ["Europe/Berlin", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"],
	start_sample: () => ((opened = true), session()),
	start_empty: ({ venue }) => {
		if (!venue.venue_name)
			throw refusal("field_required", "A venue needs a name.", { field: "venue_name" });
		opened = true;
		return session();
	},
	join_headquarters: () => {
		throw refusal("code_wrong", "This code is not known, or was used already.");
	},
	board: ({ date }) => board(date),
	booking: ({ bookingId }) => detail(bookingId),
	search_customers: ({ text }) =>
		data.customers.filter((one) => one.name.toLowerCase().includes(String(text).toLowerCase())),
	preview: ({ draft }) => ({
		starts_at: "",
		ends_at: "",
		notes: draft.local_start.endsWith("02:30")
			? ["02:30 does not exist on that day; it becomes 03:30."]
			: [],
		refusal: clash(draft.resource_ids, draft.local_start, draft.local_end),
		...data.unpriced,
		worth: linked
			? "Waiting for headquarters: nothing known here speaks against it."
			: "Stands at once: this desk has no headquarters.",
	}),
	book: ({ draft }) => book(draft),
	reschedule: ({ reschedule: change }) => reschedule(change),
	edit_booking: ({ edit }) => {
		if (edit.title)
			throw refusal("changed_elsewhere", "The title was changed at Desk 2.", {
				field: "title",
				current: "Tennis doubles",
				wanted: edit.title.to,
			});
		return saved(edit.booking_id);
	},
	cancel_booking: ({ cancel }) => {
		bookings = bookings.filter((one) => one.id !== cancel.booking_id);
		return saved(cancel.booking_id);
	},
	add_customer: ({ customer }) => {
		const added = { ...customer, id: `c-${customer.name}` };
		data.customers.push(added);
		return added;
	},
	add_resource: ({ resource }) => {
		const added = { ...resource, id: `r-${resource.name}`, active: true, booked_minutes: 0 };
		resources = [...resources, added];
		return added;
	},
	rows: ({ wanted }) => data.rows(wanted),
	read_money: ({ field, text }) => {
		const minor = Math.round(Number(text.replace(" EUR", "")) * 100);
		if (Number.isNaN(minor)) throw refusal("field_invalid", `“${text}” is not an amount.`, { field });
		return data.price(minor);
	},
	requests: () =>
		bookings
			.filter((one) => one.status === "pending")
			.map((one, index) => ({
				...one,
				competing: index === 0,
				customer_note: index === 0 ? "If at all possible by the window, please." : "",
				rivals: index === 0 ? 1 : 0,
				local_asked: one.local_start,
				approve_by: null,
				lapsed: index === 2,
				refusal:
					index === 1 ? refusal("slot_taken", "Table Tennis is taken from 13:00 to 13:30.") : null,
			})),
	find_customers: ({ text }) => {
		const customers = data.customers
			.filter((one) => one.name.toLowerCase().includes(String(text).toLowerCase()))
			.map((one, index) => ({ ...one, tier: index === 1 ? "gold" : "", blocked: false }));
		return { customers, count: customers.length };
	},
	customer_segments: () => [{ by: "tier", name: "gold" }, { by: "offers" }],
	customer_figures: () => data.figures,
	customer_packages: ({ customerId }) =>
		data.rows({ entity: "package", columns: { customer_id: customerId }, deleted: true }),
	data_requests: () => data.rows({ entity: "data_request", columns: {}, deleted: true }),
	retained: () => ({
		days: 730,
		customers: ["Nancy Dare", ...data.LONG_NAMES],
		bookings: 3,
		ids: ["c1"],
	}),
	customer_bookings: () =>
		bookings.slice(0, 6).map((one) => ({
			...one,
			place: "",
			venue_id: "venue-1",
			place_name: "Tennis Court 1",
		})),
	bookings_hit: () => bookings.slice(0, 3),
	bookings_ahead: () => bookings.slice(0, 3),
	book_rest: () => ({ booked: 4, skipped: [] }),
	bookings_of_staff: () => bookings.slice(0, 3),
	hand_over: () => ({ given: 3, left: [] }),
	export_report: () => "holdfast-utilisation",
	resolve_stay: ({ start, end }) => ({ stay: { local_start: start, local_end: end }, notes: [] }),
	free_times: ({ draft }) =>
		["08:00", "12:00", "16:30", "18:00"].map((time) => ({
			local_start: `${draft.local_start.slice(0, 10)}T${time}:00`,
			local_end: `${draft.local_start.slice(0, 10)}T${Number(time.slice(0, 2)) + 1}${time.slice(2)}:00`,
		})),
	roster: () => data.roster,
	history: () => [
		{
			local_at: `${data.TODAY}T10:41:00`,
			by_name: "Anna Berg",
			deed: "changed it (title: Tennis → Tennis doubles)",
		},
	],
	report_subjects: () => ["utilisation", "statuses"],
	report: () => [data.report],
	submit: () => ({ operation_id: "op", standing: "committed", warnings: [] }),
	sync_status: () => status,
	sync_now: () => null,
	set_work_offline: ({ offline }) => (status = offline ? data.offline : data.online),
	waiting: () =>
		bookings
			.filter((one) => one.standing !== "committed")
			.map((one, index) => ({
				operation_id: `op-${one.id}`,
				seq: index + 40,
				local_at: `${data.TODAY}T10:4${index}:00`,
				sentence: `Book ${one.customer_name}, ${one.local_start.slice(11, 16)} to ${one.local_end.slice(11, 16)}`,
				standing: one.standing,
				reason: one.standing_reason,
			})),
	inbox: () => inbox,
	book_alternative: ({ operationId, alternative }) => {
		if (alternative.local_start.endsWith("12:45:00")) {
			inbox = inbox.map((item) => ({
				...item,
				alternatives: item.alternatives.filter((one) => one.local_start !== alternative.local_start),
			}));
			throw refusal("alternative_gone", "This alternative is no longer free.");
		}
		inbox = inbox.filter((item) => item.operation_id !== operationId);
		status = { ...status, inbox: inbox.length };
		return saved("alternative");
	},
	apply_mine: ({ operationId }) => {
		answers["settle"]!({ operationId });
		return { operation_id: "op", standing: "tentative", warnings: [] };
	},
	settle: ({ operationId }) => {
		inbox = inbox.filter((item) => item.operation_id !== operationId);
		status = { ...status, inbox: inbox.length };
		return null;
	},
};

mockIPC(
	async (command, args) => {
		if (scenario === "broken")
			throw { kind: "failure", code: "failure", message: "The disk is full.", details: null };
		const answer = answers[command];
		if (!answer) throw `command ${command} not found`;
		return structuredClone(await answer(args));
	},
	{ shouldMockEvents: true },
);

// For the walk: say that something changed, as the shell does after a sync.
(window as unknown as { __emit: typeof emit }).__emit = emit;
