/** Lists of rows and commands about them: a cache of the replica, and one way to ask for a change. */
import type { JsonValue, Problem, Submitted } from "../bindings";
import { asProblem, desk } from "../desk";
import { toasts } from "../shell/toasts.svelte";
import type { Json } from "./fields";

export type Row = Json & { id: string };

/** The rows of one sort, read again when the replica changes. */
export class Rows<T = Row> {
	list = $state.raw<T[] | null>(null);
	problem = $state.raw<Problem | null>(null);
	deleted = $state(false);
	#asked = 0;

	constructor(
		readonly entity: string,
		/** The columns asked for; null while there is nothing to ask. */
		readonly columns: () => { [key in string]: string } | null = () => ({}),
	) {}

	load = async () => {
		const columns = this.columns();
		if (columns === null) return;
		const asked = ++this.#asked;
		try {
			const wanted = { entity: this.entity, columns, deleted: this.deleted };
			const list = (await desk.rows(wanted)) as unknown as T[];
			if (asked !== this.#asked) return;
			this.list = list;
			this.problem = null;
		} catch (error) {
			if (asked === this.#asked) this.problem = asProblem(error);
		}
	};
}

/** One form's dealings with the replica: what was asked for was done, or why not. */
export class Asking {
	problem = $state.raw<Problem | null>(null);
	saving = $state(false);

	/** Gives a command; says `done` and answers what came of it, or null where it was not done. */
	give(command: Json, done: string, reread?: () => Promise<unknown>): Promise<Submitted | null> {
		return this.run(() => desk.submit(command as JsonValue), done, true, reread);
	}

	/** Asks for what is no single command of a form, or for one that has to be read first; it answers null where there
	 *  is nothing to do, which is no problem. A problem is said once all is reread: whoever asks again after it does
	 *  so of what is there. */
	async run(
		ask: () => Promise<Submitted | null>,
		done: string | (() => string),
		undo = false,
		reread?: () => Promise<unknown>,
	): Promise<Submitted | null> {
		if (this.saving) return null;
		this.saving = true;
		this.problem = null;
		try {
			const submitted = await ask();
			if (!submitted) return null;
			const says = [typeof done === "string" ? done : done(), ...submitted.warnings].join(" ");
			if (undo) toasts.did(says, submitted.operation_id);
			else toasts.good(says);
			return submitted;
		} catch (error) {
			try {
				await reread?.();
			} finally {
				this.problem = asProblem(error);
			}
			return null;
		} finally {
			this.saving = false;
		}
	}
}

/** A new id, in the order of time (UUIDv7), as every row that is made here has one. */
export function newId(now = Date.now()): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	for (let n = 0; n < 6; n++) bytes[n] = Math.floor(now / 2 ** (8 * (5 - n))) % 256;
	bytes[6] = (bytes[6]! & 0x0f) | 0x70;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	return [0, 8, 12, 16, 20].map((at, n, all) => hex.slice(at, all[n + 1])).join("-");
}
