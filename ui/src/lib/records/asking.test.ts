import { expect, test } from "vitest";
import { Asking } from "./records.svelte";

test("a problem is said, and may be asked about again, once what there is has been read", async () => {
	const asking = new Asking();
	const seen: unknown[] = [];
	const reread = () => {
		seen.push([asking.problem, asking.saving]);
		return Promise.resolve();
	};
	const refused = { kind: "refusal", code: "changed_elsewhere", message: "", details: null };
	expect(await asking.run(() => Promise.reject(refused), "", true, reread)).toBeNull();
	expect(seen).toEqual([[null, true]]);
	expect(asking.problem?.code).toBe("changed_elsewhere");
	expect(asking.saving).toBe(false);
});

test("what cannot be read again leaves the form usable, and says why it was refused", async () => {
	const asking = new Asking();
	const refused = { kind: "refusal", code: "slot_taken", message: "", details: null };
	const unread = () => Promise.reject(new Error("unreadable"));
	await expect(asking.run(() => Promise.reject(refused), "", true, unread)).rejects.toThrow();
	expect(asking.problem?.code).toBe("slot_taken");
	expect(asking.saving).toBe(false);
});
