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
	#searching = $state(false);
	#enterWaits = false;

	/** `but` is somebody who already is here, to whom another one is looked for: neither they nor a new one. */
	constructor(
		chosen: Chosen | null = null,
		readonly but: string | null = null,
	) {
		this.chosen = chosen;
		this.text = chosen?.name ?? "";
	}

	/** Whether somebody new can be written down for what is typed. */
	get offersNew(): boolean {
		return this.but === null && this.text.trim() !== "";
	}

	/** The entries of the list: the customers found, then "new customer" once something is typed. */
	get entries(): number {
		return this.found.length + (this.offersNew ? 1 : 0);
	}

	/** Nobody is called what is typed, and nobody new would do. */
	get nobody(): boolean {
		return this.open && this.text.trim() !== "" && this.entries === 0 && !this.#searching;
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
			this.found = found.filter(({ id }) => id !== this.but);
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
		else if (this.offersNew) this.startFresh();
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

	/** That nobody is chosen who has to be. */
	get unchosen(): Problem {
		const message = this.but === null ? m.quick.customerNotChosen : m.customers.notChosen;
		return { kind: "refusal", code: "customer_not_chosen", message, details: { field: "customer_id" } };
	}

	/** The customer for the booking: chosen, written down now, or none. Rejects with a `Problem`, also when a name
	 *  was typed but nobody chosen: it must not be lost without a word. */
	async resolve(): Promise<string | null> {
		if (!this.fresh && !this.chosen && this.text.trim() !== "") throw this.unchosen;
		if (this.fresh) {
			const saved = await desk.addCustomer({ ...$state.snapshot(this.fresh), address: "", note: "" });
			this.fresh = null;
			this.choose(saved);
		}
		return this.chosen?.id ?? null;
	}
}
