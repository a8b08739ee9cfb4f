import type { Attachment } from "svelte/attachments";

/** Takes the keyboard to an element when it appears. */
export const focusHere: Attachment<HTMLElement> = (element) => element.focus();

/** Takes the keyboard to the first field of a form when it appears. */
export const focusFirst: Attachment<HTMLElement> = (form) =>
	form.querySelector<HTMLElement>("input, select, textarea")?.focus();

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
