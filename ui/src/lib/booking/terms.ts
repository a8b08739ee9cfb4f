/** What calling off costs, in words. Whether it is late is said by Rust. Pure. */
import type { BookingDetail } from "../bindings";
import { m } from "../messages";
import { moment, type DateText } from "../time";

type Called = Pick<BookingDetail, "cancels_late" | "free_until" | "price">;
type PaidBy = Pick<BookingDetail, "credits" | "package_name">;

/** Of a booking, or of one place of a class: whoever paid for it with a package has that beside it. */
export function termsOf({ cancels_late, free_until, price }: Called, by: PaidBy, today: DateText): string {
	const { credits, package_name: name } = by;
	const byPackage = name !== "" && credits > 0;
	if (cancels_late && byPackage) return m.cancelling.lateCredit(credits, name);
	if (cancels_late) return price ? m.cancelling.lateFee(price.text) : m.cancelling.late;
	const free = free_until ? m.cancelling.free(moment(free_until, today)) : m.cancelling.always;
	return byPackage ? `${free} ${m.cancelling.back(credits, name)}` : free;
}
