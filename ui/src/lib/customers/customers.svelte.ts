/** The list of customers, and the one who is open. A cache of the replica. */
import type { CustomerListed, Problem } from "../bindings";
import { asProblem, desk } from "../desk";
import { Rows, type Row } from "../records/records.svelte";
import { session } from "../session/session.svelte";

const LIMIT = 200;

/** What somebody can be picked out by. */
const segmentsOf = (one: CustomerListed): string[] => [
	...one.tags.map((tag) => `tag ${tag}`),
	...(one.tier ? [`tier ${one.tier}`] : []),
	...(one.marketing ? ["opt marketing"] : []),
	...(one.sms ? ["opt sms"] : []),
];

class Customers {
	text = $state("");
	/** `tag gold`, `tier silver`, `opt sms`; "" for everybody. */
	segment = $state("");
	found = $state.raw<CustomerListed[] | null>(null);
	problem = $state.raw<Problem | null>(null);
	/** Who is open, as a row: with all that a list does not show. */
	row = $state.raw<Row | null>(null);
	#id = "";
	#asked = 0;
	#rows = new Rows("customer", () => (this.#id === "" ? null : { id: this.#id }));

	constructor() {
		// Who is open may be deleted, and is shown all the same.
		this.#rows.deleted = true;
	}

	list = $derived(
		(this.found ?? []).filter((one) => this.segment === "" || segmentsOf(one).includes(this.segment)),
	);
	segments = $derived([...new Set((this.found ?? []).flatMap(segmentsOf))].sort());

	search = async () => {
		const asked = ++this.#asked;
		try {
			const found = await desk.findCustomers(session.venueId, this.text.trim(), LIMIT);
			if (asked !== this.#asked) return;
			this.found = found;
			this.problem = null;
		} catch (error) {
			if (asked === this.#asked) this.problem = asProblem(error);
		}
	};

	async open(id: string) {
		this.#id = id;
		await this.load();
	}

	close() {
		this.#id = "";
		this.row = null;
	}

	async load() {
		await Promise.all([this.search(), this.#rows.load()]);
		this.row = this.#id === "" ? null : (this.#rows.list?.[0] ?? null);
	}
}

export const customers = new Customers();
