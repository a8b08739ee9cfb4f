import type { Attachment } from "svelte/attachments";

/** Takes the keyboard to an element when it appears. */
export const focusHere: Attachment<HTMLElement> = (element) => element.focus();

/** Whether the keyboard now writes text, so that single letters are not commands. */
export function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
