// DRAFT of what tauri-specta will generate from src-tauri/src/view.rs. Never edited by hand once generated.
/* eslint-disable */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key in string]: JsonValue };

/** Why something was not done. `kind` says whether a rule said no, or something broke. */
export type Problem = {
	kind: "refusal" | "failure";
	/** Stable code: `slot_taken`, `end_before_start`, `zero_length`, `off_grid`, `too_long`, `before_today`,
	 *  `unknown_timezone`, `changed_elsewhere`, `field_required`, `field_too_long`, `field_out_of_range`, `field_invalid`,
	 *  `not_found`, `resource_inactive`, `headquarters_unreachable`, `code_wrong`, `failure`, … */
	code: string;
	/** A sentence for a person. */
	message: string;
	/** What the code is about; for field problems `{ "field": "title" }`. */
	details: JsonValue;
};

export type Standing = "tentative" | "at_risk" | "committed" | "refused";
export type BookingStatus = "pending" | "confirmed" | "rejected" | "cancelled" | "completed" | "no_show";
export type ResourceKind = "room" | "court" | "equipment" | "instructor" | "other";

export type Venue = { id: string; name: string; timezone: string; currency: string; slot_minutes: number };
export type Resource = {
	id: string; name: string; kind: ResourceKind; location: string; description: string; active: boolean;
	venue_ids: string[];
};
export type Customer = { id: string; name: string; email: string; phone: string; address: string; note: string };

export type Session = {
	/** False on the very first start: the window then offers sample / empty / join. */
	opened: boolean;
	org_name: string; staff_name: string; device_name: string;
	/** True once this desk has joined a headquarters. */
	linked: boolean;
	headquarters_url: string;
	/** The venue shown first. */
	venue_id: string;
	venues: Venue[];
	/** Zones for the first-start form (IANA names) are from `timezones()`. */
	replica_dir: string;
};

export type EmptyVenue = { org_name: string; venue_name: string; timezone: string; currency: string; slot_minutes: number; owner_name: string };
export type JoinHeadquarters = { url: string; code: string; device_name: string };

/** One booking as the board draws it. Local times are the venue's wall clock, `YYYY-MM-DDTHH:MM:SS`. */
export type BoardBooking = {
	id: string; resource_ids: string[];
	local_start: string; local_end: string; starts_at: string; ends_at: string;
	title: string; customer_id: string | null; customer_name: string;
	status: BookingStatus; standing: Standing;
	/** For `at_risk`: what speaks against it. Empty otherwise. */
	standing_reason: string;
	attendee_count: number;
};
/** A period of a resource taken by something this desk may not see ("busy at another venue"). */
export type BusyPeriod = { resource_id: string; local_start: string; local_end: string };
export type BoardResource = Resource & { /** booked minutes of this day */ booked_minutes: number };
export type Board = {
	venue_id: string; date: string;
	/** venue-local today and now, to draw the now line */
	today: string; local_now: string;
	/** "CET", "GMT+2": the zone's abbreviation on that date */
	zone_abbreviation: string;
	resources: BoardResource[]; bookings: BoardBooking[]; busy: BusyPeriod[];
};

export type BookingDraft = {
	venue_id: string; resource_ids: string[];
	/** `YYYY-MM-DDTHH:MM`, venue-local */
	local_start: string; local_end: string;
	customer_id: string | null; title: string; description: string;
	customer_note: string; staff_note: string; attendee_count: number; meeting_url: string;
};
/** What a draft would become, said before the click. */
export type Preview = {
	starts_at: string; ends_at: string;
	/** e.g. "02:30 does not exist on that day; it becomes 03:30" */
	notes: string[];
	/** What the rules here would say, or null. */
	refusal: Problem | null;
	/** e.g. "Waiting for headquarters: nothing known here speaks against it." or "Stands at once: this desk has no headquarters." */
	worth: string;
};
export type Saved = { operation_id: string; booking_id: string; standing: Standing; notes: string[] };

export type BookingDetail = BoardBooking & {
	venue_id: string; description: string; customer_note: string; staff_note: string; meeting_url: string;
	customer: Customer | null; made_by_name: string; created_at: string;
	confirmed_at: string | null; cancelled_at: string | null; cancelled_by_name: string; cancel_reason: string;
	source: string; // "" or e.g. "clubdata 17"
	worth: string;
	/** Changes of this booking that still wait, in order, as sentences with local time. */
	waiting: { local_at: string; sentence: string }[];
};
/** A field that a person changed: what it was when they looked, and what it becomes. */
export type TextEdit = { from: string; to: string };
export type BookingEdit = {
	booking_id: string; title: TextEdit | null; description: TextEdit | null; customer_note: TextEdit | null;
	staff_note: TextEdit | null; meeting_url: TextEdit | null; attendee_count: { from: number; to: number } | null;
	customer_id: { from: string | null; to: string | null } | null;
};
export type Reschedule = { booking_id: string; from_local_start: string; from_local_end: string; from_resource_ids: string[];
	to_local_start: string; to_local_end: string; to_resource_ids: string[] };
export type CancelBooking = { booking_id: string; reason: string };
export type NewCustomer = { name: string; email: string; phone: string; address: string; note: string };
export type NewResource = { name: string; kind: ResourceKind; location: string; description: string; venue_ids: string[] };

export type SyncPhase = "standalone" | "offline_by_choice" | "online" | "syncing" | "unreachable" | "refused";
export type SyncStatus = {
	phase: SyncPhase;
	/** Operations waiting for a verdict. */
	waiting: number;
	/** Local wall time, or null */
	oldest_waiting_at: string | null; last_sync_at: string | null; offline_since: string | null;
	/** Minutes since the oldest waiting change. */
	oldest_waiting_minutes: number;
	/** Unsettled inbox items. */
	inbox: number;
	at_risk: number;
	/** Sentence for phase unreachable / refused. */
	problem: string;
	/** Clock difference to headquarters in ms when it is large (over 2 minutes), else 0. */
	clock_offset_ms: number;
	/** Rows received of the catch-up now running, 0 otherwise. */
	receiving: number;
};
export type WaitingChange = { operation_id: string; seq: number; local_at: string; sentence: string; standing: Standing; reason: string };
export type Alternative = { resource_id: string; resource_name: string; local_start: string; local_end: string };
export type InboxItem = {
	operation_id: string; seq: number; local_at: string;
	/** What was asked, as a sentence: "Book Tennis Court 1, Fri 20 Nov 13:00 to 14:00, for Tracy Smith". */
	sentence: string;
	outcome: "refused" | "dependent_refused" | "quarantined";
	problem: Problem;
	/** Who holds the slot now: a name and time as the scopes allow, else "busy at another venue"; "" when nobody. */
	held_by: string;
	/** At most three; empty when there is nothing to book again. */
	alternatives: Alternative[];
	/** The date to open on the board, "" when none. */
	date: string;
};

export const commands: {
	session(): Promise<Session>;
	timezones(): Promise<string[]>;
	startSample(): Promise<Session>;
	startEmpty(venue: EmptyVenue): Promise<Session>;
	/** Joins a headquarters: from the first start, or later as a standalone desk that brings its history. */
	joinHeadquarters(join: JoinHeadquarters): Promise<Session>;
	board(venueId: string, date: string): Promise<Board>;
	searchCustomers(text: string, limit: number): Promise<Customer[]>;
	booking(bookingId: string): Promise<BookingDetail>;
	preview(draft: BookingDraft): Promise<Preview>;
	book(draft: BookingDraft): Promise<Saved>;
	reschedule(reschedule: Reschedule): Promise<Saved>;
	editBooking(edit: BookingEdit): Promise<Saved>;
	cancelBooking(cancel: CancelBooking): Promise<Saved>;
	addCustomer(customer: NewCustomer): Promise<Customer>;
	addResource(resource: NewResource): Promise<Resource>;
	syncStatus(): Promise<SyncStatus>;
	syncNow(): Promise<null>;
	setWorkOffline(offline: boolean): Promise<SyncStatus>;
	waiting(): Promise<WaitingChange[]>;
	inbox(): Promise<InboxItem[]>;
	bookAlternative(operationId: string, alternative: Alternative): Promise<Saved>;
	settle(operationId: string): Promise<null>;
} = undefined as never; // every command throws a Problem when it is not done

export const events: {
	/** Something in the replica changed (a submit, or a sync): re-read what is on screen. */
	replicaChanged: { listen(handler: () => void): Promise<() => void> };
	/** The sync bar's state changed. */
	syncChanged: { listen(handler: (event: { payload: SyncStatus }) => void): Promise<() => void> };
} = undefined as never;
