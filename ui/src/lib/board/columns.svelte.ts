/** Which columns are near the eye. With sixty resources most of the day is out of sight, and the grid's work grows
 *  with blocks times columns: blocks are handed over as their columns come near, and stay once they are there. */
import { board } from "./board.svelte";

/** Up to this many columns everything is simply there. */
const ALL = 24;
/** Columns ready on either side, and the step in which the window moves. */
const AHEAD = 6;

class Columns {
	#from = $state(0);
	#to = $state(ALL);

	near = $derived(board.columns.length <= ALL ? null : new Set(board.columns.slice(this.#from, this.#to)));

	has(resourceIds: string[]): boolean {
		return this.near === null || resourceIds.some((id) => this.near?.has(id));
	}

	/** The resource whose column the grid drew a block in: a booking of two resources has a block in each. */
	of = (block: HTMLElement): string => board.columns[Number(block.style.gridColumn) - 1] ?? "";

	/** Follows the grid's own scrolling. */
	follow(main: Element) {
		const head = main.querySelector("[data-column]")?.closest(".ec-col-head");
		if (!head) return;
		const width = head.getBoundingClientRect().width || 1;
		const steps = (columns: number) => Math.floor(columns / AHEAD) * AHEAD;
		this.#from = Math.max(0, steps(main.scrollLeft / width) - AHEAD);
		this.#to = steps((main.scrollLeft + main.clientWidth) / width) + 2 * AHEAD;
	}
}

export const columns = new Columns();
