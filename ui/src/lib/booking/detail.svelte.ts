/** The booking open in the panel, and what is being done to it. */
import type { BookingDetail, Problem, Reschedule, Saved } from "../bindings";
import { board } from "../board/board.svelte";
import { CustomerPick } from "../customers/picker.svelte";
import { asProblem, desk } from "../desk";
import { shell } from "../shell/panel.svelte";
import { toasts } from "../shell/toasts.svelte";
import { buildEdit, formOf, type EditForm } from "./patch";

export type DetailMode = "view" | "edit" | "move" | "cancel";

class DetailState {
	booking = $state.raw<BookingDetail | null>(null);
	mode = $state<DetailMode>("view");
	/** The booking could not be read. */
	failed = $state.raw<Problem | null>(null);
	/** What was asked for was not done. */
	problem = $state.raw<Problem | null>(null);
	saving = $state(false);
	form = $state<EditForm | null>(null);
	customer = $state(new CustomerPick());

	#id = "";

	async open(bookingId: string) {
		if (this.#id !== bookingId) this.booking = null;
		this.#id = bookingId;
		board.selectedId = bookingId;
		this.turn("view");
		shell.open("detail");
		await this.load();
	}

	async load() {
		const id = this.#id;
		if (id === "") return;
		try {
			const booking = await desk.booking(id);
			if (id !== this.#id) return;
			this.booking = booking;
			this.failed = null;
		} catch (error) {
			if (id === this.#id) this.failed = asProblem(error);
		}
	}

	close() {
		this.#id = "";
		this.booking = null;
		board.selectedId = "";
		if (shell.panel === "detail") shell.panel = "none";
	}

	turn(mode: DetailMode) {
		this.mode = mode;
		this.problem = null;
		this.saving = false;
		if (mode === "edit" && this.booking) {
			this.form = formOf(this.booking);
			const { customer_id: id, customer_name: name } = this.booking;
			this.customer = new CustomerPick(id === null ? null : { id, name });
		}
	}

	saveEdit(done: string) {
		return this.#do(done, async () => {
			if (!this.booking || !this.form) return null;
			this.form.customer_id = await this.customer.resolve();
			const edit = buildEdit(this.booking, $state.snapshot(this.form));
			return edit && desk.editBooking(edit);
		});
	}

	move(change: Reschedule, done: string) {
		return this.#do(done, () => desk.reschedule(change));
	}

	cancel(reason: string, done: string) {
		return this.#do(done, () => desk.cancelBooking({ booking_id: this.#id, reason }));
	}

	/** Someone else changed the field meanwhile: take theirs, and leave what else was typed. */
	async keepTheirs(field: string) {
		await this.load();
		this.problem = null;
		if (!this.booking || !this.form || !(field in this.form)) {
			this.turn("view");
			return;
		}
		this.form = { ...this.form, [field]: formOf(this.booking)[field as keyof EditForm] };
	}

	/** …or put ours over it, now knowing what it was. `again` repeats the change against what was just read. */
	async useMine(again: () => Promise<void>) {
		await this.load();
		await again();
	}

	async #do(done: string, ask: () => Promise<Saved | null>) {
		if (this.saving) return;
		this.saving = true;
		this.problem = null;
		try {
			const saved = await ask();
			if (saved) toasts.good([done, ...saved.notes].join(" "));
			this.turn("view");
			await Promise.all([this.load(), board.load()]);
		} catch (error) {
			this.problem = asProblem(error);
		} finally {
			this.saving = false;
		}
	}
}

export const detail = new DetailState();
