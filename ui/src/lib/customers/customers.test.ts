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
