/** What waits for approval. A cache of the replica. */
import type { Problem, QueuedRequest } from "../bindings";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { session } from "../session/session.svelte";

class Requests {
	list = $state.raw<QueuedRequest[] | null>(null);
	problem = $state.raw<Problem | null>(null);

	load = async () => {
		if (session.venueId === "") return;
		try {
			this.list = await desk.requests(session.venueId);
			this.problem = null;
		} catch (error) {
			this.problem = asProblem(error);
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
