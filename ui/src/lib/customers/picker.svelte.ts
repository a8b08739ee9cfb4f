/** Finding a customer while typing, or making a new one in place. One per form. */
import type { Customer, Problem } from "../bindings";
import { asProblem, desk } from "../desk";
import { m } from "../messages";

const TYPING_MS = 80;
const LIMIT = 8;

export type Chosen = { id: string; name: string };

export class CustomerPick {
	text = $state("");
	found = $state.raw<Customer[]>([]);
	open = $state(false);
	active = $state(0);
	chosen = $state.raw<Chosen | null>(null);
	/** A customer being written down here, saved together with the booking. */
	fresh = $state<{ name: string; phone: string; email: string } | null>(null);
	problem = $state.raw<Problem | null>(null);

	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;
	/** The list does not belong to the text yet; an Enter meanwhile waits for it. */
	#searching = false;
	#enterWaits = false;

	constructor(chosen: Chosen | null = null) {
		this.chosen = chosen;
		this.text = chosen?.name ?? "";
	}

	/** The entries of the list: the customers found, then "new customer" once something is typed. */
	get entries(): number {
		return this.found.length + (this.text.trim() === "" ? 0 : 1);
	}

	typed() {
		this.chosen = null;
		this.open = true;
		this.active = 0;
		this.problem = null;
		this.#enterWaits = false;
		this.#searching = this.text.trim() !== "";
		clearTimeout(this.#timer);
		if (!this.#searching) {
			this.found = [];
			return;
		}
		this.#timer = setTimeout(() => void this.#search(), TYPING_MS);
	}

	async #search() {
		const asked = ++this.#asked;
		try {
			const found = await desk.searchCustomers(this.text.trim(), LIMIT);
			if (asked !== this.#asked) return;
			this.found = found;
		} catch (error) {
			this.problem = asProblem(error);
		}
		this.#searching = false;
		if (this.#enterWaits) this.enter();
	}

	/** Takes the entry in focus: of the list for what is typed now, not of the one before it. */
	enter() {
		this.#enterWaits = this.#searching;
		if (!this.#searching) this.take(this.active);
	}

	move(by: 1 | -1) {
		this.open = true;
		if (this.entries > 0) this.active = (this.active + by + this.entries) % this.entries;
	}

	take(index: number) {
		const customer = this.found[index];
		if (customer) this.choose(customer);
		else if (this.text.trim() !== "") this.startFresh();
	}

	choose(customer: Chosen) {
		this.chosen = { id: customer.id, name: customer.name };
		this.text = customer.name;
		this.open = false;
	}

	startFresh() {
		this.fresh = { name: this.text.trim(), phone: "", email: "" };
		this.open = false;
	}

	clear() {
		this.chosen = null;
		this.fresh = null;
		this.text = "";
		this.found = [];
	}

	/** The customer for the booking: chosen, written down now, or none. Rejects with a `Problem`, also when a name
	 *  was typed but nobody chosen: it must not be lost without a word. */
	async resolve(): Promise<string | null> {
		if (!this.fresh && !this.chosen && this.text.trim() !== "") {
			const problem: Problem = {
				kind: "refusal",
				code: "customer_not_chosen",
				message: m.quick.customerNotChosen,
				details: { field: "customer_id" },
			};
			throw problem;
		}
		if (this.fresh) {
			const saved = await desk.addCustomer({ ...$state.snapshot(this.fresh), address: "", note: "" });
			this.fresh = null;
			this.choose(saved);
		}
		return this.chosen?.id ?? null;
	}
}
