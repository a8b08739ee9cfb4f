import type { Attachment } from "svelte/attachments";

/** Takes the keyboard to an element when it appears. */
export const focusHere: Attachment<HTMLElement> = (element) => element.focus();

/** Takes the keyboard to the first field of a form when it appears, and a small form into sight with its button. */
export const focusFirst: Attachment<HTMLElement> = (form) => {
	form.querySelector<HTMLElement>("input, select, textarea")?.focus();
	if (form.offsetHeight < window.innerHeight / 2) form.scrollIntoView({ block: "nearest" });
};

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

/** Whether the keyboard now writes text, so that single letters are not commands. */
export function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

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
