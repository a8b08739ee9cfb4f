/** Short notices above the sync bar. Good news leaves soon; a refusal stays long enough to be read twice. */
import type { Problem } from "../bindings";
import { m } from "../messages";

export type Toast = { id: number; tone: "good" | "calm" | "bad"; text: string; code: string; undo?: boolean };

const GOOD_MS = 4_000;
/** Long enough to see that it was the wrong one. */
const DONE_MS = 8_000;
const PROBLEM_MS = 12_000;

class Toasts {
	list = $state.raw<Toast[]>([]);
	#next = 1;
	#timers = new Map<number, ReturnType<typeof setTimeout>>();

	/** Something else was done or said to be: what an older notice would take back is no longer the last. */
	good(text: string) {
		this.#keepAll();
		this.#show({ tone: "good", text, code: "" }, GOOD_MS);
	}

	/** What the person just did, and may take back; without an operation, everything was as asked already. */
	did(text: string, operationId: string) {
		if (operationId === "") return this.good(text);
		this.#keepAll();
		this.#show({ tone: "good", text, code: "", undo: true }, DONE_MS);
	}

	/** Taking back takes the newest: no older notice offers it. */
	#keepAll() {
		this.list = this.list.map((old) => ({ ...old, undo: false }));
	}

	problem(problem: Problem) {
		const tone = problem.kind === "failure" ? "bad" : "calm";
		const text = [problem.message, m.nextStep[problem.code]].filter(Boolean).join(" ");
		this.#show({ tone, text, code: problem.code }, PROBLEM_MS);
	}

	#show(toast: Omit<Toast, "id">, ms: number) {
		const id = this.#next++;
		this.list = [...this.list.filter((old) => old.text !== toast.text), { ...toast, id }].slice(-3);
		this.#timers.set(
			id,
			setTimeout(() => this.close(id), ms),
		);
	}

	close(id: number) {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
		this.list = this.list.filter((toast) => toast.id !== id);
	}
}

export const toasts = new Toasts();
