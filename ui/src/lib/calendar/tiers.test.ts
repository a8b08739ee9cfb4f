import { expect, test } from "vitest";
import { readTier, shownPolicy } from "./tiers";

test("a tier has a name, and the points that it begins with", () => {
	expect(readTier("gold 500")).toEqual({ name: "gold", points: 500 });
	expect(readTier("Friend of the club 0")).toEqual({ name: "Friend of the club", points: 0 });
	expect(shownPolicy({ tiers: [readTier("gold 500")] })["tiers"]).toEqual(["gold 500"]);
});

test.each(["Gold", "Gold 1.000", "Gold 500 points", "500"])("%s is refused at its field", (line) => {
	expect(() => readTier(line)).toThrow(
		expect.objectContaining({ code: "field_invalid", details: { field: "tiers" } }),
	);
});
