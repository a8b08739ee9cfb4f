/**
 * The one module that talks to the shell, through the bindings that Rust generates. Everything else in the window
 * imports from here, so the day the transport changes, or a test wants another, there is one room to go to.
 *
 * It keeps one promise: a command resolves to its value or rejects with a `Problem`, whatever went wrong below.
 * It knows no rule and keeps no state.
 */
import { commands, events, type ImportProgressed, type Problem, type SyncStatus } from "./bindings";

/** Whatever was thrown, as a `Problem`: the shell's own errors (a panic, a wrong argument) are plain strings. */
export function asProblem(error: unknown): Problem {
	if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
		return error as Problem;
	}
	const message = error instanceof Error ? error.message : String(error);
	return { kind: "failure", code: "failure", message, details: null };
}

/** The form field a problem is about, "" when it is about none. */
export function problemField(problem: Problem | null): string {
	const details = problem?.details;
	if (details === null || typeof details !== "object" || Array.isArray(details)) return "";
	const field = details?.["field"];
	return typeof field === "string" ? field : "";
}

/** The same commands, each with the promise above kept. */
function guarded<C extends Record<string, (...args: never[]) => Promise<unknown>>>(all: C): C {
	const guard =
		(command: C[string]) =>
		async (...args: never[]) => {
			try {
				return await command(...args);
			} catch (error) {
				throw asProblem(error);
			}
		};
	return Object.fromEntries(
		Object.entries(all).map(([name, command]) => [name, guard(command as C[string])]),
	) as C;
}

export const desk = {
	...guarded(commands),

	/** Something in the replica changed: re-read what is on screen. */
	onReplicaChanged: (handler: () => void) => events.replicaChanged.listen(() => handler()),
	/** How far an import of files has come. */
	onImportProgressed: (handler: (progress: ImportProgressed) => void) =>
		events.importProgressed.listen((event) => handler(event.payload)),
	onSyncChanged: (handler: (status: SyncStatus) => void) =>
		events.syncChanged.listen((event) => handler(event.payload)),
};
