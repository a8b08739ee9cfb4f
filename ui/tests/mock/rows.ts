/** Rows, terms and a roster to look at, for screenshots only. */
import type {
	AnyJson,
	BoardBooking,
	BookingDetail,
	ClosedPeriod,
	Figures,
	Place,
	Preview,
	ReportTable,
	RowsWanted,
} from "../../src/lib/bindings";

export const rights =
	"staff venue catalogue customers bookings own_bookings roster approval calendar own_time_off outside_hours waive till refund credits deletion merge privacy erasure".split(
		" ",
	);

export const price = (minor: number) => ({
	minor,
	currency: "EUR",
	text: `${(minor / 100).toFixed(2)} EUR`,
});

const tables: { [key in string]: { [key in string]: unknown }[] } = {
	service: [
		{
			id: "s1",
			name: "Massage",
			description: "",
			duration_minutes: 60,
			buffer_after_minutes: 15,
			price: price(6500),
			capacity: 1,
			credits: 1,
			active: true,
			colour: "#b4577d",
		},
		{
			id: "s2",
			name: "Tennis lesson",
			description: "",
			duration_minutes: 60,
			price: price(4000),
			capacity: 4,
			needs_approval: true,
			credits: 1,
			active: true,
			colour: "#2f6fde",
		},
		{
			id: "s3",
			name: "A very long name of a service, such as deep tissue massage with hot stones",
			description: "",
			duration_minutes: 90,
			price: null,
			capacity: 12,
			active: false,
		},
	],
	event: [
		{
			id: "e1",
			venue_id: "venue-1",
			title: "Yoga for beginners",
			description: "",
			status: "published",
			slug: "yoga",
			capacity: 12,
		},
	],
	product: [
		{
			id: "p1",
			name: "Ten lessons",
			description: "",
			status: "active",
			credits: 10,
			validity_days: 365,
			price: price(36000),
		},
	],
	staff: [
		{ id: "staff-1", name: "Anna Berg", role: "owner", active: true },
		{ id: "staff-2", name: "Lena Fischer", role: "instructor", active: true },
		{
			id: "staff-3",
			name: "Wolfeschlegelsteinhausenbergerdorff Senior",
			role: "front_desk",
			active: false,
		},
	],
	customer: [
		{
			id: "c-Tracy Smith",
			name: "Tracy Smith",
			phone: "555 555 5555",
			email: "tracy@example.org",
			address: "",
			note: "Left-handed",
			tags: ["gold", "junior"],
			consent: { given_at: "2026-01-05T10:00:00Z", version: "2", marketing: true, sms: false },
		},
	],
	package: [
		{
			id: "k1",
			customer_id: "c-Tracy Smith",
			name: "Ten lessons",
			balance: 7,
			valid_until: "2027-06-01T00:00:00Z",
		},
		{
			id: "k2",
			customer_id: "c-Tracy Smith",
			name: "Five massages",
			balance: 0,
			valid_until: "2026-06-01T00:00:00Z",
		},
	],
	credit_entry: [
		{ id: "l1", package_id: "k1", kind: "purchase", credits: 10, entered_at: "2026-06-01T09:00:00Z" },
		{ id: "l2", package_id: "k1", kind: "use", credits: -1, entered_at: "2026-07-01T09:00:00Z" },
		{
			id: "l3",
			package_id: "k1",
			kind: "correction",
			credits: -2,
			entered_at: "2026-07-03T09:00:00Z",
			reason: "Paid for a friend",
		},
	],
	availability_exception: [
		{
			id: "x1",
			kind: "closure",
			venue_id: "venue-1",
			local_start: "2026-12-24T00:00:00",
			local_end: "2026-12-27T00:00:00",
			all_day: true,
			reason: "Christmas",
		},
		{
			id: "x2",
			kind: "maintenance",
			venue_id: "venue-1",
			resource_id: "r0",
			local_start: "2026-11-23T08:00:00",
			local_end: "2026-11-23T12:00:00",
			reason: "New net",
		},
		{
			id: "x3",
			kind: "time_off",
			venue_id: "venue-1",
			staff_id: "staff-2",
			local_start: "2026-12-01T00:00:00",
			local_end: "2026-12-08T00:00:00",
			all_day: true,
			reason: "",
		},
	],
	venue: [
		{
			id: "venue-1",
			name: "Harbour Club",
			timezone: "Europe/Berlin",
			currency: "EUR",
			slot_minutes: 15,
			hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: "08:00:00", closes: "22:00:00" })),
			policy: { free_cancel_minutes: 1440 },
		},
	],
};

export const rows = ({ entity, columns }: RowsWanted): AnyJson[] =>
	(tables[entity] ?? []).filter((row) =>
		// Whoever is asked for by their id, it is always the same one.
		Object.entries(columns).every(([name, value]) => name === "id" || row[name] === value),
	) as AnyJson[];

export const unpriced: Omit<Preview, "starts_at" | "ends_at" | "notes" | "refusal" | "worth"> = {
	warnings: [],
	resource_names: ["Squash Court"],
	price: null,
	package_name: "",
	credits: 0,
	credits_left: 0,
	free_until: null,
	dates: 1,
	skipped: [],
};

type Terms = Omit<
	BookingDetail,
	| keyof BoardBooking
	| "venue_id"
	| "description"
	| "customer_note"
	| "staff_note"
	| "meeting_url"
	| "customer"
	| "made_by_name"
	| "created_at"
	| "confirmed_at"
	| "cancelled_at"
	| "cancelled_by_name"
	| "cancel_reason"
	| "source"
	| "worth"
	| "waiting"
>;

export const terms = (booking: BoardBooking): Terms => {
	const sold = booking.service_name !== "";
	return {
		place_name: "Tennis Court 1",
		service_id: sold ? "s1" : null,
		event_title: "",
		price: sold ? price(6500) : null,
		payments: sold
			? [
					{
						id: "y1",
						amount: price(2000),
						method: "cash",
						refund: false,
						local_at: "2026-11-20T09:00:00",
						by_name: "Anna Berg",
						customer_name: "",
						note: "Deposit",
					},
				]
			: [],
		paid: sold ? price(2000) : null,
		owed: sold ? price(4500) : null,
		overpaid: null,
		places_money: [],
		package_name: "",
		credits: 0,
		free_until: sold ? "2026-11-19T14:00:00" : null,
		cancels_late: sold,
		approve_by: null,
		confirmed_by_name: "",
		reject_reason: "",
		outside_hours_reason: "",
		rrule: booking.series_id ? "FREQ=WEEKLY;COUNT=10" : "",
		skipped: [],
	};
};

const place = (n: number, customer_name: string, status: string): Place => ({
	attendance_id: `a${n}`,
	customer_id: `c${n}`,
	customer_name,
	status,
	local_joined: "2026-11-18T10:00:00",
	package_name: n % 2 ? "Ten lessons" : "",
	credits: n % 2,
	reason: "",
	next: n === 5,
	passed_over: n === 6 ? "Their packages cannot pay for a place." : "",
});

export const roster: Place[] = [
	place(1, "Tracy Smith", "present"),
	place(2, "Maria-Magdalena Hohenzollern-Sigmaringen", "booked"),
	place(3, "عبد الرحمن بن محمد", "late"),
	place(4, "Tim Rownam", "excused"),
	place(5, "Burton Tracy", "waitlisted"),
	place(6, "Nancy Dare", "waitlisted"),
];

export const report: ReportTable = {
	name: "rows",
	columns: ["date", "resource_id", "resource", "open_minutes", "booked_minutes", "utilisation"],
	rows: [
		["2026-11-19", "r0", "Tennis Court 1", "840", "420", "0.5"],
		["2026-11-19", "r1", "Tennis Court 2", "840", "0", "0"],
		["2026-11-20", "r0", "Tennis Court 1", "840", "518", "0.6166"],
	],
};

export const closed = (resourceIds: string[], day: string): ClosedPeriod[] =>
	resourceIds.flatMap((resource_id, index) => {
		const period = (from: string, until: string, kind = "", reason = "") => ({
			resource_id,
			local_start: `${day}T${from}:00`,
			local_end: `${day}T${until}:00`,
			kind,
			reason,
		});
		return [
			period("00:00", "08:00"),
			period("22:00", "23:59"),
			...(index === 3 ? [period("17:00", "20:00", "maintenance", "New net for the whole season")] : []),
			...(index === 5 ? [period("08:00", "11:00", "blocked", "")] : []),
		];
	});

export const figures: Figures = {
	visits: 23,
	no_shows: 1,
	first_visit: "2025-02-03T10:00:00",
	last_visit: "2026-11-13T10:00:00",
	spend: "640.00 EUR",
	packages: "360.00 EUR",
	points: 640,
	tier: "gold",
};
