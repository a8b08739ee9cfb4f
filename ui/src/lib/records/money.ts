/** Money as rows have it, and as people read and write it. Whether an amount is allowed, the rules say. Pure. */
import type { Problem } from "../bindings";
import { m } from "../messages";

export type Money = { minor: number; currency: string };

const digits = (currency: string): number => {
	try {
		const format = new Intl.NumberFormat("en", { style: "currency", currency });
		return format.resolvedOptions().maximumFractionDigits ?? 2;
	} catch {
		return 2;
	}
};

/** "25.50" */
export function sayAmount({ minor, currency }: Money): string {
	const places = digits(currency);
	return (minor / 10 ** places).toFixed(places);
}

/** "25.50 EUR" */
export function sayMoney(money: Money): string {
	return `${sayAmount(money)} ${money.currency}`;
}

/** "25", "25,50", "25.50 EUR", "€ 25"; throws a problem where it is no amount. */
export function parseMoney(text: string, currency: string): Money {
	const code = /[a-z]{3}/i.exec(text)?.[0]?.toUpperCase() ?? currency;
	const figures = text.replace(/[^\d.,-]/g, "").replace(",", ".");
	const places = digits(code);
	const amount = Number(figures);
	const minor = Math.round(amount * 10 ** places);
	if (figures === "" || !Number.isFinite(amount) || !Number.isSafeInteger(minor)) throw notMoney();
	return { minor, currency: code };
}

const notMoney = (): Problem => ({
	kind: "refusal",
	code: "field_invalid",
	message: m.records.notMoney,
	details: { field: "price" },
});
