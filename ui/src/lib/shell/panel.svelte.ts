/** Which room is on screen, and what stands in the panel beside it. One place, so that keys, the palette and
 *  the mouse agree. */
export const ROOMS = [
	"day",
	"requests",
	"customers",
	"catalogue",
	"calendar",
	"reports",
	"staff",
	"inbox",
	"settings",
] as const;
export type Room = (typeof ROOMS)[number];
export type Panel = "none" | "quick" | "detail" | "waiting" | "keys";

class ShellState {
	room = $state<Room>("day");
	panel = $state<Panel>("none");
	palette = $state(false);
	/** Counts goings to rooms: whoever goes to one takes the keyboard along. */
	gone = $state(0);
	/** The keyboard is to go into the date field of the bar; cleared by the field when it has it. */
	dateAsked = $state(false);
	addingResource = $state(false);
	joining = $state(false);
	/** Somebody else takes over this desk. */
	signingIn = $state(false);

	go(room: Room) {
		this.room = room;
		this.gone++;
		if (room !== "day" && (this.panel === "quick" || this.panel === "detail")) this.panel = "none";
	}

	open(panel: Panel) {
		if (panel === "quick" || panel === "detail") this.room = "day";
		this.panel = panel;
	}

	askDate() {
		this.room = "day";
		this.dateAsked = true;
	}
}

export const shell = new ShellState();
