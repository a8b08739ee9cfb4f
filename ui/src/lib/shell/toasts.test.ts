import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toasts } from "./toasts.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
	vi.runAllTimers();
	vi.useRealTimers();
});

const offers = () => toasts.list.filter(({ undo }) => undo).map(({ text }) => text);

test("only what was done last offers to be taken back", () => {
	toasts.did("Booked", "1");
	toasts.did("Moved", "2");
	expect(offers()).toEqual(["Moved"]);
	toasts.good("Court 1 added");
	expect(offers()).toEqual([]);
	expect(toasts.list).toHaveLength(3);
});

test("what changed nothing takes back nothing", () => {
	toasts.did("Booked", "1");
	toasts.did("Saved", "");
	expect(offers()).toEqual([]);
});
