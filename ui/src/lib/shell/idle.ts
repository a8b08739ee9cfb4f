/** Locking a desk that nobody uses: without a key or a touch for so many minutes. */
const LOOK_MS = 15_000;
const SIGNS = ["keydown", "pointerdown", "wheel"];

/** Calls `lock` once when nothing happened for `minutes()`; the returned function stops it. */
export function watchIdle(minutes: () => number | null, lock: () => void): () => void {
	let last = Date.now();
	const seen = () => (last = Date.now());
	for (const sign of SIGNS) window.addEventListener(sign, seen, { capture: true, passive: true });
	const timer = setInterval(() => {
		const limit = minutes();
		if (limit === null || Date.now() - last < limit * 60_000) return;
		last = Date.now();
		lock();
	}, LOOK_MS);
	return () => {
		clearInterval(timer);
		for (const sign of SIGNS) window.removeEventListener(sign, seen, { capture: true });
	};
}
