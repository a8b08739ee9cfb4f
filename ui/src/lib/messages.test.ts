import { expect, test } from "vitest";
import { m } from "./messages";

test("numbers and their nouns agree", () => {
	expect(m.bar.summary(1, 8)).toBe("1 booking, 8%");
	expect(m.bar.summary(41, 63)).toBe("41 bookings, 63%");
	expect(m.board.people(8)).toBe("8 people");
	expect(m.inboxBadge(1)).toBe("1 refusal to look at");
});

test("durations are said in hours and minutes", () => {
	expect(m.duration(30)).toBe("30 minutes");
	expect(m.duration(60)).toBe("1 hour");
	expect(m.duration(90)).toBe("1 hour 30 minutes");
	expect(m.duration(121)).toBe("2 hours 1 minute");
});

test("who waits is told their place in line", () => {
	const turns = [1, 2, 3, 4, 11, 22].map(m.roster.turn);
	expect(turns).toEqual(["1st", "2nd", "3rd", "4th", "11th", "22nd"].map((nth) => `${nth} in line`));
});

test("what waits is said exactly, and no finer than it matters", () => {
	expect(m.sync.waitsOldest(5, 13)).toBe("5 changes wait, the oldest for 13 minutes.");
	expect(m.sync.waitsOldest(1, 0)).toBe("1 change waits, for less than a minute.");
	expect(m.sync.waitsOldest(2, 1)).toBe("2 changes wait, the oldest for 1 minute.");
	expect(m.age(60)).toBe("for 1 hour");
	expect(m.age(3 * 1440)).toBe("for 3 days");
});

test("a series that leaves many dates out names the first of them", () => {
	const days = ["Fri 4 Dec", "Fri 11 Dec", "Fri 18 Dec", "Fri 1 Jan 2027"];
	expect(m.inbox.restBooked(5, [])).toBe("Booked on 5 dates.");
	expect(m.inbox.restBooked(1, days.slice(0, 1))).toBe("Booked on 1 date. Left out: Fri 4 Dec.");
	expect(m.inbox.restBooked(2, days)).toBe(
		"Booked on 2 dates. Left out: Fri 4 Dec, Fri 11 Dec, Fri 18 Dec and 1 more, which the series lists.",
	);
});
