/** The day on the board: a cache of one `board` answer, and what of it is shown. */
import type { Board, BoardResource, Problem, Reschedule, ResourceKind } from "../bindings";
import { catalogue } from "../catalogue/catalogue.svelte";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { requests } from "../requests/requests.svelte";
import { session } from "../session/session.svelte";
import { toasts } from "../shell/toasts.svelte";
import { addDays, addMinutes, type DateText, type Wall } from "../time";

const TICK_MS = 15_000;
/** A laptop that slept, or midnight: how old `local_now` may get before the replica is asked again. */
const STALE_MS = 5 * 60_000;

class BoardState {
	board = $state.raw<Board | null>(null);
	problem = $state.raw<Problem | null>(null);
	loading = $state(false);
	/** The date asked for; the board follows it when its rows are here. */
	date = $state<DateText>("");
	kind = $state<ResourceKind | "">("");
	/** The venue's wall clock, to the minute. */
	now = $state<Wall>("");
	selectedId = $state("");
	/** The resource, or the booking, to bring into view; cleared by the board when it has scrolled there. */
	revealId = $state("");
	revealBookingId = $state("");

	#asked = 0;
	#readAt = 0;

	/** What new bookings may have: nothing that is out of use or deleted, and nobody who has left. */
	bookable = $derived(
		(this.board?.resources ?? []).filter(
			({ active, deleted, staff_id }) => active && !deleted && !catalogue.hasLeft(staff_id ?? ""),
		),
	);
	resources = $derived(
		(this.board?.resources ?? [])
			.filter((resource) => this.kind === "" || resource.kind === this.kind)
			// Who has left has a column only where bookings wait to be given to somebody else.
			.filter((one) => !catalogue.hasLeft(one.staff_id ?? "") || this.#isBooked(one.id)),
	);
	#all = $derived(new Map((this.board?.resources ?? []).map((resource) => [resource.id, resource])));
	/** The name of each resource; text, so that a re-read with the same names changes nothing on screen. */
	names = (resourceId: string): string => this.#all.get(resourceId)?.name ?? "";
	/** Of what is deleted, says so: what was booked on it before may lie there still. */
	called = ({ name, deleted }: BoardResource): string => (deleted ? m.board.deleted(name) : name);
	kindOf = (resourceId: string): ResourceKind => this.#all.get(resourceId)?.kind ?? "other";
	/** Whether it is who works here. */
	isMine = (resourceId: string): boolean =>
		this.#all.get(resourceId)?.staff_id === session.session?.staff_id;
	columns = $derived(this.resources.map((resource) => resource.id));
	/** The bookings in these columns. */
	shown = $derived(
		(this.board?.bookings ?? []).filter(({ resource_ids }) =>
			resource_ids.some((id) => this.columns.includes(id)),
		),
	);
	kinds = $derived([...new Set((this.board?.resources ?? []).map((resource) => resource.kind))]);
	today = $derived(this.board?.today ?? "");

	#isBooked = (resourceId: string): boolean =>
		this.board?.bookings.some((booking) => booking.resource_ids.includes(resourceId)) ?? false;

	async load() {
		const venueId = session.venueId;
		if (venueId === "") return;
		const asked = ++this.#asked;
		this.loading = true;
		try {
			const board = await desk.board(venueId, this.date);
			// A slow answer must not replace the day that was asked for after it.
			if (asked !== this.#asked) return;
			this.board = board;
			this.date = board.date;
			this.problem = null;
			this.#readAt = Date.now();
			this.tick();
		} catch (error) {
			if (asked === this.#asked) this.problem = asProblem(error);
		} finally {
			if (asked === this.#asked) this.loading = false;
		}
	}

	/** `""` is today, which only the venue's clock knows. */
	goto(date: DateText) {
		this.date = date;
		return this.load();
	}
	step(days: number) {
		return this.goto(addDays(this.date, days));
	}

	changeVenue(venueId: string) {
		session.venueId = venueId;
		this.kind = "";
		// What is read for one venue at a time.
		return Promise.all([this.goto(this.date), requests.load(), catalogue.load()]);
	}

	reveal(resourceId: string) {
		const kind = this.board?.resources.find((resource) => resource.id === resourceId)?.kind;
		if (this.kind !== "" && kind !== this.kind) this.kind = "";
		this.revealId = resourceId;
	}

	/** Selects a booking, scrolls to it, and gives it the keyboard. */
	revealBooking(bookingId: string) {
		this.selectedId = bookingId;
		this.revealBookingId = bookingId;
	}

	/** Asks for a move. On a refusal says why and returns false, so that the block can spring back. */
	async reschedule(change: Reschedule, done: string): Promise<boolean> {
		try {
			const saved = await desk.reschedule(change);
			toasts.did([done, ...saved.notes].join(" "), saved.operation_id);
			await this.load();
			return true;
		} catch (error) {
			const problem = asProblem(error);
			toasts.problem(problem);
			if (problem.code === "changed_elsewhere" || problem.code === "not_found") await this.load();
			return false;
		}
	}

	tick = () => {
		if (!this.board) return;
		const age = Date.now() - this.#readAt;
		if (age > STALE_MS) void this.load();
		this.now = addMinutes(this.board.local_now, Math.max(0, Math.floor(age / 60_000)));
	};

	/** Keeps the now line moving; the returned function stops it. */
	startClock(): () => void {
		const timer = setInterval(this.tick, TICK_MS);
		window.addEventListener("focus", this.tick);
		return () => {
			clearInterval(timer);
			window.removeEventListener("focus", this.tick);
		};
	}
}

export const board = new BoardState();
