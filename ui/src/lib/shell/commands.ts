/** What a person can do from anywhere, once: the keys and the palette both read this list. */
import { board } from "../board/board.svelte";
import { detail } from "../booking/detail.svelte";
import { quick } from "../booking/quick.svelte";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { isTyping } from "../parts/focus";
import { session } from "../session/session.svelte";
import { sync } from "../sync/sync.svelte";
import { shell } from "./panel.svelte";
import { toasts } from "./toasts.svelte";
import { theme, type ThemeChoice } from "./theme.svelte";

export type Command = { id: string; label: string; key: string; run: () => unknown };

export function commands(): Command[] {
	const list: Command[] = [
		{ id: "new", label: m.bar.newBooking, key: "N", run: () => quick.openBlank() },
		{ id: "today", label: m.bar.today, key: "T", run: () => toDay(() => board.goto("")) },
		{ id: "previous", label: m.bar.previous, key: "←", run: () => toDay(() => board.step(-1)) },
		{ id: "next", label: m.bar.next, key: "→", run: () => toDay(() => board.step(1)) },
		{ id: "go", label: m.palette.goToDate, key: "G", run: () => shell.askDate() },
		{ id: "day", label: m.rooms.day, key: "D", run: () => shell.go("day") },
		{ id: "requests", label: m.rooms.requests, key: "R", run: () => shell.go("requests") },
		{ id: "customers", label: m.rooms.customers, key: "C", run: () => shell.go("customers") },
		{ id: "catalogue", label: m.rooms.catalogue, key: "", run: () => shell.go("catalogue") },
		{ id: "calendar", label: m.rooms.calendar, key: "", run: () => shell.go("calendar") },
		{ id: "staff", label: m.rooms.staff, key: "", run: () => shell.go("staff") },
		{ id: "undo", label: m.undo.label, key: "U", run: undo },
		{ id: "inbox", label: m.rooms.inbox, key: "I", run: () => shell.go("inbox") },
		{ id: "settings", label: m.rooms.settings, key: "", run: () => shell.go("settings") },
		{ id: "keys", label: m.keys.heading, key: "?", run: () => shell.open("keys") },
	];
	if (!session.laptop) {
		list.push({ id: "reports", label: m.rooms.reports, key: "", run: () => shell.go("reports") });
	}
	if (session.lockable) {
		list.push(
			{ id: "lock", label: m.staff.lock, key: "L", run: () => session.lock() },
			{ id: "sign-in", label: m.staff.signIn, key: "", run: () => (shell.signingIn = true) },
		);
	}
	if (sync.linked) {
		const offline = sync.offline ? m.palette.goOnline : m.sync.workOffline;
		list.push(
			{ id: "sync", label: m.sync.now, key: "S", run: () => sync.now() },
			{ id: "offline", label: offline, key: "O", run: () => sync.workOffline(!sync.offline) },
			{ id: "waiting", label: m.sync.show, key: "", run: () => shell.open("waiting") },
		);
	}
	for (const [choice, name] of Object.entries(m.settings.theme) as [ThemeChoice, string][]) {
		list.push({
			id: `theme-${choice}`,
			label: m.palette.themeTo(name),
			key: "",
			run: () => theme.choose(choice),
		});
	}
	return list;
}

/** Takes back what this person did last. */
export async function undo() {
	try {
		const what = await desk.undo();
		toasts.good(what === "" ? m.undo.nothing : m.undo.done(what));
	} catch (error) {
		toasts.problem(asProblem(error));
	}
}

function toDay(then: () => unknown) {
	shell.go("day");
	return then();
}

/** Keys that mean something only while a booking is open in the panel. */
function detailKey(key: string): boolean {
	if (shell.panel !== "detail" || detail.mode !== "view") return false;
	const modes = { e: "edit", m: "move", delete: "cancel", backspace: "cancel" } as const;
	const mode = modes[key as keyof typeof modes];
	if (!mode) return false;
	if (!detail.booking) void detail.whenRead(() => detailKey(key));
	else if (detail.changeable) detail.turn(mode);
	else return false;
	return true;
}

/** Esc goes one step back: out of a form, then out of the panel. */
function escape() {
	if (shell.panel === "detail" && detail.mode !== "view") return detail.turn("view");
	if (shell.panel === "detail") return detail.dismiss();
	if (shell.panel === "quick") return quick.dismiss();
	shell.panel = "none";
}

const ALIASES: Record<string, string> = { arrowleft: "←", arrowright: "→" };

/** The window's one key handler. Single letters are commands only while nobody is writing. */
export function onWindowKey(event: KeyboardEvent) {
	const key = event.key.toLowerCase();
	if (session.locked) return;
	if ((event.ctrlKey || event.metaKey) && key === "k") {
		event.preventDefault();
		shell.palette = !shell.palette;
		return;
	}
	if (shell.palette || event.defaultPrevented || shell.signingIn) return;
	if (key === "escape") return escape();
	if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
	if (key === "/") {
		event.preventDefault();
		shell.palette = true;
		return;
	}
	if (detailKey(key)) return event.preventDefault();
	// Elsewhere the arrows scroll, or walk through a group of choices.
	if (key in ALIASES && shell.room !== "day") return;
	const wanted = (ALIASES[key] ?? key).toUpperCase();
	const command = commands().find((entry) => entry.key === wanted);
	if (!command) return;
	event.preventDefault();
	command.run();
}
