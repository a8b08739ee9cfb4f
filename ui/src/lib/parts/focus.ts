import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";

/** Takes the keyboard to an element when it appears. */
export const focusHere: Attachment<HTMLElement> = (element) => element.focus();

/** Takes the keyboard to the first field of a form when it appears, and a small form into sight with its button. */
export const focusFirst: Attachment<HTMLElement> = (form) => {
	const field = form.querySelector<HTMLElement>(":is(input, select, textarea):enabled");
	if (field) field.focus();
	// What can only be read begins at its top. Where a click does harm, a second Enter must not be enough.
	else form.querySelector<HTMLElement>("[tabindex], button")?.focus({ preventScroll: true });
	if (form.offsetHeight < window.innerHeight / 2) inSight(form);
};

/** What appears, or grows, is brought into sight. */
export const inSight = (element: HTMLElement | null | undefined) =>
	element?.scrollIntoView({ block: "nearest" });

/** Esc closes a form that stands open in a room, and the keyboard goes back to where it was opened from. To be put
 *  before whatever takes the keyboard into the form. */
export const closes =
	(close: (() => void) | undefined): Attachment<HTMLElement> =>
	(form) => {
		const from = document.activeElement;
		const onkeydown = (event: KeyboardEvent) => {
			if (event.key !== "Escape" || event.defaultPrevented || !close) return;
			// So that what is open behind it stays open.
			event.preventDefault();
			close();
		};
		form.addEventListener("keydown", onkeydown);
		return () => {
			form.removeEventListener("keydown", onkeydown);
			setTimeout(() => {
				const nowhere = document.activeElement === document.body;
				if (nowhere && from instanceof HTMLElement && from.isConnected) from.focus();
			});
		};
	};

/** Whoever is chosen from a long list is where one goes on: they take the keyboard from it, and Esc gives it back. */
export const takesOver: Attachment<HTMLElement> = (card) => {
	const from = document.activeElement;
	if (!(from instanceof HTMLElement) || !from.closest("ul")) return;
	card.tabIndex = -1;
	card.focus({ preventScroll: true });
	const onkeydown = (event: KeyboardEvent) => {
		if (event.key !== "Escape" || event.defaultPrevented) return;
		event.preventDefault();
		from.focus();
	};
	card.addEventListener("keydown", onkeydown);
	return () => card.removeEventListener("keydown", onkeydown);
};

/** A long list that scrolls by itself is reached by Tab, and the arrows read on in it: else only a wheel could. */
export const reachable: Attachment<HTMLElement> = (list) => {
	const look = () => {
		if (list.scrollHeight > list.clientHeight) list.tabIndex = 0;
		else list.removeAttribute("tabindex");
	};
	const seen = new ResizeObserver(look);
	seen.observe(list);
	// Its box stays as it is while more comes into it.
	const filled = new MutationObserver(look);
	filled.observe(list, { childList: true, subtree: true });
	return () => {
		seen.disconnect();
		filled.disconnect();
	};
};

/** Whether the keyboard now writes text, so that single letters are not commands. */
export function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** What a form is not sent for is said below its field, and not in a bubble of the web view's own. */
export const saysItself = (say: () => void) => (event: Event & { currentTarget: HTMLInputElement }) => {
	event.preventDefault();
	say();
	const field = event.currentTarget;
	if (field.form?.querySelector("input:invalid") === field) field.focus();
};

/** Ctrl and Enter saves a form from any of its fields, also from one of several lines. */
export const ctrlEnterSubmits: Attachment<HTMLFormElement> = (form) => {
	const onkeydown = (event: KeyboardEvent) => {
		if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
		event.preventDefault();
		form.requestSubmit();
	};
	form.addEventListener("keydown", onkeydown);
	return () => form.removeEventListener("keydown", onkeydown);
};

/** Takes the keyboard to what may not have it by itself, such as a heading or a panel. */
export function goTo(place: HTMLElement | null | undefined) {
	if (!place) return;
	if (place.tabIndex < 0) place.tabIndex = -1;
	place.focus();
}

/** Where what had the keyboard has gone from the screen, this takes it, and one goes on from there. */
export async function goOnAt(place: () => HTMLElement | null | undefined) {
	await tick();
	const at = document.activeElement;
	if (!at || at === document.body) goTo(place());
}

/** The keyboard goes back to what had it before, or where that has gone, to where one begins again. */
export const goBackTo = (from: Element | null, start: () => HTMLElement | null) =>
	goOnAt(() =>
		from instanceof HTMLElement && from !== document.body && from.isConnected ? from : start(),
	);

/** What a form was refused for takes the keyboard, also out of what it is folded away in, and is in sight with what is
 *  said of it. */
export async function goToWrong(form: HTMLElement | undefined) {
	await tick();
	const wrong = form?.querySelector<HTMLElement>("[aria-invalid=true]");
	const folded = wrong?.closest("details");
	if (folded) folded.open = true;
	wrong?.focus();
	inSight(
		wrong?.closest<HTMLElement>(".field") ??
			form?.querySelector<HTMLElement>(".field-error, [role=alert]"),
	);
}
