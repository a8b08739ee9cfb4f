/** A walk through the screens with mouse and keyboard, against the mock: `npm run walk`. It says that the window
 *  reacts as drawn; what the rules answer is proved elsewhere, with the real replica. */
import assert from "node:assert/strict";
import { id, pointOf, start } from "./browser.mjs";

const { open, stop, complaints } = await start();
const text = (page, name) => page.locator(id(name)).first().textContent();

async function drag(page, from, to) {
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
	await page.mouse.move(to.x, to.y, { steps: 4 });
	await page.mouse.up();
}
const timeOf = (page, name) =>
	page
		.locator(`${id(name)} time`)
		.first()
		.textContent();

const walks = {
	async "click a free hour, find a customer by keyboard, book"(page) {
		const at = await pointOf(page, "r5", "14:30");
		await page.mouse.click(at.x, at.y);
		assert.equal(await page.inputValue(id("qb-resource")), "r5");
		assert.equal(await page.inputValue(id("qb-start")), "14:30");
		assert.equal(await page.inputValue(id("qb-end")), "15:30");
		await page.keyboard.type("tracy b");
		await page.waitForSelector(id("qb-customer-option"));
		await page.keyboard.press("Enter");
		assert.equal(await page.inputValue(id("qb-customer")), "Tracy Burton");
		await page.waitForSelector(id("qb-worth"));
		await page.keyboard.press("Control+Enter");
		await page.waitForSelector(id("booking-new-35"));
		assert.match(await text(page, "toast"), /Tracy Burton booked, Fri 20 Nov 14:30 to 15:30/);
		assert.equal(await page.locator(id("quick-panel")).count(), 0);
		assert.equal(await page.getAttribute(id("booking-new-35"), "data-standing"), "tentative");
		assert.equal(await page.getAttribute(id("booking-new-35"), "data-resource-id"), "r5");
		await page.waitForFunction(() => document.activeElement?.dataset.booking === "new-35");
	},
	async "drag over a free range; the draft follows the form and can itself be dragged"(page) {
		await drag(page, await pointOf(page, "r5", "18:00"), await pointOf(page, "r5", "19:15"));
		assert.equal(await page.inputValue(id("qb-start")), "18:00");
		assert.equal(await page.inputValue(id("qb-end")), "19:30");
		const draft = () => page.locator(".ec-event", { hasText: "New booking" });
		assert.match(await draft().textContent(), /18:00 to 19:30/);
		await drag(page, await pointOf(page, "r5", "18:10"), await pointOf(page, "r3", "17:10"));
		assert.equal(await page.inputValue(id("qb-start")), "17:00");
		assert.equal(await page.inputValue(id("qb-resource")), "r3");
		await page.fill(id("qb-end"), "1745");
		await page.locator(id("qb-end")).blur();
		await page.waitForFunction(() =>
			[...document.querySelectorAll(".ec-event")].some((e) => /17:00 to 17:45/.test(e.textContent)),
		);
		await page.keyboard.press("Escape");
		assert.equal(await draft().count(), 0);
	},
	async "a refusal is said before the click and again on saving"(page) {
		await page.keyboard.press("n");
		await page.selectOption(id("qb-resource"), { index: 0 });
		await page.fill(id("qb-start"), "13:00");
		await page.fill(id("qb-end"), "14:00");
		await page.waitForSelector(`${id("qb-refusal")}[data-code=slot_taken]`);
		await page.click(id("qb-save"));
		await page.waitForTimeout(150);
		assert.equal(await page.locator(id("qb-refusal")).count(), 1);
		await page.fill(id("qb-end"), "12:00");
		await page.waitForSelector(`${id("quick-panel")} .field-error`);
		assert.match(await text(page, "quick-panel"), /The end must be after the start/);
	},
	async "a new customer is written down in place"(page) {
		const at = await pointOf(page, "r5", "18:00");
		await page.mouse.click(at.x, at.y);
		await page.keyboard.type("Zelda Fitz");
		await page.click(id("qb-new-customer"));
		assert.equal(await page.inputValue(id("qb-new-name")), "Zelda Fitz");
		await page.fill(id("qb-new-phone"), "555");
		await page.click(id("qb-save"));
		await page.waitForSelector(`${id("booking-new-35")} >> text=Zelda Fitz`);
	},
	async "drag to move, also to another resource; on a refusal the block springs back"(page) {
		const box = await page.locator(id("booking-b1")).boundingBox();
		const from = { x: box.x + 20, y: box.y + 12 };
		await drag(page, from, { x: from.x, y: from.y + 60 });
		await page.waitForSelector(`${id("toast")}[data-tone=good]`);
		assert.equal(await timeOf(page, "booking-b1"), "12:00");
		const other = await pointOf(page, "r1", "12:10");
		await drag(page, await pointOf(page, "r0", "12:10"), other);
		await page.waitForSelector(`${id("booking-b1")}[data-resource-id=r1]`);
		const before = await page.locator(id("booking-b1")).boundingBox();
		await drag(page, other, await pointOf(page, "r1", "14:10"));
		await page.waitForSelector(`${id("toast")}[data-code=slot_taken]`);
		await page.waitForTimeout(100);
		assert.deepEqual(await page.locator(id("booking-b1")).boundingBox(), before);
	},
	async "resize at the lower edge"(page) {
		const box = await page.locator(id("booking-b1")).boundingBox();
		const edge = { x: box.x + 30, y: box.y + box.height - 3 };
		await drag(page, edge, { x: edge.x, y: edge.y + 30 });
		await page.waitForSelector(`${id("toast")}[data-tone=good]`);
		const after = await page.locator(id("booking-b1")).boundingBox();
		assert.equal(after.height, box.height + 30);
		assert.match(await page.getAttribute(id("booking-b1"), "aria-label"), /11:00 to 12:30/);
	},
	async "open by keyboard, move by keyboard, cancel with a reason"(page) {
		await page.focus(id("booking-b1"));
		await page.keyboard.press("ArrowDown");
		assert.equal(await page.evaluate(() => document.activeElement.dataset.booking), "b2");
		await page.keyboard.press("Enter");
		await page.waitForSelector(id("detail-cancel"));
		await page.keyboard.press("m");
		await page.waitForSelector(id("move-form"));
		assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "move-start");
		await page.fill(id("move-end"), "12:30");
		await page.keyboard.press("Enter");
		await page.waitForSelector(`.field:has(${id("move-end")}[aria-invalid=true]) .field-error`);
		assert.equal(await page.locator(id("move-problem")).count(), 0);
		await page.fill(id("move-end"), "14:00");
		await page.focus(id("move-start"));
		await page.keyboard.type("14:30");
		await page.keyboard.press("Enter");
		await page.waitForFunction(
			() => document.querySelector('[data-testid="booking-b2"] time').textContent === "14:30",
		);
		assert.match(await page.getAttribute(id("booking-b2"), "aria-label"), /14:30 to 15:30/);
		await page.keyboard.press("Delete");
		await page.waitForSelector(id("cancel-form"));
		assert.equal(await page.locator(id("cancel-confirm")).isDisabled(), true);
		await page.keyboard.type("Rain");
		await page.keyboard.press("Enter");
		await page.waitForSelector(id("booking-b2"), { state: "detached" });
		await page.keyboard.press("Escape");
		assert.equal(await page.locator(id("detail-panel")).count(), 0);
	},
	async "walk through the days, jump by date, come back"(page) {
		await page.keyboard.press("ArrowRight");
		await page.waitForSelector(`${id("date-title")}[data-date="2026-11-21"]`);
		assert.equal(await page.locator(".ec-event[data-booking]").count(), 0);
		await page.waitForSelector(id("board-empty"));
		await page.click(id("prev-day"));
		await page.waitForSelector(id("booking-b1"));
		await page.keyboard.press("g");
		await page.keyboard.type("24.12.");
		await page.keyboard.press("Enter");
		await page.waitForSelector(`${id("date-title")}[data-date="2026-12-24"]`);
		assert.equal(await page.inputValue(id("date-jump")), "2026-12-24");
		await page.keyboard.press("t");
		await page.waitForSelector(id("booking-b1"));
		await page.waitForSelector(id("now-line"));
	},
	async "a sync that changes one booking leaves the others, and the keyboard, where they are"(page) {
		await page.focus(id("booking-b1"));
		await page.evaluate(() => (document.querySelector('[data-testid="booking-b1"]').mark = 1));
		await page.evaluate(() => window.__emit("replica-changed"));
		await page.waitForTimeout(200);
		assert.equal(await page.evaluate(() => document.activeElement.mark), 1);
	},
	async "the inbox: one click books an alternative, one that is gone is no longer shown, settle empties it"(
		page,
	) {
		assert.equal(await text(page, "inbox-badge"), "3");
		await page.keyboard.press("i");
		await page.waitForSelector(id("inbox-item"));
		assert.equal(await page.locator(id("alternative")).count(), 3);
		await page.locator(id("alternative")).nth(2).click();
		await page.waitForSelector(`${id("toast")}[data-code=alternative_gone]`);
		await page.waitForFunction(
			() => document.querySelectorAll('[data-testid="alternative"]').length === 2,
		);
		assert.equal(await text(page, "inbox-badge"), "3");
		await page.locator(id("alternative")).nth(1).click();
		await page.waitForFunction(
			() => document.querySelectorAll('[data-testid="inbox-item"]').length === 2,
		);
		assert.equal(await text(page, "inbox-badge"), "2");
		await page.locator(id("settle")).first().click();
		await page.waitForFunction(
			() => document.querySelectorAll('[data-testid="inbox-item"]').length === 1,
		);
		await page.click(id("settle"));
		await page.waitForSelector(id("inbox-empty"));
		assert.equal(await page.locator(id("inbox-badge")).count(), 0);
		await page.keyboard.press("d");
		await page.waitForSelector(id("booking-b1"));
	},
	async "the inbox shows both values of what was changed elsewhere meanwhile"(page) {
		await page.keyboard.press("i");
		const item = page.locator(`${id("inbox-item")}[data-operation-id=op-3]`);
		assert.equal(await item.locator(id("conflict-current")).textContent(), "Fri 20 Nov, 16:00 to 17:30");
		assert.equal(await item.locator(id("conflict-wanted")).textContent(), "Fri 20 Nov, 17:30 to 19:00");
		assert.equal(await page.locator(id("conflict-current")).count(), 1);
	},
	async "offline by choice, what waits, and back"(page) {
		await page.click(id("work-offline"));
		await page.waitForSelector(`${id("sync-bar")}[data-phase=offline_by_choice][data-waiting="5"]`);
		assert.match(
			await text(page, "sync-bar"),
			/Working offline since 10:38\. 5 changes wait, the oldest for 13 minutes/,
		);
		await page.click(id("show-changes"));
		await page.waitForSelector(id("waiting-change"));
		await page.keyboard.press("o");
		await page.waitForSelector(`${id("sync-bar")}[data-phase=online]`);
	},
	async "the palette finds columns and commands; keys are quiet while writing"(page) {
		await page.keyboard.press("Control+k");
		await page.keyboard.type("snooker");
		await page.keyboard.press("Enter");
		assert.equal(await page.locator(id("palette")).count(), 0);
		await page.keyboard.press("/");
		await page.keyboard.type("dark");
		await page.keyboard.press("Enter");
		assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
		await page.keyboard.press("n");
		await page.keyboard.type("int");
		assert.equal(await page.inputValue(id("qb-customer")), "int");
		assert.equal(await page.locator(id("board")).count(), 1);
	},
	async "both values of a conflict are shown, and theirs can be kept"(page) {
		await page.click(id("booking-b1"));
		await page.waitForSelector(id("detail-cancel"));
		await page.keyboard.press("e");
		await page.fill(id("edit-title"), "Singles");
		await page.keyboard.press("Control+Enter");
		await page.waitForSelector(id("conflict"));
		assert.equal(await text(page, "conflict-current"), "Tennis doubles");
		assert.equal(await text(page, "conflict-wanted"), "Singles");
		await page.click(id("conflict-theirs"));
		await page.waitForSelector(id("conflict"), { state: "detached" });
		assert.equal(await page.inputValue(id("edit-title")), "Tennis");
	},
	async "what a booking is worth is told by its outline and a glyph, not by colour alone"(page) {
		const outline = (booking) =>
			page.evaluate(
				(selector) => getComputedStyle(document.querySelector(selector), "::before").outlineStyle,
				id(`booking-${booking}`),
			);
		assert.equal(await outline("b1"), "none");
		for (const [booking, standing] of [
			["b2", "tentative"],
			["b11", "at_risk"],
			["b34", "refused"],
		]) {
			assert.equal(await page.getAttribute(id(`booking-${booking}`), "data-standing"), standing);
			assert.equal(await outline(booking), "dashed");
			assert.match(
				await page.getAttribute(id(`booking-${booking}`), "aria-label"),
				new RegExp(standing.replace("_", " ")),
			);
		}
	},
	async "a filter in force is visible and has its own way out"(page) {
		await page.selectOption(id("kind-filter"), "room");
		await page.waitForFunction(() => document.querySelectorAll("[data-column]").length === 2);
		assert.equal(await page.getAttribute(id("booking-b19"), "data-resource-id"), "r4");
		await page.click(id("filter-chip"));
		await page.waitForFunction(() => document.querySelectorAll("[data-column]").length === 9);
	},
};

let failed = 0;
for (const [name, walk] of Object.entries(walks)) {
	// Far from the venue's zone on purpose: the board must show the venue's wall time all the same.
	const page = await open({ scenario: "club", theme: "light" }, undefined, {
		timezoneId: "America/New_York",
	});
	page.setDefaultTimeout(4_000);
	try {
		await walk(page);
		console.log(`ok    ${name}`);
	} catch (error) {
		failed++;
		console.log(`FAIL  ${name}\n      ${error.stack.split("\n").slice(0, 6).join("\n      ")}`);
	}
	await page.context().close();
}
const wide = await open({ scenario: "sixty", theme: "light" });
await wide.waitForSelector(id("booking-s0-0"));
assert.equal(await wide.locator(id("booking-s50-0")).count(), 0);
await wide.keyboard.press("Control+k");
await wide.keyboard.type("practice room 51");
await wide.keyboard.press("ArrowUp");
await wide.keyboard.press("Enter");
await wide.waitForSelector(id("booking-s50-0"));
const across = await wide.evaluate(() => document.querySelector(".ec-main").scrollLeft);
await wide.keyboard.press("ArrowRight");
await wide.waitForSelector(`${id("date-title")}[data-date="2026-11-21"]`);
await wide.keyboard.press("ArrowLeft");
await wide.waitForSelector(id("booking-s50-0"));
assert.equal(await wide.evaluate(() => document.querySelector(".ec-main").scrollLeft), across);
console.log("ok    sixty columns: a far one is found, and stays in view while paging through the days");
const first = await open({ scenario: "first", theme: "light" });
await first.keyboard.press("1");
await first.waitForSelector(id("board"));
console.log("ok    the first start by key leads to the board");
await stop();
if (complaints.length > 0) console.log([...new Set(complaints)].join("\n"));
process.exitCode = failed > 0 || complaints.length > 0 ? 1 : 0;
