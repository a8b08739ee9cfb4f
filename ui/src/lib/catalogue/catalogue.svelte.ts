/** What is sold and who works here, for the forms that choose among them. A cache of the replica. */
import type { Price } from "../bindings";
import { Rows, type Row } from "../records/records.svelte";
import { session } from "../session/session.svelte";

export type Service = Row & {
	name: string;
	duration_minutes: number;
	buffer_before_minutes?: number;
	buffer_after_minutes?: number;
	price: Price | null;
	capacity: number;
	venue_ids?: string[];
	needs_approval?: boolean;
	credits?: number;
	active: boolean;
	colour?: string;
};
export type Event = Row & { title: string; capacity: number; status: string };
export type Product = Row & {
	name: string;
	credits: number;
	validity_days: number;
	price: Price | null;
	status: string;
	popular?: boolean;
};
export type Staff = Row & { name: string; role: string; active: boolean };

class Catalogue {
	#services = new Rows<Service>("service");
	#events = new Rows<Event>("event", () => ({ venue_id: session.venueId }));
	#products = new Rows<Product>("product");
	#staff = new Rows<Staff>("staff");

	/** Those that can be booked at this venue. */
	services = $derived(
		(this.#services.list ?? []).filter(
			({ active, venue_ids }) =>
				active && (!venue_ids || venue_ids.length === 0 || venue_ids.includes(session.venueId)),
		),
	);
	allServices = $derived(this.#services.list ?? []);
	events = $derived(this.#events.list ?? []);
	/** Those marked so come first, and each half is in its order. */
	onSale = $derived(
		(this.#products.list ?? [])
			.filter((product) => product.status === "active")
			.sort((a, b) => Number(b.popular ?? false) - Number(a.popular ?? false)),
	);
	staff = $derived(this.#staff.list ?? []);
	/** Those who work here now. */
	present = $derived(this.staff.filter(({ active }) => active !== false));
	hasLeft = (staffId: string): boolean =>
		staffId !== "" && this.staff.some(({ id, active }) => id === staffId && active === false);

	service = (id: string): Service | undefined => this.allServices.find((service) => service.id === id);

	load() {
		return Promise.all([
			this.#services.load(),
			this.#events.load(),
			this.#products.load(),
			this.#staff.load(),
		]);
	}
}

export const catalogue = new Catalogue();
