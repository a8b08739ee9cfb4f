/** Takes pictures of every screen into a temporary folder: `npm run look [name…]`. For eyes, not for assertions. */
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id, pointOf, start } from "./browser.mjs";

const folder = process.env.LOOK_DIR ?? join(tmpdir(), "holdfast-look");
const only = process.argv.slice(2);

const shots = {
	light: [{ scenario: "offline" }, async (page) => page.click(id("booking-b2"))],
	dark: [{ scenario: "offline", theme: "dark" }, async (page) => page.click(id("booking-b2"))],
	quick: [
		{ scenario: "club" },
		async (page) => {
			const at = await pointOf(page, "r5", "14:30");
			await page.mouse.click(at.x, at.y);
			await page.keyboard.type("tra");
			await page.waitForTimeout(400);
		},
	],
	"quick-refused-dark": [
		{ scenario: "club", theme: "dark" },
		async (page) => {
			await page.keyboard.press("n");
			await page.fill(id("qb-start"), "13:00");
			await page.fill(id("qb-end"), "14:00");
			await page.fill(id("qb-customer"), "Zelda");
			await page.waitForTimeout(200);
			await page.click(id("qb-new-customer"));
			await page.click(id("qb-more"));
			await page.waitForTimeout(400);
		},
	],
	sixty: [
		{ scenario: "sixty" },
		async (page) => page.evaluate(() => document.querySelector(".ec-main").scrollBy(900, 0)),
	],
	"sixty-dark": [{ scenario: "sixty", theme: "dark" }],
	long: [{ scenario: "long" }, async (page) => page.click(id("booking-b3"))],
	empty: [{ scenario: "empty" }],
	bare: [{ scenario: "bare" }],
	inbox: [{ scenario: "unreachable" }, async (page) => page.keyboard.press("i")],
	"inbox-dark": [{ scenario: "refused", theme: "dark" }, async (page) => page.keyboard.press("i")],
	"inbox-empty": [{ scenario: "calm" }, async (page) => page.keyboard.press("i")],
	waiting: [{ scenario: "offline" }, async (page) => page.click(id("show-changes"))],
	settings: [
		{ scenario: "bare" },
		async (page) => {
			await page.click(id("nav-settings"));
			await page.click(id("add-resource"));
		},
	],
	"settings-refused": [
		{ scenario: "refused" },
		async (page) => {
			await page.click(id("nav-settings"));
			await page.click(id("settings-join"));
		},
	],
	"settings-refused-dark": [
		{ scenario: "refused", theme: "dark" },
		async (page) => {
			await page.click(id("nav-settings"));
			await page.click(id("settings-join"));
		},
	],
	"privacy-dark": [
		{ scenario: "club", theme: "dark" },
		async (page) => {
			await page.click(id("nav-settings"));
			await page.locator(id("privacy")).scrollIntoViewIfNeeded();
		},
	],
	"staff-give-dark-narrow": [
		{ scenario: "long", theme: "dark" },
		async (page) => {
			await page.click(id("nav-staff"));
			await page.click(id("staff-row"));
			await page.click(id("staff-hand-one"));
		},
		{ width: 1024, height: 700 },
	],
	"refused-narrow": [{ scenario: "refused" }, undefined, { width: 1024, height: 700 }],
	edit: [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("booking-b1"));
			await page.click(id("detail-edit"));
		},
	],
	"move-refused": [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("booking-b1"));
			await page.click(id("detail-move"));
			await page.fill(id("move-end"), "10:30");
			await page.keyboard.press("Enter");
		},
	],
	requests: [{ scenario: "club" }, async (page) => page.click(id("nav-requests"))],
	"requests-empty": [{ scenario: "empty" }, async (page) => page.click(id("nav-requests"))],
	customers: [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("nav-customers"));
			await page.click(id("customer-row"));
		},
	],
	"customers-dark-narrow": [
		{ scenario: "club", theme: "dark" },
		async (page) => {
			await page.click(id("nav-customers"));
			await page.click(id("customer-row"));
			await page.click(id("package-sell"));
			await page.click(`${id("package")} summary`);
		},
		{ width: 1024, height: 700 },
	],
	catalogue: [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("nav-catalogue"));
			await page.click(id("service-row"));
		},
	],
	"catalogue-narrow-dark": [
		{ scenario: "club", theme: "dark" },
		async (page) => {
			await page.click(id("nav-catalogue"));
			await page.click(id("catalogue-tab-product"));
			await page.click(id("product-new"));
		},
		{ width: 1024, height: 700 },
	],
	calendar: [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("nav-calendar"));
			await page.click(id("dates-new"));
			await page.waitForTimeout(300);
		},
	],
	"calendar-week": [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("nav-calendar"));
			await page.click(id("calendar-tab-week"));
		},
	],
	reports: [{ scenario: "club" }, async (page) => page.click(id("nav-reports"))],
	"reports-dark-narrow": [
		{ scenario: "club", theme: "dark" },
		async (page) => page.click(id("nav-reports")),
		{ width: 1024, height: 700 },
	],
	"requests-dark": [{ scenario: "club", theme: "dark" }, async (page) => page.click(id("nav-requests"))],
	"staff-dark-narrow": [
		{ scenario: "club", theme: "dark" },
		async (page) => {
			await page.click(id("nav-staff"));
			await page.click(id("staff-row"));
		},
		{ width: 1024, height: 700 },
	],
	"calendar-dark-narrow": [
		{ scenario: "club", theme: "dark" },
		async (page) => {
			await page.click(id("nav-calendar"));
			await page.click(id("dates-new"));
			await page.waitForTimeout(300);
		},
		{ width: 1024, height: 700 },
	],
	"locked-dark": [{ scenario: "locked", theme: "dark" }],
	staff: [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("nav-staff"));
			await page.click(id("staff-row"));
		},
	],
	locked: [{ scenario: "locked" }],
	hours: [{ scenario: "hours" }, async (page) => page.click(id("booking-b21"))],
	"hours-dark": [{ scenario: "hours", theme: "dark" }, async (page) => page.click(id("booking-b3"))],
	class: [{ scenario: "hours" }, async (page) => page.click(id("booking-b3"))],
	"quick-service": [
		{ scenario: "hours" },
		async (page) => {
			const at = await pointOf(page, "r5", "14:30");
			await page.mouse.click(at.x, at.y);
			await page.selectOption(id("qb-service"), "s2");
			await page.click(id("qb-class"));
			await page.selectOption(id("qb-repeat"), "weekly");
			await page.waitForTimeout(400);
		},
	],
	payment: [
		{ scenario: "hours", theme: "dark" },
		async (page) => {
			await page.click(id("booking-b21"));
			await page.click(id("take-payment"));
		},
		{ width: 1024, height: 760 },
	],
	palette: [
		{ scenario: "club" },
		async (page) => {
			await page.keyboard.press("Control+k");
			await page.keyboard.type("t");
			await page.waitForTimeout(300);
		},
	],
	month: [{ scenario: "club", theme: "dark" }, async (page) => page.click(id("date-pick"))],
	keys: [{ scenario: "club" }, async (page) => page.keyboard.press("?")],
	cancel: [
		{ scenario: "offline" },
		async (page) => {
			await page.click(id("booking-b11"));
			await page.waitForSelector(id("detail-cancel"));
			await page.keyboard.press("Delete");
		},
	],
	conflict: [
		{ scenario: "club" },
		async (page) => {
			await page.click(id("booking-b1"));
			await page.waitForSelector(id("detail-cancel"));
			await page.keyboard.press("e");
			await page.fill(id("edit-title"), "Tennis singles");
			await page.keyboard.press("Control+Enter");
			await page.waitForTimeout(200);
		},
	],
	drag: [
		{ scenario: "club" },
		async (page) => {
			const box = await page.locator(id("booking-b1")).boundingBox();
			await page.mouse.move(box.x + 20, box.y + 10);
			await page.mouse.down();
			await page.mouse.move(box.x + 140, box.y + 120, { steps: 5 });
			await page.mouse.move(box.x + 150, box.y + 100, { steps: 5 });
		},
	],
	refusal: [
		{ scenario: "club" },
		async (page) => {
			const box = await page.locator(id("booking-b1")).boundingBox();
			await page.mouse.move(box.x + 20, box.y + 10);
			await page.mouse.down();
			await page.mouse.move(box.x + 20, box.y + 100, { steps: 5 });
			await page.mouse.move(box.x + 20, box.y + 130, { steps: 5 });
			await page.mouse.up();
			await page.waitForTimeout(300);
		},
	],
	narrow: [
		{ scenario: "offline" },
		async (page) => page.click(id("booking-b2")),
		{ width: 1100, height: 760 },
	],
	first: [{ scenario: "first" }],
	"first-dark": [
		{ scenario: "first", theme: "dark" },
		async (page) => {
			await page.keyboard.press("2");
			await page.click(id("empty-submit"));
		},
	],
	join: [
		{ scenario: "first" },
		async (page) => {
			await page.keyboard.press("3");
			await page.fill(id("join-url"), "https://hq.example.org");
			await page.fill(id("join-code"), "ABCD-1234");
			await page.click(id("join-submit"));
			await page.waitForTimeout(200);
		},
	],
	broken: [{ scenario: "broken" }],
};

await mkdir(folder, { recursive: true });
const { open, stop, complaints } = await start();
for (const [name, [look, act, size]] of Object.entries(shots)) {
	if (only.length > 0 && !only.includes(name)) continue;
	const page = await open({ theme: "light", ...look }, size);
	try {
		await act?.(page);
		await page.waitForTimeout(250);
	} catch (error) {
		complaints.push(`${name}: ${error.message.split("\n")[0]}`);
	}
	await page.screenshot({ path: join(folder, `${name}.png`) });
	await page.context().close();
}
await stop();
console.log(`Pictures in ${folder}`);
if (complaints.length > 0) console.log([...new Set(complaints)].join("\n"));
