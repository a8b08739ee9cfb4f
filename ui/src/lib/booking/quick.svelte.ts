/** The booking being made in the panel. What it would become is asked of the rules (`preview`), never guessed. */
import type { FreeTime, Preview, Problem } from "../bindings";
import { board } from "../board/board.svelte";
import { clickEnd, firstFree, spanText } from "../board/layout";
import { catalogue } from "../catalogue/catalogue.svelte";
import { CustomerPick, type Chosen } from "../customers/picker.svelte";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { goBackTo } from "../parts/focus";
import { session } from "../session/session.svelte";
import { shell } from "../shell/panel.svelte";
import { toasts } from "../shell/toasts.svelte";
import {
	addMinutes,
	dateOf,
	endAlong,
	floorTo,
	minutesBetween,
	shortDate,
	timeOf,
	wallAt,
	type TimeText,
	type Wall,
} from "../time";
import { draftOf, noRepeat, plainSale, type QuickForm } from "./draft";

const PREVIEW_MS = 120;

function blank(): QuickForm {
	return {
		resourceId: "",
		alsoIds: [],
		date: "",
		start: "",
		end: "",
		customerId: null,
		texts: {
			title: "",
			description: "",
			customer_note: "",
			staff_note: "",
			meeting_url: "",
			attendee_count: 1,
		},
		sale: plainSale(),
		repeat: noRepeat(),
	};
}

/** What is shown of a draft that the rules cannot even read. */
const nothing: Preview = {
	starts_at: "",
	ends_at: "",
	notes: [],
	refusal: null,
	worth: "",
	warnings: [],
	resource_names: [],
	price: null,
	package_name: "",
	credits: 0,
	credits_left: 0,
	free_until: null,
	dates: 0,
	skipped: [],
};

class QuickBooking {
	form = $state<QuickForm>(blank());
	customer = $state(new CustomerPick());
	preview = $state.raw<Preview | null>(null);
	/** What saving said; cleared as soon as the form changes. */
	problem = $state.raw<Problem | null>(null);
	saving = $state(false);
	/** When else the resource is free that day, where it is not then. */
	free = $state.raw<FreeTime[]>([]);
	/** Counts openings, so that the panel takes the keyboard again. */
	opened = $state(0);
	/** Who began it: it is booked by whoever works here when it is saved. */
	#begun = $state({ by: "", name: "" });
	/** What had the keyboard before. */
	#from: Element | null = null;

	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;

	draft = $derived(
		draftOf(session.venueId, { ...this.form, customerId: this.customer.chosen?.id ?? null }),
	);
	ready = $derived(this.form.resourceId !== "" && this.form.start !== "" && this.form.end !== "");
	/** The refusal to show: what saving said, else what the rules would say. */
	refusal = $derived(this.problem ?? this.preview?.refusal ?? null);

	/** Who began it, where that is somebody else than works here now; else "". */
	get begunBy(): string {
		return this.#begun.by === session.session?.staff_id ? "" : this.#begun.name;
	}

	/** Opens the panel on a free range of a resource. */
	openAt(resourceId: string, start: Wall, end: Wall) {
		this.#open({ ...blank(), resourceId, date: dateOf(start), start: timeOf(start), end: timeOf(end) });
	}

	/** Opens the panel without a place on the board: from the next line of the grid on, where nothing lies yet. */
	openBlank(customer: Chosen | null = null) {
		// Where the board is not read yet, there is no place to book.
		if (!board.board) return;
		const slot = session.venue?.slot_minutes ?? 15;
		const from =
			board.date === board.today && board.now
				? addMinutes(floorTo(board.now, slot), slot)
				: wallAt(board.date, "09:00");
		const free = board.resources.filter((one) => board.bookable.includes(one));
		// An instructor books themselves.
		const own = session.may("bookings") ? undefined : free.find(({ id }) => board.isMine(id));
		const columns = (own ? [own] : free).map(({ id }) => id);
		const place = firstFree(board.board, columns, from, slot);
		const { resourceId, start } = place ?? { resourceId: columns[0] ?? "", start: from };
		this.openAt(resourceId, start, clickEnd(start, slot));
		if (customer) this.customer.choose(customer);
	}

	#open(form: QuickForm) {
		if (shell.panel !== "quick") this.#from = document.activeElement;
		this.form = form;
		this.customer = new CustomerPick();
		this.preview = null;
		this.problem = null;
		this.saving = false;
		this.opened++;
		this.#begun = { by: session.session?.staff_id ?? "", name: session.session?.staff_name ?? "" };
		board.selectedId = "";
		shell.open("quick");
	}

	/** What is sold says how long it takes, and how many may come. */
	fit() {
		const service = catalogue.service(this.form.sale.serviceId);
		if (service && service.capacity > 1) this.form.sale.places = service.capacity;
		if (!service || this.form.start === "") return;
		const start = wallAt(this.form.date, this.form.start);
		this.form.end = timeOf(addMinutes(start, service.duration_minutes));
	}

	/** Starts at another time and takes the end along. */
	startAt(start: TimeText) {
		Object.assign(this.form, { start, end: endAlong(this.form, start) });
	}

	/** Takes another time of the same day. */
	at({ local_start, local_end }: FreeTime) {
		Object.assign(this.form, { start: timeOf(local_start), end: timeOf(local_end) });
	}

	/** The free times nearest to what was asked for, in order. */
	get nearest(): FreeTime[] {
		const asked = this.draft.local_start;
		const far = ({ local_start }: FreeTime) => Math.abs(minutesBetween(asked, local_start));
		const near = [...this.free].sort((a, b) => far(a) - far(b)).slice(0, 4);
		return near.sort((a, b) => a.local_start.localeCompare(b.local_start));
	}

	/** Moves the draft on the board: the block was dragged or stretched. */
	place(resourceIds: string[], start: Wall, end: Wall) {
		const [resourceId = "", ...alsoIds] = resourceIds;
		Object.assign(this.form, {
			resourceId,
			alsoIds,
			date: dateOf(start),
			start: timeOf(start),
			end: timeOf(end),
		});
	}

	close() {
		clearTimeout(this.#timer);
		if (shell.panel === "quick") shell.panel = "none";
	}

	/** Closes it unsaved: the keyboard goes back to where it came from, or to where it can be opened again. */
	dismiss() {
		this.close();
		void goBackTo(this.#from, () => document.querySelector("[data-testid=new-booking]"));
	}

	/** The form changed: ask the rules again, once the typing pauses. */
	changed() {
		this.problem = null;
		clearTimeout(this.#timer);
		if (this.ready) this.#timer = setTimeout(() => void this.#ask(), PREVIEW_MS);
	}

	async #ask() {
		const asked = ++this.#asked;
		try {
			const preview = await desk.preview(this.draft);
			if (asked !== this.#asked) return;
			this.preview = preview;
			const elsewhere =
				preview.refusal?.code === "slot_taken" || preview.refusal?.code === "outside_hours";
			const free = elsewhere ? await desk.freeTimes(this.draft) : [];
			if (asked === this.#asked) this.free = free;
		} catch (error) {
			if (asked !== this.#asked) return;
			// A draft the rules cannot even read is refused the same way.
			this.free = [];
			this.preview = { ...nothing, refusal: asProblem(error) };
		}
	}

	async save() {
		if (this.saving || !this.ready) return;
		this.saving = true;
		this.problem = null;
		try {
			await this.customer.resolve();
			const draft = this.draft;
			const dates = draft.repeat ? [m.repeat.saved(this.preview?.dates ?? 0)] : [];
			const saved = await desk.book(draft);
			const service = catalogue.service(draft.sale.service_id ?? "")?.name;
			const who = this.customer.chosen?.name || draft.title || service || m.board.untitled;
			const when = `${shortDate(dateOf(draft.local_start), board.today)} ${spanText(draft.local_start, draft.local_end)}`;
			toasts.did([m.quick.saved(who, when), ...dates, ...saved.notes].join(" "), saved.operation_id);
			this.close();
			await board.goto(this.form.date);
			board.revealBooking(saved.booking_id);
		} catch (error) {
			this.problem = asProblem(error);
		} finally {
			this.saving = false;
		}
	}
}

export const quick = new QuickBooking();
