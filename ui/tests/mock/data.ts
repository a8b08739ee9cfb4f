/** Days to look at, for screenshots only. The rules live in Rust; nothing here proves anything about them. */
import type {
	BoardBooking,
	BoardResource,
	BookingStatus,
	BusyPeriod,
	Customer,
	InboxItem,
	ResourceKind,
	Standing,
	SyncStatus,
	Venue,
} from "../../src/lib/bindings";

export * from "./rows";

export const TODAY = "2026-11-20";
export const NOW = "2026-11-20T10:54:00";

export const venue: Venue = {
	id: "venue-1",
	name: "Harbour Club",
	timezone: "Europe/Berlin",
	currency: "EUR",
	slot_minutes: 15,
};

function resource(
	id: string,
	name: string,
	kind: ResourceKind,
	location: string,
	booked: number,
): BoardResource {
	return {
		id,
		name,
		kind,
		location,
		description: "",
		active: true,
		deleted: false,
		venue_ids: [venue.id],
		booked_minutes: booked,
		booked_open_minutes: booked,
		open_minutes: 840,
		needs_approval: false,
		staff_id: null,
	};
}

export const club: BoardResource[] = [
	resource("r0", "Tennis Court 1", "court", "Outside", 518),
	resource("r1", "Tennis Court 2", "court", "Outside", 439),
	resource("r2", "Badminton Court", "court", "Hall", 576),
	resource("r3", "Table Tennis", "equipment", "Hall", 252),
	resource("r4", "Massage Room 1", "room", "First floor", 634),
	resource("r5", "Massage Room 2", "room", "First floor", 173),
	resource("r6", "Squash Court", "court", "Cellar", 475),
	resource("r7", "Snooker Table", "equipment", "Lounge", 346),
	resource("r8", "Lena Fischer", "instructor", "", 396),
];

const KINDS: ResourceKind[] = ["room", "court", "equipment", "instructor", "other"];
export const sixty: BoardResource[] = Array.from({ length: 60 }, (_, index) =>
	resource(`s${index}`, `Practice Room ${index + 1}`, KINDS[index % 5]!, "East wing", (index * 97) % 720),
);

type Row = [number, string, number, string, string, BookingStatus?, Standing?, string?];
const rows: Row[] = [
	[0, "09:00", 90, "Gerald Butters", "Tennis", "completed"],
	[0, "11:00", 60, "Tim Rownam", "Tennis"],
	[0, "13:00", 60, "Tracy Smith", "Tennis", "confirmed", "tentative"],
	[0, "16:00", 120, "", "Juniors, 8 of 8"],
	[1, "08:00", 60, "Burton Tracy", "Tennis", "completed"],
	[1, "10:00", 90, "Janice Joplette", "Tennis"],
	[1, "14:00", 90, "Nancy Dare", "Tennis"],
	[1, "17:00", 60, "David Jones", "Tennis"],
	[2, "08:30", 90, "Timothy Baker", "Badminton", "no_show"],
	[2, "10:30", 60, "Guest", "Badminton"],
	[2, "12:00", 90, "Charles Owen", "Badminton"],
	[
		2,
		"15:00",
		90,
		"Anne Baker",
		"Badminton",
		"confirmed",
		"at_risk",
		"Also booked by Desk 2: John Hunt, 15:00 to 16:00",
	],
	[2, "17:00", 60, "Ponder Stibbons", "Badminton", "pending"],
	[3, "09:30", 30, "Jemima Farrell", "Table tennis", "completed"],
	[3, "12:00", 60, "David Farrell", "Table tennis"],
	[3, "13:00", 15, "Matthew Genting", "Trial"],
	[3, "13:15", 15, "Ada", "Trial", "pending"],
	[3, "16:00", 30, "Matthew Genting", "Table tennis"],
	[4, "09:00", 60, "Florence Bader", "Massage", "completed"],
	[4, "10:30", 60, "Tracy Burton", "Massage"],
	[4, "12:00", 60, "Joan Coplin", "Massage"],
	[4, "14:00", 60, "R. Worthington-Smyth", "Massage"],
	[4, "15:30", 90, "Erica Crumpet", "Massage", "confirmed", "tentative"],
	[5, "11:00", 60, "Henry Tupperware", "Massage"],
	[5, "16:00", 60, "Hyacinth Hunt", "Massage", "pending", "tentative"],
	[6, "08:30", 60, "Anna Mackenzie", "Squash", "completed"],
	[6, "10:00", 60, "Douglas Pinker", "Squash"],
	[6, "12:30", 60, "John Hunt", "Squash"],
	[6, "14:00", 90, "Millicent Purview", "Squash"],
	[6, "16:30", 60, "Darren Smith", "Squash"],
	[7, "11:00", 120, "Guest, party of 4", "Snooker"],
	[7, "15:00", 90, "Ramnaresh Sarwin", "Snooker"],
	[8, "09:00", 60, "Tim Boothe", "Lesson", "completed"],
	[8, "13:00", 60, "Janice Joplette", "Lesson"],
	[8, "15:30", 60, "Gerald Butters", "Lesson", "confirmed", "refused"],
];

export const LONG_NAMES = [
	"Wolfeschlegelsteinhausenbergerdorff Senior",
	"김서연 어린이 테니스 아카데미 주말반",
	"عبد الرحمن بن محمد الفيصل آل سعود",
	"Maria-Magdalena Hohenzollern-Sigmaringen, with four guests from the sister club",
	"R. Worthington-Smyth",
	"Nguyễn Thị Minh Khai",
	"Zoë",
];

function wall(time: string, plus: number): string {
	return new Date(Date.parse(`${TODAY}T${time}:00Z`) + plus * 60_000).toISOString().slice(0, 19);
}

function booking(id: string, resourceId: string, row: Row, seat: number): BoardBooking {
	const [, time, minutes, customer, title, status = "confirmed", standing = "committed", reason = ""] = row;
	const [start, end] = [wall(time, 0), wall(time, minutes)];
	return {
		id,
		resource_ids: [resourceId],
		local_start: start,
		local_end: end,
		starts_at: `${start}Z`,
		ends_at: `${end}Z`,
		title,
		customer_id: customer ? `c-${customer}` : null,
		customer_name: customer,
		status,
		standing,
		standing_reason: reason,
		attendee_count: seat,
		...plain,
		...(title === "Massage"
			? { service_name: "Massage", colour: "#b4577d", buffer_after_minutes: 15 }
			: {}),
		...(title.startsWith("Juniors") ? { capacity: 8, places_taken: 7, series_id: "series-1" } : {}),
	};
}

/** What the domain adds to a booking, at its plainest. */
export const plain = {
	service_name: "",
	colour: "",
	capacity: null as number | null,
	places_taken: 0,
	buffer_before_minutes: 0,
	buffer_after_minutes: 0,
	competing: false,
	series_id: null as string | null,
	venue_id: "venue-1",
};

export const clubBookings = rows.map((row, index) =>
	booking(`b${index}`, `r${row[0]}`, row, row[3] === "" ? 8 : 1),
);

export const longBookings = clubBookings.map((one, index) => ({
	...one,
	customer_name: LONG_NAMES[index % LONG_NAMES.length]!,
}));

const STANDINGS: Standing[] = ["committed", "committed", "committed", "tentative", "committed", "at_risk"];
export const sixtyBookings = sixty.flatMap((one, column) =>
	Array.from({ length: 8 }, (_, index) => {
		const hour = String(8 + index + (column % 2)).padStart(2, "0");
		const name = LONG_NAMES[(column + index) % LONG_NAMES.length]!;
		const row: Row = [0, `${hour}:00`, 45, name, "Lesson", "confirmed", STANDINGS[(column + index) % 6]];
		return booking(`s${column}-${index}`, one.id, row, 1);
	}),
);

export const busy: BusyPeriod[] = [
	{ resource_id: "r8", local_start: `${TODAY}T10:00:00`, local_end: `${TODAY}T12:30:00` },
	{ resource_id: "r5", local_start: `${TODAY}T13:00:00`, local_end: `${TODAY}T14:00:00` },
];

export const customers: Customer[] = [
	["Tracy Smith", "555 555 5555", "tracy@example.org"],
	["Tracy Burton", "555 010 2020", ""],
	["Burton Tracy", "", "burton@example.org"],
	["Tim Rownam", "844 693 0723", ""],
	["김서연", "010 1234 5678", ""],
	["عبد الرحمن بن محمد", "", "abd@example.org"],
].map(([name, phone, email]) => ({
	id: `c-${name}`,
	name: name!,
	phone: phone!,
	email: email!,
	address: "",
	note: "",
	tags: name === "Tracy Smith" ? ["gold"] : [],
}));

export const inbox: InboxItem[] = [
	{
		operation_id: "op-1",
		seq: 41,
		local_at: `${TODAY}T10:02:11`,
		sentence: "Book Tennis Court 1, Fri 20 Nov 13:00 to 14:00, for Tracy Smith",
		outcome: "refused",
		problem: {
			kind: "refusal",
			code: "slot_taken",
			message: "Tennis Court 1 is taken from 13:00 to 14:00.",
			details: null,
		},
		held_by: "John Hunt, 13:00 to 14:30, booked at Desk 2",
		alternatives: [
			alternative("r0", "Tennis Court 1", "14:30", 60),
			alternative("r1", "Tennis Court 2", "13:00", 60),
			alternative("r1", "Tennis Court 2", "12:45", 60),
		],
		has_happened: false,
		paid_for: "",
		can_apply: false,
		has_rest: false,
		skipped: [],
		date: TODAY,
		venue_id: venue.id,
		venue_name: "",
	},
	{
		operation_id: "op-2",
		seq: 42,
		local_at: "2026-11-19T18:40:00",
		sentence: "Move Lena Fischer, Fri 20 Nov 10:00 to 11:00, for 김서연 어린이 테니스 아카데미 주말반",
		outcome: "dependent_refused",
		problem: {
			kind: "refusal",
			code: "depends_on_refused",
			message: "It changes a booking that was refused.",
			details: null,
		},
		held_by: "busy at another venue",
		alternatives: [],
		has_happened: false,
		paid_for: "",
		can_apply: false,
		has_rest: false,
		skipped: [],
		date: TODAY,
		venue_id: venue.id,
		venue_name: "",
	},
	{
		operation_id: "op-3",
		seq: 43,
		local_at: `${TODAY}T10:20:00`,
		sentence: "Move Erica Crumpet, Fri 20 Nov 15:30 to 17:00, to 17:30 to 19:00",
		outcome: "refused",
		problem: {
			kind: "refusal",
			code: "changed_elsewhere",
			message: "Somebody else has changed the stay meanwhile. Look at both values and choose.",
			details: {
				entity: "booking",
				id: "b22",
				field: "stay",
				current: { local_start: `${TODAY}T16:00:00`, local_end: `${TODAY}T17:30:00` },
				wanted: { local_start: `${TODAY}T17:30:00`, local_end: `${TODAY}T19:00:00` },
			},
		},
		held_by: "",
		alternatives: [],
		has_happened: false,
		paid_for: "",
		can_apply: true,
		has_rest: false,
		skipped: [],
		date: TODAY,
		venue_id: venue.id,
		venue_name: "",
	},
];

function alternative(resource_id: string, resource_name: string, time: string, minutes: number) {
	return { resource_id, resource_name, local_start: wall(time, 0), local_end: wall(time, minutes) };
}

export const online: SyncStatus = {
	phase: "online",
	waiting: 0,
	oldest_waiting_at: null,
	last_sync_at: `${TODAY}T10:53:40`,
	offline_since: null,
	oldest_waiting_minutes: 0,
	inbox: inbox.length,
	at_risk: 0,
	problem: "",
	clock_offset_ms: 0,
	receiving: 0,
};
export const offline: SyncStatus = {
	...online,
	phase: "offline_by_choice",
	waiting: 5,
	oldest_waiting_at: `${TODAY}T10:41:00`,
	oldest_waiting_minutes: 13,
	last_sync_at: `${TODAY}T10:36:00`,
	offline_since: `${TODAY}T10:38:00`,
	at_risk: 1,
};
