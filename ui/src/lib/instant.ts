/** Instants of rows, as the venue's wall shows them. For showing only: what a wall time means is asked of Rust. */
import { session } from "./session/session.svelte";
import type { Wall } from "./time";

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall of the venue shows at an instant. */
export function wallOf(instant: string, zone = session.venue?.timezone ?? "UTC"): Wall {
	let format = formats.get(zone);
	if (!format) {
		// Swedes write dates as ISO 8601 does.
		format = new Intl.DateTimeFormat("sv-SE", {
			timeZone: zone,
			dateStyle: "short",
			timeStyle: "medium",
		});
		formats.set(zone, format);
	}
	const at = new Date(instant);
	return Number.isNaN(at.getTime()) ? "" : format.format(at).replace(" ", "T");
}

/** The last day before an instant: credits are good until the day ends. */
export function lastDay(instant: string, zone?: string): string {
	return wallOf(new Date(Date.parse(instant) - 60_000).toISOString(), zone).slice(0, 10);
}
