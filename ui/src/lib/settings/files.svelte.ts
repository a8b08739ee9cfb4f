/** The import of another system's files. It goes on while the person is in another room, so it is not that of a
 *  component. */
import type { ImportProgressed, Problem } from "../bindings";
import { board } from "../board/board.svelte";
import { catalogue } from "../catalogue/catalogue.svelte";
import { asProblem, desk } from "../desk";
import { m } from "../messages";
import { session } from "../session/session.svelte";
import { toasts } from "../shell/toasts.svelte";
import { textOf, type FilesReport } from "./exchange";

class FilesImport {
	files = $state.raw<File[]>([]);
	problem = $state.raw<Problem | null>(null);
	progress = $state.raw<ImportProgressed | null>(null);
	asking = $state(false);
	#report = $state.raw<FilesReport | null>(null);
	#venueId = $state("");

	/** What was tried or done for the venue that is on screen. */
	report = $derived(this.#venueId === session.venueId ? this.#report : null);

	choose(files: Iterable<File>) {
		this.files = [...files];
		this.problem = this.#report = null;
	}

	async run(dryRun: boolean) {
		if (this.asking) return;
		this.asking = true;
		this.problem = this.#report = this.progress = null;
		this.#venueId = session.venueId;
		const stop = desk.onImportProgressed((now) => (this.progress = now));
		try {
			const read = async (file: File) => ({ name: file.name, text: await textOf(file) });
			const given = await Promise.all(this.files.map(read));
			const done = await desk.importFiles(this.#venueId, given, dryRun);
			this.#report = done as unknown as FilesReport;
			if (!dryRun) toasts.good(m.exchange.isDone);
		} catch (error) {
			this.problem = asProblem(error);
		} finally {
			this.asking = false;
			void stop.then((unlisten) => unlisten());
		}
		if (!dryRun) await Promise.all([board.load(), catalogue.load()]);
	}
}

export const filesImport = new FilesImport();
