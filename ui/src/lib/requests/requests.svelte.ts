/** What waits for approval. A cache of the replica. */
import type { BoardBooking, Problem } from "../bindings";
import { asProblem, desk } from "../desk";
import { session } from "../session/session.svelte";

class Requests {
	list = $state.raw<BoardBooking[] | null>(null);
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

	/** How many others want a slot that this one wants. */
	rivals(booking: BoardBooking): number {
		return (this.list ?? []).filter(
			(other) =>
				other.id !== booking.id &&
				other.resource_ids.some((id) => booking.resource_ids.includes(id)) &&
				other.starts_at < booking.ends_at &&
				booking.starts_at < other.ends_at,
		).length;
	}
}

export const requests = new Requests();
