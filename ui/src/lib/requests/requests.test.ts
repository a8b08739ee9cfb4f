import { expect, test, vi } from "vitest";
import type { QueuedRequest } from "../bindings";
import { desk } from "../desk";
import { session } from "../session/session.svelte";
import { requests } from "./requests.svelte";

vi.mock("../desk", () => ({ asProblem: (error: unknown) => error, desk: { requests: vi.fn() } }));

test("the requests of a venue that was left do not come in late", async () => {
	let answer = (_: QueuedRequest[]) => {};
	const slow = new Promise<QueuedRequest[]>((resolve) => (answer = resolve));
	const here = [{ id: "here" }] as QueuedRequest[];
	vi.mocked(desk.requests).mockReturnValueOnce(slow).mockResolvedValueOnce(here);
	session.venueId = "there";
	const first = requests.load();
	session.venueId = "here";
	await requests.load();
	answer([{ id: "there" }] as QueuedRequest[]);
	await first;
	expect(requests.list).toEqual(here);
});
