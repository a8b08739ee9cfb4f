/** What a sort of row looks like in a list and in a form. */
import type { Field, Json } from "./fields";
import type { Row } from "./records.svelte";

export type Spec = {
	/** The sort of row, in the domain's word; its commands are `add_` and `edit_` with it. */
	entity: string;
	columns: () => { [key in string]: string } | null;
	/** The right that entering and changing it needs. */
	right: string;
	/** The field that names it. */
	name: string;
	/** What else a list says of it. */
	line: (row: Json) => string;
	colour?: (row: Json) => string;
	/** What an empty list says. */
	empty: string;
	/** Those of one row; null for a new one. */
	fields: (of: Row | null) => Field[];
	/** Why this row is not for who works here to change, although others of its sort are; "" where it is. */
	kept?: (row: Row) => string;
	/** Listed by name as people count: Court 2 before Court 10. */
	byName?: boolean;
	/** What a new row has that no field says. */
	extra?: () => Json;
	/** Fields that only a change can set. */
	editOnly?: string[];
	/** Fields that stay as they were entered. */
	newOnly?: string[];
	/** The command that enters one, where it is not `add_` with its sort. */
	enters?: string;
	deletable?: boolean;
	/** What is read again elsewhere when one was saved. */
	after?: () => unknown;
};
