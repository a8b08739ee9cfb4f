/** Locking a desk that nobody uses: without a key or a touch for so many minutes. Timers stand still while a
 *  computer sleeps, and its clock can be put back: so time is looked at whenever somebody comes, on two clocks,
 *  and what wakes a desk up is not what keeps it open. */
const LOOK_MS = 5_000;
const SIGNS = ["keydown", "pointerdown", "wheel"];

/** Calls `lock` when nothing happened for `minutes()`, again until that is `null`; the returned function stops it. */
export function watchIdle(minutes: () => number | null, lock: () => void): () => void {
	let wall = Date.now();
	let steady = performance.now();
	const over = () => {
		const limit = minutes();
		const idle = Math.max(Date.now() - wall, performance.now() - steady);
		return limit !== null && idle >= limit * 60_000;
	};
	const look = () => {
		if (over()) lock();
	};
	const seen = (event: Event) => {
		if (over()) {
			// Meant for what was on the screen, by whoever sees it now: it does nothing there.
			event.stopImmediatePropagation();
			if (event.type !== "wheel") event.preventDefault();
			lock();
		}
		[wall, steady] = [Date.now(), performance.now()];
	};
	for (const sign of SIGNS) window.addEventListener(sign, seen, { capture: true });
	window.addEventListener("focus", look);
	document.addEventListener("visibilitychange", look);
	const timer = setInterval(look, LOOK_MS);
	return () => {
		clearInterval(timer);
		for (const sign of SIGNS) window.removeEventListener(sign, seen, { capture: true });
		window.removeEventListener("focus", look);
		document.removeEventListener("visibilitychange", look);
	};
}
