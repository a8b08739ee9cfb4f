/** What headquarters refused and nobody has settled yet. */
import type { Alternative, InboxItem, Problem, Skipped } from "../bindings";
import { board } from "../board/board.svelte";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { sync } from "../sync/sync.svelte";
import { toasts } from "../shell/toasts.svelte";
import { dateOf, shortDate } from "../time";

/** Dates of a series, as they are called. */
export const days = (dates: Skipped[]) =>
	dates.map(({ local_start }) => shortDate(dateOf(local_start), board.today));

class InboxState {
	items = $state.raw<InboxItem[] | null>(null);
	problem = $state.raw<Problem | null>(null);
	/** The operation now being answered, so that one click is one booking. */
	busyId = $state("");

	async load() {
		try {
			this.items = await desk.inbox();
			this.problem = null;
		} catch (error) {
			this.problem = asProblem(error);
		}
	}

	book(item: InboxItem, alternative: Alternative, what: string) {
		const paid = (this.items ?? []).filter(({ paid_for }) => paid_for === item.operation_id);
		return this.#do(item, async () => {
			const { notes } = await desk.bookAlternative(item.operation_id, alternative);
			const left = (await desk.inbox()).map(({ operation_id }) => operation_id);
			// What is refused for that one, too, stays where it is.
			const moved = paid.some(({ operation_id }) => !left.includes(operation_id));
			return [m.inbox.booked(what), moved ? m.inbox.moneyMoved : "", ...notes]
				.filter(Boolean)
				.join(" ");
		});
	}

	/** Once more, over what somebody else has written meanwhile. */
	apply(item: InboxItem) {
		return this.#do(item, async () => {
			await desk.applyMine(item.operation_id);
			return m.inbox.applied;
		});
	}

	/** A refused series, on the dates on which there is room. */
	rest(item: InboxItem) {
		return this.#do(item, async () => {
			const { booked, skipped } = await desk.bookRest(item.operation_id);
			return m.inbox.restBooked(booked, days(skipped));
		});
	}

	/** `reason` is what became of what had happened all the same. */
	settle(item: InboxItem, reason = "") {
		return this.#do(item, async () =>
			m.inbox.settled(await desk.settle(item.operation_id, reason.trim())),
		);
	}

	/** `ask` answers what is said when it is done. */
	async #do(item: InboxItem, ask: () => Promise<string>) {
		if (this.busyId !== "") return;
		this.busyId = item.operation_id;
		try {
			toasts.good(await ask());
		} catch (error) {
			toasts.problem(asProblem(error));
		}
		this.busyId = "";
		await Promise.all([this.load(), sync.load(), board.load()]);
	}
}

export const inbox = new InboxState();
