/** What is known of a customer, as a form. */
import { m } from "../messages";
import type { Field } from "../records/fields";

const c = m.customers;

export const customerFields = (): Field[] => [
	{ key: "name", label: c.name, kind: "text" },
	{ key: "phone", label: c.phone, kind: "text", half: true },
	{ key: "email", label: c.email, kind: "text", half: true },
	{ key: "email_verified", label: c.verified, kind: "flag" },
	{ key: "address", label: c.address, kind: "area" },
	{
		key: "preferred_contact",
		label: c.preferred,
		kind: "select",
		optional: true,
		half: true,
		options: () => Object.entries(c.contacts).map(([value, label]) => ({ value, label })),
	},
	{ key: "language", label: c.language, kind: "text", half: true },
	{ key: "timezone", label: c.timezone, kind: "text", optional: true, half: true },
	{ key: "tags", label: c.tags, kind: "words", half: true, hint: c.tagsHint },
	{ key: "preferences", label: c.preferences, kind: "area" },
	{ key: "note", label: c.note, kind: "area" },
	{ key: "photo_url", label: c.photo, kind: "text" },
	{ key: "blocked_reason", label: c.blocked, kind: "text", hint: c.blockedHint },
];

/** What somebody was looked for by, as the form of a new customer begins: a number, an address or a name. */
export function soughtAs(text: string): { [key in string]: string } {
	const typed = text.trim();
	if (/^[+\d][\d\s()/.-]*$/.test(typed)) return { phone: typed };
	return typed.includes("@") ? { email: typed } : { name: typed };
}

/** What only a change can set. */
export const EDIT_ONLY = ["email_verified", "blocked_reason"];

/** What a customer agreed to, which is given as a whole. */
export const consentFields: Field[] = [
	{ key: "version", label: c.consentVersion, kind: "text" },
	{ key: "marketing", label: c.marketing, kind: "flag" },
	{ key: "sms", label: c.sms, kind: "flag" },
];
