/**
 * Every text of the window, in English. A second language is a second object of this type, so nothing but this
 * file and those in `messages/` may hold a sentence. Entries that depend on a number or a name are functions.
 *
 * Sentences that state a rule's answer come from Rust and are shown as they are; only what the window itself
 * has to say is here.
 */
import type { BookingStatus, ResourceKind, Standing } from "./bindings";
import { data } from "./messages/data";
import { inbox } from "./messages/inbox";
import { rooms } from "./messages/rooms";
import { sale } from "./messages/sale";

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

function duration(minutes: number): string {
	const hours = Math.floor(minutes / 60);
	const rest = minutes % 60;
	if (hours === 0) return count(rest, "minute", "minutes");
	if (rest === 0) return count(hours, "hour", "hours");
	return `${count(hours, "hour", "hours")} ${count(rest, "minute", "minutes")}`;
}

/** "for 13 minutes", "for 3 days": how long something has waited, no finer than it matters. */
function age(minutes: number): string {
	if (minutes < 1) return "for less than a minute";
	if (minutes < 60) return `for ${count(minutes, "minute", "minutes")}`;
	if (minutes < 48 * 60) return `for ${count(Math.round(minutes / 60), "hour", "hours")}`;
	return `for ${count(Math.round(minutes / 1440), "day", "days")}`;
}

const waits = (n: number) => (n === 1 ? "1 change waits" : `${n} changes wait`);

export const m = {
	...data,
	...inbox,
	...rooms,
	...sale,
	app: "Holdfast",
	duration,
	age,

	common: {
		back: "Back",
		close: "Close",
		save: "Save",
		saving: "Saving…",
		retry: "Try again",
		loading: "Loading…",
		failedTitle: "This did not load",
		needed: "This is needed.",
		to: (from: string, to: string) => `${from} to ${to}`,
	},

	kinds: {
		court: "Court",
		room: "Room",
		equipment: "Equipment",
		instructor: "Instructor",
		other: "Other",
	} satisfies Record<ResourceKind, string>,
	kindsMany: {
		court: "Courts",
		room: "Rooms",
		equipment: "Equipment",
		instructor: "Instructors",
		other: "Other",
	} satisfies Record<ResourceKind, string>,

	status: {
		pending: "Pending",
		confirmed: "Confirmed",
		rejected: "Rejected",
		cancelled: "Cancelled",
		completed: "Completed",
		no_show: "No-show",
	} satisfies Record<BookingStatus, string>,
	standing: {
		tentative: "Tentative",
		at_risk: "At risk",
		committed: "Committed",
		refused: "Refused",
	} satisfies Record<Standing, string>,
	worth: {
		tentative: "Waiting for headquarters",
		at_risk: "At risk",
		committed: "It stands",
		refused: "Headquarters refused this",
	} satisfies Record<Standing, string>,
	/** Of a request that nobody has answered, however far it is. */
	asksOnly: "It is asked for, and not booked until somebody approves it",

	rooms: {
		main: "Rooms",
		day: "Day",
		requests: "Requests",
		customers: "Customers",
		catalogue: "Catalogue",
		calendar: "Calendar",
		reports: "Reports",
		staff: "Staff",
		inbox: "Inbox",
		settings: "Settings",
	},
	inboxBadge: (n: number) => count(n, "refusal to look at", "refusals to look at"),

	bar: {
		previous: "Previous day",
		next: "Next day",
		today: "Today",
		summary: (bookings: number, percent: number | null) => {
			const booked = bookings === 0 ? "no bookings" : count(bookings, "booking", "bookings");
			return percent === null || bookings === 0 ? booked : `${booked}, ${percent}%`;
		},
		summaryTitle: (summary: string, booked: string, resources: number) =>
			`${summary}: ${booked} booked on ${count(resources, "resource", "resources")}; of their open time, the part that is booked`,
		jump: "Go to date",
		jumpHint: "A date: 2026-11-20, 20.11., tomorrow, +7",
		notADate: "This is not a date. Write 2026-11-20, 20.11., tomorrow or +7.",
		pick: "Choose a day",
		previousMonth: "Previous month",
		nextMonth: "Next month",
		weekdays: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
		find: "Find or do anything",
		newBooking: "New booking",
		venue: "Venue",
		show: "Show resources",
		showAll: "All resources",
		clearFilter: (kind: string) => `Only ${kind.toLowerCase()} are shown. Show all resources`,
	},

	board: {
		label: (date: string) => `Day board, ${date}`,
		/** "Court, 20%". */
		headLine: (kind: string, percent: number | null, deleted: boolean) =>
			`${kind}, ${deleted ? "deleted" : percent === null ? "closed" : `${percent}%`}`,
		headTitle: (name: string, kind: string, booked: string, percent: number | null, deleted: boolean) =>
			`${name}. ${kind}${deleted ? ", deleted" : ""}. ${booked} booked on this day, ${percent === null ? "closed" : `${percent}% of its open time`}.`,
		deleted: (name: string) => `${name} (deleted)`,
		takenWith: (names: string) => `Taken with ${names}`,
		busy: (laptop: boolean) => (laptop ? "Busy" : "Busy at another venue"),
		buffer: "Buffer",
		closed: "Closed",
		taken: (taken: number, capacity: number) => `${taken}/${capacity}`,
		repeats: "Repeats",
		block: (who: string, title: string, span: string, where: string) =>
			[who, title, span, where].filter(Boolean).join(", "),
		untitled: "No name",
		people: (n: number) => count(n, "person", "people"),
		draft: "New booking",
		emptyToday: "No bookings yet today. Press N or click a free hour.",
		emptyDay: "No bookings on this day. Press N or click a free hour.",
		emptyClosed: "Closed all day. No bookings.",
		noResourcesTitle: "Nothing can be booked here yet",
		noResources: "Add the first court, room or instructor. It becomes a column of the day.",
		noVenueYet: "Waiting for the first rows from headquarters.",
		moved: (who: string, when: string) => `${who} moved to ${when}.`,
	},

	quick: {
		heading: "New booking",
		begunBy: (who: string) => `Begun by ${who}.`,
		resource: "Resource",
		also: "Also takes",
		alsoAdd: "Add another resource",
		alsoRemove: (name: string) => `Without ${name}`,
		date: "Date",
		start: "Start",
		end: "End",
		customer: "Customer",
		customerHint: "Name, phone or e-mail",
		customerNotChosen: "Choose this customer from the list, make a new one, or empty the field.",
		newCustomer: (name: string) => `New customer “${name}”`,
		newCustomerHeading: "New customer",
		someoneElse: "Choose someone else",
		name: "Name",
		phone: "Phone",
		email: "E-mail",
		titleField: "Title",
		customerNote: "Customer asked for",
		staffNote: "Staff note",
		more: "More",
		attendees: "Number of people",
		meetingUrl: "Meeting link",
		description: "Description",
		save: "Book",
		saved: (what: string, when: string) => `${what} booked, ${when}.`,
		nextDay: "Ends the next day",
		notATime: "Write a time like 9:30",
		notADate: "Write a date like 2026-11-20",
		chooseResource: "Choose a resource",
		refusedAs: "This cannot be booked",
		goOn: "It can be booked all the same",
	},

	detail: {
		heading: "Booking",
		subtitle: (title: string, length: string, where: string) =>
			[title, length, where].filter(Boolean).join(", "),
		when: "When",
		where: "Where",
		phone: "Phone",
		email: "E-mail",
		customerNote: "Asked for",
		staffNote: "Staff note",
		about: "About",
		note: "Note",
		people: "People",
		link: "Link",
		booked: "Booked",
		askedFor: "Asked",
		bookedBy: (who: string, when: string) => (who ? `${when} by ${who}` : when),
		cancelled: "Cancelled",
		source: "Imported from",
		reason: "Reason",
		edit: "Edit",
		move: "Move",
		waiting: "Waiting changes",
		today: "Today",
		editHeading: "Edit booking",
		moveHeading: "Move booking",
		moveSave: "Move",
		edited: "Saved.",
	},

	cancel: {
		button: "Cancel booking",
		heading: "Cancel this booking?",
		consequence: {
			standalone: "The slot is free again at once. The booking stays in the records with your reason.",
			committed:
				"The slot is free again on this desk at once. Headquarters and the other desks learn of it at the next sync.",
			tentative:
				"Headquarters has not judged this booking yet. It will receive the booking and its cancellation together.",
			at_risk: "It is at risk already. Cancelling takes it off the board; nothing else has to be done.",
			refused: "Headquarters refused it. Cancelling takes it off the board.",
		},
		reason: "Reason",
		reasonHint: "Why is it cancelled?",
		confirm: "Cancel booking",
		keep: "Keep it",
		done: (who: string) => `${who}: booking cancelled.`,
	},

	sync: {
		standalone: "This desk works alone.",
		savedHere: "Everything is saved on this computer.",
		join: "Join a headquarters",
		online: "Online.",
		nothingWaits: "Nothing waits.",
		syncing: "Syncing…",
		receiving: (n: number) => `Receiving ${count(n, "row", "rows")}.`,
		offlineSince: (when: string) => `Working offline since ${when}.`,
		offline: "Working offline.",
		unreachable: "Headquarters cannot be reached.",
		refused: "Headquarters does not accept this desk.",
		waits,
		waitsOldest: (n: number, minutes: number) =>
			n === 1 ? `1 change waits, ${age(minutes)}.` : `${waits(n)}, the oldest ${age(minutes)}.`,
		atRisk: (n: number) => `${n} at risk.`,
		lastSync: (when: string) => `Last sync ${when}`,
		never: "Not synced yet",
		show: "Show changes",
		now: "Sync now",
		workOffline: "Work offline",
		clock: (minutes: number) => `This computer's clock is off by ${count(minutes, "minute", "minutes")}.`,
	},

	first: {
		heading: "Welcome to Holdfast",
		intro: "Bookings on this computer, with or without a network. How shall this desk begin?",
		sample: "Sample venue",
		sampleText: "A club with courts, rooms and bookings, to look around in. Works alone.",
		empty: "Empty venue",
		emptyText: "Your own place. Works alone, and can join a headquarters later with its history.",
		join: "Join a headquarters",
		joinText: "This desk becomes one of several. You need an address and a pairing code.",
		starting: "Preparing…",
		create: "Create venue",
		orgName: "Organisation",
		venueName: "Venue",
		ownerName: "Your name",
		timezone: "Time zone",
		currency: "Currency",
		slot: "Slot grid, minutes",
		slotHint: "Bookings start and end on this grid",
		notANumber: "Write a whole number",
	},

	join: {
		heading: "Join a headquarters",
		later: "This desk brings its bookings along. They wait as tentative until headquarters has judged each one.",
		again: "Pair this desk again",
		anew: "With a new code this desk becomes a new device. What waits here goes on: nothing is lost.",
		url: "Address",
		urlHint: "https://hq.example.org",
		code: "Pairing code",
		codeHint: "From a manager; it works once and not for long",
		device: "Name of this desk",
		deviceDefault: "Front desk",
		submit: "Join",
		submitting: "Joining…",
		joined: "Joined.",
	},

	settings: {
		heading: "Settings",
		appearance: "Appearance",
		theme: { system: "As the system", light: "Light", dark: "Dark" },
		desk: "This desk",
		org: "Organisation",
		staff: "Working as",
		device: "Desk",
		headquarters: "Headquarters",
		alone: "None, this desk works alone",
		folder: "Data folder",
		venues: "Venues",
		venueFacts: (zone: string, currency: string, slot: number) =>
			`${zone}, ${currency}, ${slot} minute slots`,
		resources: "Resources",
		resourcesNone: "None yet.",
		addResource: "Add resource",
		name: "Name",
		kind: "Kind",
		location: "Location",
		added: (name: string) => `${name} added.`,
	},

	palette: {
		placeholder: "Type a command, a resource, a customer or a date",
		nothing: "Nothing found.",
		goTo: (day: string) => `Go to ${day}`,
		resource: (name: string) => `Show ${name}`,
		customer: (name: string) => `New booking for ${name}`,
		groups: { command: "Do", resource: "Resource", customer: "Customer", date: "Day" },
		goToDate: "Go to date…",
		themeTo: (name: string) => `Theme: ${name.toLowerCase()}`,
		goOnline: "Work online again",
	},

	keys: {
		heading: "Keys",
		list: [
			["N", "New booking"],
			["T", "Today"],
			["← →", "Previous, next day"],
			["↑ ↓", "Booking above, below"],
			["G", "Go to date"],
			["D", "Day board"],
			["R", "Requests"],
			["C", "Customers"],
			["I", "Inbox"],
			["Enter", "Open the booking in focus"],
			["E", "Edit the open booking"],
			["M", "Move it: to its time fields"],
			["Del", "Cancel it"],
			["U", "Undo my last action"],
			["L", "Lock this desk"],
			["Esc", "Close the panel"],
			["S", "Sync now"],
			["O", "Work offline, on and off"],
			["Ctrl K  /", "Find or do anything"],
			["?", "This list"],
		] as [string, string][],
	},

	/** What the sentence from Rust does not say, by code, where the window has done something about it. */
	nextStep: {
		changed_elsewhere: "What you see now is how it is.",
		signed_out: "Sign in with your PIN.",
		failure: "Nothing was changed.",
	} as Record<string, string>,
};
