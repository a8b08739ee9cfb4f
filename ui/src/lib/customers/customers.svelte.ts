/** The list of customers, and the one who is open. A cache of the replica. */
import type { Attachment } from "svelte/attachments";
import type { CustomersFound, Problem, Segment } from "../bindings";
import { asProblem, desk } from "../desk";
import { Rows, type Row } from "../records/records.svelte";
import { session } from "../session/session.svelte";

const LIMIT = 200;
/** The list is looked for once nothing has been typed for this long. */
const TYPING_MS = 80;

/** A segment as the value of a choice. */
export const keyOf = (segment: Segment) => JSON.stringify(segment);

class Customers {
	text = $state("");
	/** What everybody can be picked out by, and the key of the one that is chosen; "" for everybody. */
	segments = $state.raw<Segment[]>([]);
	segment = $state("");
	found = $state.raw<CustomersFound | null>(null);
	problem = $state.raw<Problem | null>(null);
	/** Who is open, as a row: with all that a list does not show. */
	row = $state.raw<Row | null>(null);
	#id = "";
	/** How many forms stand open about them. */
	#forms = 0;
	#asked = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#rows = new Rows("customer", () => (this.#id === "" ? null : { id: this.#id }));

	constructor() {
		// Who is open may be deleted, and is shown all the same.
		this.#rows.deleted = true;
	}

	list = $derived(this.found?.customers ?? []);

	/** Whether the answer is the one that is shown: nothing else was looked for meanwhile. */
	search = async () => {
		const asked = ++this.#asked;
		try {
			const segment = this.segments.find((one) => keyOf(one) === this.segment) ?? null;
			const found = await desk.findCustomers(session.venueId, this.text.trim(), segment, LIMIT);
			if (asked !== this.#asked) return false;
			this.found = found;
			this.problem = null;
			return true;
		} catch (error) {
			if (asked === this.#asked) this.problem = asProblem(error);
			return false;
		}
	};

	typed() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.look(), TYPING_MS);
	}

	/** Beside “nobody found” there is nobody, unless something is being written about them. */
	async look() {
		clearTimeout(this.#timer);
		if ((await this.search()) && this.list.length === 0 && this.#forms === 0) this.close();
	}

	/** For a form about who is open: what is being typed into it does not go because somebody else is looked for. */
	holds: Attachment = () => {
		this.#forms++;
		return () => void this.#forms--;
	};

	/** Who was picked stays open, whatever the last letters find: the list is looked for anew. */
	async open(id: string) {
		clearTimeout(this.#timer);
		this.#asked++;
		this.#id = id;
		await this.load();
	}

	close() {
		this.#id = "";
		this.row = null;
	}

	async load() {
		await Promise.all([this.#look(), this.#rows.load()]);
		this.row = this.#id === "" ? null : (this.#rows.list?.[0] ?? null);
	}

	/** Nobody may have a tag any more: then it picks nobody out. */
	async #look() {
		try {
			this.segments = await desk.customerSegments(session.venueId);
			if (!this.segments.some((one) => keyOf(one) === this.segment)) this.segment = "";
		} catch (error) {
			this.problem = asProblem(error);
		}
		await this.search();
	}
}

export const customers = new Customers();
