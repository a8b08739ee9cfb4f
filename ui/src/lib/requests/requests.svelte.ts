/** What waits for approval. A cache of the replica. */
import type { Problem, QueuedRequest } from "../bindings";
import { asProblem, desk } from "../desk";
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
}

export const requests = new Requests();
