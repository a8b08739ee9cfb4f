import { expect, test } from "vitest";
import { m } from "../messages";
import { sought } from "./sought";

test("an entry is found by what it is called, and by its name alone", () => {
	expect(sought("new booking for tracy", m.palette.customer)).toBe("tracy");
	expect(sought("tracy", m.palette.customer)).toBe("tracy");
	expect(sought("go to tomorrow", m.palette.goTo)).toBe("tomorrow");
	// Whoever is called like a verb is found, too.
	expect(sought("showalter", m.palette.resource)).toBe("showalter");
});
