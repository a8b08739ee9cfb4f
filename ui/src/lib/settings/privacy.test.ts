import { beforeEach, expect, test, vi } from "vitest";
import { desk } from "../desk";
import { Privacy, deletedAt, readDays } from "./privacy.svelte";

vi.mock("../desk", () => ({
	asProblem: (error: unknown) => error,
	desk: { retained: vi.fn(), eraseRetained: vi.fn(), dataRequests: vi.fn() },
}));
beforeEach(() => void vi.resetAllMocks());

const found = (days: number, ids: string[]) => ({ days, ids, customers: ids, bookings: 0 });

test("a slow answer does not replace what was asked for after it", async () => {
	let answer = (_: ReturnType<typeof found>) => {};
	const slow = new Promise<ReturnType<typeof found>>((resolve) => (answer = resolve));
	const fast = found(730, ["b"]);
	vi.mocked(desk.retained).mockReturnValueOnce(slow).mockResolvedValueOnce(fast);
	const privacy = new Privacy();
	const first = privacy.look(7);
	await privacy.look(730);
	answer(found(7, ["a", "b"]));
	await first;
	expect(privacy.retained).toEqual(fast);
});

test("nothing can be erased by the list of another number of days", async () => {
	vi.mocked(desk.retained)
		.mockResolvedValueOnce(found(730, ["b"]))
		.mockReturnValue(new Promise(() => {}));
	const privacy = new Privacy();
	await privacy.look(730);
	void privacy.look(7);
	await privacy.erase();
	expect(desk.eraseRetained).not.toHaveBeenCalled();
});

test("what was listed is erased, and if that has changed, it is said and listed again", async () => {
	const changed = { kind: "refusal", code: "retained_changed", message: "", details: null };
	vi.mocked(desk.retained)
		.mockResolvedValueOnce(found(730, ["b"]))
		.mockResolvedValue(found(730, ["b", "c"]));
	vi.mocked(desk.eraseRetained).mockRejectedValueOnce(changed);
	const privacy = new Privacy();
	await privacy.look(null);
	await privacy.erase();
	expect(desk.eraseRetained).toHaveBeenCalledWith(null, ["b"]);
	expect(privacy.problem).toEqual(changed);
	expect(privacy.retained?.ids).toEqual(["b", "c"]);
});

test("what is no number of days is not read as the policy's", () => {
	expect(["", " ", "90", "007"].map(readDays)).toEqual([null, null, 90, 7]);
	expect(["abc", "0", "-3", "1.5", "12 days"].map(readDays)).toEqual(Array(5).fill(undefined));
});

test("what was handed out is deleted with whom it was of, and not with anybody else or before", () => {
	const row = {
		id: "1",
		kind: "export",
		customer_id: "a",
		requested_at: "2026-11-20",
		expires_at: "2026-12-20",
	};
	const erased = (customer_id: string, done_at: string | null) => ({
		id: "2",
		kind: "erasure",
		customer_id,
		done_at,
	});
	expect(deletedAt(row, [row, erased("a", "2026-11-21")])).toBe("2026-11-21");
	for (const other of [erased("b", "2026-11-21"), erased("a", "2026-11-19"), erased("a", null)]) {
		expect(deletedAt(row, [row, other])).toBeUndefined();
	}
});
