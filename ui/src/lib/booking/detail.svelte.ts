/** The booking open in the panel, and what is being done to it. */
import { tick } from "svelte";
import type {
	BoardBooking,
	BookingDetail,
	CancelBooking,
	Problem,
	Reschedule,
	Saved,
	SeriesScope,
} from "../bindings";
import { board } from "../board/board.svelte";
import { CustomerPick } from "../customers/picker.svelte";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { goOnAt, goTo } from "../parts/focus";
import { session } from "../session/session.svelte";
import { shell } from "../shell/panel.svelte";
import { toasts } from "../shell/toasts.svelte";
import { dateOf, shortDate, toMinute } from "../time";
import { buildEdit, formOf, rebase, type EditForm } from "./patch";

export type DetailMode = "view" | "edit" | "move" | "cancel";

const panel = () => document.querySelector<HTMLElement>("[data-testid=detail-panel-body]");

class DetailState {
	booking = $state.raw<BookingDetail | null>(null);
	mode = $state<DetailMode>("view");
	/** The booking could not be read. */
	failed = $state.raw<Problem | null>(null);
	/** What was asked for was not done. */
	problem = $state.raw<Problem | null>(null);
	saving = $state(false);
	/** Which bookings of its series a change is about. */
	scope = $state<SeriesScope>("this");
	form = $state<EditForm | null>(null);
	/** What the person saw when they began to edit: a sync meanwhile does not change what they relied on. */
	#before: EditForm | null = null;
	customer = $state(new CustomerPick());

	#id = "";
	#read: Promise<void> = Promise.resolve();

	/** Whether there is something left to change, and it is theirs to change who works here. */
	get changeable(): boolean {
		const { status, resource_ids = [] } = this.booking ?? {};
		const mine = session.may("bookings") || resource_ids.some(board.isMine);
		return mine && (status === "pending" || status === "confirmed");
	}

	async open(bookingId: string) {
		if (this.#id !== bookingId) this.booking = null;
		this.#id = bookingId;
		board.selectedId = bookingId;
		this.turn("view");
		shell.open("detail");
		await this.load();
	}

	/** Opens it for whoever came to its block with the keyboard: they go on in the panel. */
	async enter(bookingId: string) {
		const opened = this.open(bookingId);
		await tick();
		goTo(panel());
		await opened;
	}

	/** Opens it for whoever comes from another room: its block is in sight, and they go on in the panel. */
	async show({ id, local_start, venue_id }: BoardBooking) {
		if (venue_id !== session.venueId) await board.changeVenue(venue_id);
		await board.goto(dateOf(local_start));
		board.revealBooking(id);
		await this.enter(id);
	}

	load(): Promise<void> {
		return (this.#read = this.#load());
	}

	/** Once it is read, a key pressed before is for it. */
	async whenRead(then: () => void) {
		const id = this.#id;
		await this.#read;
		if (id === this.#id && this.booking) then();
	}

	async #load() {
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

	/** It was changed: read it and the day again. What it was changed by may be gone then. */
	async reload() {
		await Promise.all([this.load(), board.load()]);
		await goOnAt(panel);
	}

	close() {
		this.#id = "";
		this.booking = null;
		board.selectedId = "";
		if (shell.panel === "detail") shell.panel = "none";
	}

	/** Closes it, and the keyboard goes back to its block. */
	dismiss() {
		const id = board.selectedId;
		this.close();
		document.querySelector<HTMLElement>(`[data-booking="${CSS.escape(id)}"]`)?.focus();
	}

	/** Out of a form the keyboard goes back to the button that it was opened by. */
	turn(mode: DetailMode) {
		const left = this.mode;
		if (mode === "view" && left !== "view") {
			void goOnAt(() => document.querySelector<HTMLElement>(`[data-testid=detail-${left}]`) ?? panel());
		}
		this.mode = mode;
		this.scope = "this";
		this.problem = null;
		this.saving = false;
		if (mode === "edit" && this.booking) {
			this.form = formOf(this.booking);
			this.#before = formOf(this.booking);
			this.#showCustomer(this.booking.customer_id);
		}
	}

	saveEdit(done: string) {
		return this.#do(done, async () => {
			if (!this.#before || !this.form) return null;
			this.form.customer_id = await this.customer.resolve();
			this.form.attendee_count = Math.trunc(Number(this.form.attendee_count)) || 0;
			const edit = buildEdit(this.#id, this.#before, $state.snapshot(this.form));
			return edit && desk.editBooking({ ...edit, scope: this.scope });
		});
	}

	move(change: Omit<Reschedule, "scope">, done: string) {
		return this.#do(done, () => desk.reschedule({ ...change, scope: this.scope }));
	}

	cancel(cancel: Omit<CancelBooking, "booking_id" | "scope">, done: string) {
		const { scope } = this;
		return this.#do(done, () => desk.cancelBooking({ ...cancel, scope, booking_id: this.#id }));
	}

	/** A date of its series that there was no room for is tried again. */
	bookSkipped(start: string) {
		const done = m.repeat.skippedBooked(shortDate(dateOf(start), board.today));
		return this.#do(done, () => desk.bookSkipped(this.#id, toMinute(start)));
	}

	/** Someone else changed a field meanwhile: take theirs and keep what else was typed, or put ours over it. */
	async settleEdit(field: string, keep: "theirs" | "mine", done: string) {
		await this.load();
		if (!this.booking || !this.#before || !this.form) return;
		const fresh = formOf(this.booking);
		const { before, form } = rebase(this.#before, $state.snapshot(this.form), fresh, field);
		const theirs = keep === "theirs" && field in fresh ? { [field]: fresh[field as keyof EditForm] } : {};
		this.#before = before;
		this.form = { ...form, ...theirs };
		if (this.form.customer_id !== this.customer.chosen?.id) this.#showCustomer(this.form.customer_id);
		this.problem = null;
		if (keep === "mine") await this.saveEdit(done);
	}

	#showCustomer(id: string | null) {
		this.customer = new CustomerPick(
			id === null ? null : { id, name: this.booking?.customer_name ?? "" },
		);
	}

	async #do(done: string, ask: () => Promise<Saved | null>) {
		if (this.saving) return;
		this.saving = true;
		this.problem = null;
		try {
			const saved = await ask();
			if (saved) toasts.did([done, ...saved.notes].join(" "), saved.operation_id);
			this.turn("view");
			await this.reload();
		} catch (error) {
			this.problem = asProblem(error);
		} finally {
			this.saving = false;
		}
	}
}

export const detail = new DetailState();
