/** A first guess for the currency field, from the region of the computer's language. It is only a guess, and the
 *  field stays open: the list holds the regions whose currency is theirs alone, and the euro's. */
const EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split(" ");
const OWN: Record<string, string> = {
	AU: "AUD",
	BR: "BRL",
	CA: "CAD",
	CH: "CHF",
	CZ: "CZK",
	DK: "DKK",
	GB: "GBP",
	HU: "HUF",
	IN: "INR",
	JP: "JPY",
	KR: "KRW",
	MX: "MXN",
	NO: "NOK",
	NZ: "NZD",
	PL: "PLN",
	RO: "RON",
	SE: "SEK",
	TR: "TRY",
	US: "USD",
	ZA: "ZAR",
};

export function guessCurrency(language: string): string {
	const region = /[-_]([A-Za-z]{2})\b/.exec(language)?.[1]?.toUpperCase() ?? "";
	return OWN[region] ?? (EURO.includes(region) || region === "" ? "EUR" : "USD");
}
