/** In which order a card lists the bookings of a customer. */
import type { CustomerBooking } from "../bindings";
import { toMinute, type Wall } from "../time";

/** Open and still to come, or a place in a class that is. */
export const isAhead = ({ local_start, status, place }: CustomerBooking, now: Wall): boolean =>
	toMinute(local_start) >= now && (status === "pending" || status === "confirmed") && place !== "cancelled";

/** What is to come first, the next one on top; then what is over or called off, the last one on top. */
export function inOrder(bookings: CustomerBooking[], now: Wall): CustomerBooking[] {
	const byStart = [...bookings].sort((a, b) => a.local_start.localeCompare(b.local_start));
	const ahead = byStart.filter((one) => isAhead(one, now));
	const rest = byStart.filter((one) => !isAhead(one, now));
	return [...ahead, ...rest.reverse()];
}
