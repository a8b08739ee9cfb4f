/**
 * The one module that talks to the shell. Everything else in the window imports from here, so the day the
 * transport changes, or a test wants another, there is one room to go to.
 *
 * It keeps one promise: a command resolves to its value or rejects with a `Problem`, whatever went wrong below.
 * It knows no rule and keeps no state.
 */
import { invoke, type InvokeArgs } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type {
	Alternative,
	Board,
	BookingDetail,
	BookingDraft,
	BookingEdit,
	CancelBooking,
	Customer,
	EmptyVenue,
	InboxItem,
	JoinHeadquarters,
	NewCustomer,
	NewResource,
	Preview,
	Problem,
	Reschedule,
	Resource,
	Saved,
	Session,
	SyncStatus,
	WaitingChange,
} from "./bindings";

async function call<T>(command: string, args?: InvokeArgs): Promise<T> {
	try {
		return await invoke<T>(command, args);
	} catch (error) {
		throw asProblem(error);
	}
}

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

export const desk = {
	session: () => call<Session>("session"),
	timezones: () => call<string[]>("timezones"),
	startSample: () => call<Session>("start_sample"),
	startEmpty: (venue: EmptyVenue) => call<Session>("start_empty", { venue }),
	joinHeadquarters: (join: JoinHeadquarters) => call<Session>("join_headquarters", { join }),

	board: (venueId: string, date: string) => call<Board>("board", { venueId, date }),
	booking: (bookingId: string) => call<BookingDetail>("booking", { bookingId }),
	searchCustomers: (text: string, limit: number) => call<Customer[]>("search_customers", { text, limit }),

	preview: (draft: BookingDraft) => call<Preview>("preview", { draft }),
	book: (draft: BookingDraft) => call<Saved>("book", { draft }),
	reschedule: (reschedule: Reschedule) => call<Saved>("reschedule", { reschedule }),
	editBooking: (edit: BookingEdit) => call<Saved>("edit_booking", { edit }),
	cancelBooking: (cancel: CancelBooking) => call<Saved>("cancel_booking", { cancel }),
	addCustomer: (customer: NewCustomer) => call<Customer>("add_customer", { customer }),
	addResource: (resource: NewResource) => call<Resource>("add_resource", { resource }),

	syncStatus: () => call<SyncStatus>("sync_status"),
	syncNow: () => call<null>("sync_now"),
	setWorkOffline: (offline: boolean) => call<SyncStatus>("set_work_offline", { offline }),
	waiting: () => call<WaitingChange[]>("waiting"),
	inbox: () => call<InboxItem[]>("inbox"),
	bookAlternative: (operationId: string, alternative: Alternative) =>
		call<Saved>("book_alternative", { operationId, alternative }),
	settle: (operationId: string) => call<null>("settle", { operationId }),

	/** Something in the replica changed: re-read what is on screen. */
	onReplicaChanged: (handler: () => void) => listen("replica-changed", () => handler()),
	onSyncChanged: (handler: (status: SyncStatus) => void) =>
		listen<SyncStatus>("sync-changed", (event) => handler(event.payload)),
};
