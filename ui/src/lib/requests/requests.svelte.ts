/** What waits for approval. A cache of the replica. */
import type { Problem, QueuedRequest } from "../bindings";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { session } from "../session/session.svelte";

class Requests {
	list = $state.raw<QueuedRequest[] | null>(null);
	problem = $state.raw<Problem | null>(null);

	#asked = 0;

	load = async () => {
		if (session.venueId === "") return;
		const asked = ++this.#asked;
		try {
			const list = await desk.requests(session.venueId);
			// A slow answer must not replace that of the venue that was chosen after it.
			if (asked !== this.#asked) return;
			this.list = list;
			this.problem = null;
		} catch (error) {
			if (asked === this.#asked) this.problem = asProblem(error);
		}
	};

	rivals = (bookingId: string): number => this.list?.find(({ id }) => id === bookingId)?.rivals ?? 0;

	/** How a request stands to its slot. */
	slotOf({ id, competing }: { id: string; competing: boolean }): string {
		if (this.rivals(id) > 0) return m.requests.competes;
		return competing ? m.requests.alone : m.requests.holds;
	}
}

export const requests = new Requests();
