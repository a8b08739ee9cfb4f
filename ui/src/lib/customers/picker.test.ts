import { beforeEach, expect, test, vi } from "vitest";
import type { Customer } from "../bindings";
import { desk } from "../desk";
import { soughtAs } from "./fields";
import { CustomerPick } from "./picker.svelte";

vi.mock("../desk", () => ({
	asProblem: (error: unknown) => error,
	desk: { searchCustomers: vi.fn(), addCustomer: vi.fn() },
}));
vi.useFakeTimers();
beforeEach(() => void vi.resetAllMocks());

const found = (...ids: string[]) => ids.map((id) => ({ id, name: `Ann ${id}` }) as Customer);

async function typed(pick: CustomerPick, text: string) {
	pick.text = text;
	pick.typed();
	await vi.runAllTimersAsync();
	return pick;
}

test("nobody is offered to be merged into themselves, or into somebody who is not here", async () => {
	vi.mocked(desk.searchCustomers).mockResolvedValue(found("1", "2"));
	const pick = await typed(new CustomerPick(null, "1"), "ann");
	expect(pick.found.map(({ id }) => id)).toEqual(["2"]);
	expect(pick.entries).toBe(1);
	vi.mocked(desk.searchCustomers).mockResolvedValue(found("1"));
	await typed(pick, "ann 1");
	expect([pick.entries, pick.nobody]).toEqual([0, true]);
	pick.enter();
	expect(pick.fresh).toBeNull();
	await expect(pick.resolve()).rejects.toMatchObject({ code: "customer_not_chosen" });
});

test("elsewhere somebody new can be written down for what is typed", async () => {
	vi.mocked(desk.searchCustomers).mockResolvedValue(found());
	const pick = await typed(new CustomerPick(), "Ann");
	expect([pick.entries, pick.nobody]).toEqual([1, false]);
	pick.enter();
	expect(pick.fresh?.name).toBe("Ann");
});

test("whoever was not found begins with what was typed, where it belongs", () => {
	expect(soughtAs(" Ann Lee ")).toEqual({ name: "Ann Lee" });
	expect(soughtAs("+49 (0)30 12-34")).toEqual({ phone: "+49 (0)30 12-34" });
	expect(soughtAs("ann@club.example")).toEqual({ email: "ann@club.example" });
});
