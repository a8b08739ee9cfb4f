import { beforeEach, expect, test, vi } from "vitest";
import { desk } from "../desk";
import { customers } from "./customers.svelte";

vi.mock("../desk", () => ({
	asProblem: (error: unknown) => error,
	desk: { findCustomers: vi.fn(), customerSegments: vi.fn(), rows: vi.fn() },
}));
beforeEach(async () => {
	vi.mocked(desk.findCustomers).mockResolvedValue({ customers: [], count: 0 });
	vi.mocked(desk.customerSegments).mockResolvedValue([]);
	vi.mocked(desk.rows).mockResolvedValue([{ id: "c1", name: "Tracy Smith" }]);
	await customers.open("c1");
});

test("beside nobody found there is nobody", async () => {
	await customers.look();
	expect(customers.row).toBeNull();
});

test("who is being written about stays open, whoever is looked for", async () => {
	const release = customers.holds({} as Element);
	await customers.look();
	expect(customers.row?.id).toBe("c1");
	if (release) release();
	await customers.look();
	expect(customers.row).toBeNull();
});

test("who is picked right after the last letter stays open", async () => {
	vi.useFakeTimers();
	customers.typed();
	await customers.open("c1");
	await vi.advanceTimersByTimeAsync(1000);
	expect(customers.row?.id).toBe("c1");
	// Also where the answer to what was typed before is still on its way.
	const looked = customers.look();
	await customers.open("c1");
	await looked;
	expect(customers.row?.id).toBe("c1");
	// Without a pick, what was typed is looked for.
	customers.typed();
	await vi.advanceTimersByTimeAsync(1000);
	expect(customers.row).toBeNull();
	vi.useRealTimers();
});
