/** What the sync bar says: the last status that the sync task reported. */
import type { Problem, SyncStatus, WaitingChange } from "../bindings";
import { asProblem, desk } from "../desk";
import { toasts } from "../shell/toasts.svelte";

class SyncState {
	status = $state.raw<SyncStatus | null>(null);
	waiting = $state.raw<WaitingChange[] | null>(null);
	waitingProblem = $state.raw<Problem | null>(null);

	get offline(): boolean {
		return this.status?.phase === "offline_by_choice";
	}
	/** Whether there is a headquarters to be on or off line with. */
	get linked(): boolean {
		return this.status !== null && this.status.phase !== "standalone";
	}

	adopt(status: SyncStatus) {
		this.status = status;
	}

	async load() {
		try {
			this.status = await desk.syncStatus();
		} catch (error) {
			toasts.problem(asProblem(error));
		}
	}

	async now() {
		if (!this.linked) return;
		try {
			await desk.syncNow();
		} catch (error) {
			toasts.problem(asProblem(error));
		}
		await this.load();
	}

	async workOffline(offline: boolean) {
		if (!this.linked) return;
		try {
			this.status = await desk.setWorkOffline(offline);
		} catch (error) {
			toasts.problem(asProblem(error));
		}
	}

	async loadWaiting() {
		try {
			this.waiting = await desk.waiting();
			this.waitingProblem = null;
		} catch (error) {
			this.waitingProblem = asProblem(error);
		}
	}
}

export const sync = new SyncState();
