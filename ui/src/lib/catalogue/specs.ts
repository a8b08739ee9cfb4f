/** What is sold and what can be booked, as lists and forms. Which values are allowed, the rules say. */
import type { Price } from "../bindings";
import { board } from "../board/board.svelte";
import { m } from "../messages";
import type { Field, Json, Option } from "../records/fields";
import type { Spec } from "../records/spec";
import { session } from "../session/session.svelte";
import { catalogue } from "./catalogue.svelte";

const c = m.catalogue;
const options = (words: { [key in string]: string }): Option[] =>
	Object.entries(words).map(([value, label]) => ({ value, label }));
const venues = (): Option[] =>
	(session.session?.venues ?? []).map(({ id, name }) => ({ value: id, label: name }));
const price = (row: Json) => (row["price"] as Price | null | undefined)?.text ?? "";
const number = (row: Json, key: string) => Number(row[key] ?? 0);
const word = (words: { [key in string]: string }, value: unknown) => words[String(value)] ?? String(value);
const severalVenues = () => (session.session?.venues.length ?? 0) > 1;

const text = (key: string, label: string): Field => ({ key, label, kind: "text" });
const area = (key: string, label: string): Field => ({ key, label, kind: "area" });
const count = (key: string, label: string, begin = "0"): Field => ({
	key,
	label,
	kind: "number",
	half: true,
	begin,
});

const service: Spec = {
	entity: "service",
	columns: () => ({}),
	right: "catalogue",
	name: "name",
	line: (row) =>
		[
			c.serviceLine(number(row, "duration_minutes"), price(row), number(row, "credits")),
			row["active"] === false ? c.notBookable : "",
		]
			.filter(Boolean)
			.join(", "),
	colour: (row) => String(row["colour"] ?? ""),
	empty: c.emptyService,
	fields: () => [
		text("name", c.name),
		area("description", c.description),
		count("duration_minutes", c.duration, "60"),
		{ key: "price", label: c.price, kind: "money", half: true },
		count("buffer_before_minutes", c.bufferBefore),
		count("buffer_after_minutes", c.bufferAfter),
		count("capacity", c.capacity, "1"),
		count("credits", c.credits),
		{ key: "colour", label: c.colour, kind: "colour", half: true, begin: "#2f6fde" },
		count("position", c.position),
		{
			key: "free_cancel_minutes",
			label: c.freeCancel,
			kind: "number",
			optional: true,
			hint: c.freeCancelHint,
		},
		{ key: "needed_kinds", label: c.needs, kind: "many", options: () => options(m.kinds) },
		...(severalVenues()
			? [{ key: "venue_ids", label: c.venue, kind: "many", options: venues } as Field]
			: []),
		{ key: "needs_approval", label: c.approval, kind: "flag" },
		{ key: "active", label: c.active, kind: "flag", begin: true },
	],
	editOnly: ["active"],
	deletable: true,
	after: () => catalogue.load(),
};

const product: Spec = {
	entity: "product",
	columns: () => ({}),
	right: "catalogue",
	name: "name",
	line: (row) =>
		c.productLine(
			number(row, "credits"),
			number(row, "validity_days"),
			price(row),
			word(c.productStatus, row["status"]),
		),
	empty: c.emptyProduct,
	fields: () => [
		text("name", c.name),
		area("description", c.description),
		count("credits", c.creditsGiven, "10"),
		count("validity_days", c.validity, "365"),
		{ key: "price", label: c.price, kind: "money", half: true },
		{
			key: "status",
			label: c.status,
			kind: "select",
			half: true,
			options: () => options(c.productStatus),
			begin: "active",
		},
		{ ...text("category", c.category), half: true },
		count("position", c.position),
		{
			key: "service_ids",
			label: c.services,
			kind: "many",
			hint: c.servicesHint,
			options: () => catalogue.allServices.map(({ id, name }) => ({ value: id, label: name })),
		},
		...(severalVenues()
			? [{ key: "venue_id", label: c.venue, kind: "select", optional: true, options: venues } as Field]
			: []),
		{ key: "features", label: c.features, kind: "lines" },
		{ key: "popular", label: c.popular, kind: "flag" },
	],
	deletable: true,
	after: () => catalogue.load(),
};

const event: Spec = {
	entity: "event",
	columns: () => ({ venue_id: session.venueId }),
	right: "catalogue",
	name: "title",
	line: (row) => c.eventLine(number(row, "capacity"), word(c.eventStatus, row["status"])),
	empty: c.emptyEvent,
	fields: () => [
		text("title", c.title),
		area("description", c.description),
		count("capacity", c.capacity, "10"),
		{
			key: "status",
			label: c.status,
			kind: "select",
			half: true,
			options: () => options(c.eventStatus),
			begin: "draft",
		},
		{ ...text("slug", c.slug), hint: c.slugHint },
		{ ...text("category", c.category), half: true },
		count("position", c.position),
		text("image_url", c.image),
	],
	extra: () => ({ venue_id: session.venueId }),
	deletable: true,
	after: () => catalogue.load(),
};

const resource: Spec = {
	entity: "resource",
	columns: () => ({}),
	right: "catalogue",
	name: "name",
	line: (row) => [word(m.kinds, row["kind"]), String(row["location"] ?? "")].filter(Boolean).join(", "),
	empty: c.emptyResource,
	byName: true,
	fields: (of) => [
		text("name", c.name),
		{
			key: "kind",
			label: c.kind,
			kind: "select",
			half: true,
			options: () => options(m.kinds),
			begin: "court",
		},
		{ ...text("location", c.location), half: true },
		area("description", c.description),
		{
			key: "venue_ids",
			label: m.bar.venue,
			kind: "many",
			options: venues,
			begin: [session.venueId],
		},
		{
			key: "part_ids",
			label: c.parts,
			kind: "many",
			hint: c.partsHint,
			// Nothing is a part of itself.
			options: () =>
				(board.board?.resources ?? [])
					.filter(({ id }) => id !== of?.id)
					.map(({ id, name }) => ({ value: id, label: name })),
		},
		{
			key: "staff_id",
			label: c.staff,
			kind: "select",
			optional: true,
			options: () =>
				catalogue.staff.map(({ id, name, active }) => ({
					value: id,
					label: active === false ? `${name}, ${m.staff.left}` : name,
				})),
		},
		{ key: "hours", label: c.hours, kind: "hours", hint: c.hoursHint },
		{ key: "needs_approval", label: c.approval, kind: "flag" },
		{ key: "active", label: c.active, kind: "flag", begin: true },
	],
	extra: () => ({ source: null }),
	editOnly: ["active"],
	deletable: true,
	after: () => catalogue.load(),
};

const venue: Spec = {
	entity: "venue",
	columns: () => ({}),
	right: "venue",
	name: "name",
	line: (row) =>
		m.settings.venueFacts(String(row["timezone"]), String(row["currency"]), number(row, "slot_minutes")),
	empty: c.emptyVenue,
	byName: true,
	fields: () => [
		text("name", c.name),
		{ ...text("timezone", c.timezone), hint: c.timezoneHint, begin: session.venue?.timezone ?? "" },
		{ ...text("currency", c.currency), half: true, begin: session.venue?.currency ?? "EUR" },
		count("slot_minutes", m.calendar.slot, "15"),
	],
	enters: "open_venue",
	newOnly: ["timezone"],
	deletable: true,
	after: () => session.load(),
};

export const specs = { service, product, event, resource, venue };
