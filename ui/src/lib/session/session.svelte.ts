/** Who works here, on which desk, at which venue. A cache of the replica's session. */
import type { Problem, Session, Venue } from "../bindings";
import { asProblem, desk } from "../desk";

class SessionState {
	session = $state.raw<Session | null>(null);
	problem = $state.raw<Problem | null>(null);
	venueId = $state("");
	#locking = $state(false);

	get venue(): Venue | null {
		const venues = this.session?.venues ?? [];
		return venues.find((venue) => venue.id === this.venueId) ?? venues[0] ?? null;
	}
	/** What the venue on screen is called, where there are others; else "". */
	get venueAmongOthers(): string {
		return (this.session?.venues.length ?? 0) > 1 ? (this.venue?.name ?? "") : "";
	}
	get linked(): boolean {
		return this.session?.linked ?? false;
	}

	/** Nobody works here; also while that is being written down. */
	get locked(): boolean {
		return this.#locking || this.session?.locked === true;
	}

	/** A desk without PINs has nothing to lock. */
	get lockable(): boolean {
		return (this.session?.with_pin.length ?? 0) > 0;
	}

	/** After how many idle minutes the desk locks; `null` where that is not wished, or not possible. */
	get locksAfterMinutes(): number | null {
		return !this.locked && this.lockable ? this.session?.auto_lock_minutes || null : null;
	}

	/** Somebody's laptop knows their own schedule: sums over it would be wrong. */
	get laptop(): boolean {
		return this.session?.laptop ?? false;
	}

	/** Whether the domain's table lets this person do it; the rules ask again. */
	may(right: string): boolean {
		return this.session?.rights.includes(right) ?? false;
	}

	/** Whether they own the place: who else does is for them to say. */
	get owner(): boolean {
		return this.session?.role === "owner";
	}

	async load() {
		try {
			this.adopt(await desk.session());
		} catch (error) {
			this.problem = asProblem(error);
		}
	}

	/** Nobody works here until somebody signs in. */
	async lock() {
		if (!this.lockable) return;
		this.#locking = true;
		try {
			this.adopt(await desk.signOut());
		} catch (error) {
			this.problem = asProblem(error);
		} finally {
			this.#locking = false;
		}
	}

	/** Takes over a session, keeping the venue on screen while it still exists. */
	adopt(session: Session) {
		this.session = session;
		this.problem = null;
		if (!session.venues.some((venue) => venue.id === this.venueId)) {
			this.venueId = session.venue_id || session.venues[0]?.id || "";
		}
	}
}

export const session = new SessionState();
