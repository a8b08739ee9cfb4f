/** The requests about personal data, and what has been kept for long enough. A cache of the replica. */
import type { Problem, Retained } from "../bindings";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import type { Row } from "../records/records.svelte";
import { toasts } from "../shell/toasts.svelte";

/** For how many days, as somebody typed it: null for as long as the venues' policy says, undefined for what is no
 *  number of days. */
export function readDays(text: string): number | null | undefined {
	if (text.trim() === "") return null;
	return /^0*[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : undefined;
}

/** When what was handed out was deleted with whom it is of; undefined where it was not. */
export function deletedAt(row: Row, register: Row[]): string | undefined {
	const erasure = register.find(
		(other) =>
			other["kind"] === "erasure" &&
			other["customer_id"] === row["customer_id"] &&
			String(other["done_at"] ?? "") >= String(row["requested_at"]),
	);
	return row["expires_at"] && erasure ? String(erasure["done_at"]) : undefined;
}

export class Privacy {
	requests = $state.raw<Row[] | null>(null);
	/** What was found when it was last looked for; nothing while another number of days is being typed. */
	retained = $state.raw<Retained | null>(null);
	problem = $state.raw<Problem | null>(null);
	erasing = $state(false);
	#asked = 0;
	#days: number | null = null;

	async loadRequests() {
		try {
			this.requests = (await desk.dataRequests()) as unknown as Row[];
		} catch (error) {
			this.problem = asProblem(error);
		}
	}

	/** What has been kept for more than so many days, or, for null, than the venues' policy says. */
	async look(days: number | null) {
		const asked = ++this.#asked;
		if (days !== this.#days) this.retained = null;
		this.#days = days;
		try {
			const retained = await desk.retained(days);
			if (asked !== this.#asked) return;
			this.retained = retained;
			this.problem = null;
		} catch (error) {
			if (asked === this.#asked) this.problem = asProblem(error);
		}
	}

	/** Erases what is listed, and nothing that has come to it since. */
	async erase() {
		if (!this.retained || this.erasing) return;
		this.erasing = true;
		let problem: Problem | null = null;
		try {
			const left = await desk.eraseRetained(this.#days, this.retained.ids);
			const refused = left.length > 0 ? m.privacy.refused(left.length) : "";
			toasts.good([m.privacy.erased, refused].join(" "));
		} catch (error) {
			problem = asProblem(error);
		}
		await this.look(this.#days);
		// Looked at again, and yet the person has to know why nothing was erased.
		if (problem) this.problem = problem;
		this.erasing = false;
	}
}
