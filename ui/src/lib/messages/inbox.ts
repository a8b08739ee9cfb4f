/** What the window says about what others have changed meanwhile, and what headquarters refused. */
const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

/** The first of many dates. */
const NAMED = 3;
const first = (days: string[]) => {
	const more = days.length - NAMED;
	return `${days.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};
const leftOut = (days: string[]) => {
	if (days.length === 0) return "";
	return ` Left out: ${first(days)}${days.length > NAMED ? ", which the series lists" : ""}.`;
};

export const inbox = {
	conflict: {
		heading: "Someone else changed this",
		current: "It is now",
		wanted: "You wrote",
		keepTheirs: "Keep theirs",
		useMine: "Use mine",
		empty: "(empty)",
		unnamed: "(not known by name here)",
	},

	inbox: {
		heading: "Inbox",
		intro: "What headquarters refused. Nothing is lost: choose another slot, or settle it, which takes it out of the inbox and keeps the record.",
		outcome: {
			refused: "Refused",
			dependent_refused: "Refused with another",
			quarantined: "Set aside",
		},
		heldBy: "Held by",
		alternatives: "Book instead",
		alternative: (resource: string, day: string, span: string) => `${resource}, ${day} ${span}`,
		open: "Open the day",
		settle: "Settle",
		settleTitle: "Take it out of the inbox; the record stays",
		paid: "The money goes over to what is booked instead. If nothing is, give it back and say so here.",
		moneyMoved: "What was paid is taken for it.",
		happened: "It has happened all the same: say what became of it.",
		became: "What became of it",
		becameHint: "The money was given back, they were told…",
		asked: (when: string) => `asked ${when}`,
		emptyTitle: "Nothing to settle",
		empty: "When headquarters refuses a change, it comes here with the reason and up to three other slots.",
		booked: (what: string) => `Booked instead: ${what}.`,
		settled: (credits: number) =>
			credits > 0 ? `Settled. ${count(credits, "credit", "credits")} came back.` : "Settled.",
		noRoom: (days: string[]) => `No room on ${first(days)}.`,
		rest: "Book the other dates",
		restBooked: (n: number, left: string[]) => `Booked on ${count(n, "date", "dates")}.${leftOut(left)}`,
		apply: "Apply mine after all",
		applied: "Asked once more.",
	},

	waiting: {
		heading: "Waiting changes",
		intro: "Saved on this computer, in order. Headquarters decides at the next sync.",
		empty: "Nothing waits.",
	},
};
