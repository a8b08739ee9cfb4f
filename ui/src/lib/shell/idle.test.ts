import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchIdle } from "./idle";

const MINUTE = 60_000;
let limit: number | null = 5;
const lock = vi.fn();
let stop = () => {};

/** What somebody does, and whether it reaches what is on the screen. */
function act(sign: string): boolean {
	let reached = false;
	const there = () => (reached = true);
	window.addEventListener(sign, there);
	window.dispatchEvent(new Event(sign, { cancelable: true }));
	window.removeEventListener(sign, there);
	return reached;
}

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal("window", new EventTarget());
	vi.stubGlobal("document", new EventTarget());
	limit = 5;
	lock.mockReset();
	stop = watchIdle(() => limit, lock);
});

afterEach(() => {
	stop();
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

test("a desk that nobody touches is locked", () => {
	vi.advanceTimersByTime(5 * MINUTE - 1);
	expect(lock).not.toHaveBeenCalled();
	vi.advanceTimersByTime(5_001);
	expect(lock).toHaveBeenCalled();
});

test("every sign of somebody puts it off", () => {
	for (const sign of ["keydown", "pointerdown", "wheel"]) {
		vi.advanceTimersByTime(4 * MINUTE);
		expect(act(sign)).toBe(true);
	}
	vi.advanceTimersByTime(4 * MINUTE);
	expect(lock).not.toHaveBeenCalled();
});

test("after a sleep the first key locks it and does nothing else", () => {
	// No timer ran meanwhile.
	vi.setSystemTime(Date.now() + 8 * 60 * MINUTE);
	expect(act("keydown")).toBe(false);
	expect(lock).toHaveBeenCalledTimes(1);
});

test("a window that is seen again is looked at before anybody touches it", () => {
	vi.setSystemTime(Date.now() + 8 * 60 * MINUTE);
	document.dispatchEvent(new Event("visibilitychange"));
	expect(lock).toHaveBeenCalledTimes(1);
});

test("a clock that is put back keeps nothing open", () => {
	vi.setSystemTime(Date.now() - 60 * MINUTE);
	vi.advanceTimersByTime(5 * MINUTE + 5_000);
	expect(lock).toHaveBeenCalled();
});

test("where nothing is to be locked, nothing is kept from anybody", () => {
	limit = null;
	vi.advanceTimersByTime(60 * MINUTE);
	expect(act("keydown")).toBe(true);
	expect(lock).not.toHaveBeenCalled();
});

test("a lock that did not work is tried again", () => {
	vi.advanceTimersByTime(5 * MINUTE);
	vi.advanceTimersByTime(5_000);
	expect(lock).toHaveBeenCalledTimes(2);
});
