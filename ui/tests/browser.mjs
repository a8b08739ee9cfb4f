/** The built window in a real browser, under the shell's content policy, with a mock of the shell's commands.
 *  Shared by `look.mjs` (pictures) and `walk.mjs` (a walk through the screens). */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";

const ui = fileURLToPath(new URL("..", import.meta.url));
const TYPES = {
	".html": "text/html",
	".js": "text/javascript",
	".css": "text/css",
	".woff2": "font/woff2",
	".svg": "image/svg+xml",
};
const POLICY =
	"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self' ipc: http://ipc.localhost; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

async function mockScript() {
	const result = await build({
		root: ui,
		configFile: false,
		logLevel: "error",
		build: {
			write: false,
			lib: { entry: join(ui, "tests/mock/ipc.ts"), formats: ["iife"], name: "mock" },
		},
	});
	return [result].flat()[0].output[0].code;
}

function serve() {
	const server = createServer(async (request, response) => {
		const path = request.url === "/" ? "/index.html" : request.url.split("?")[0];
		try {
			const body = await readFile(join(ui, "dist", path));
			const type = TYPES[extname(path)] ?? "application/octet-stream";
			response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(body);
		} catch {
			response.writeHead(404).end();
		}
	});
	return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

export const id = (name) => `[data-testid="${name}"]`;

/** Where a time of day is in a column of the board. */
export async function pointOf(page, resource, time) {
	return page.evaluate(
		([resource, time]) => {
			const head = document.querySelector(`[data-column="${resource}"]`).getBoundingClientRect();
			const body = document.querySelector(".ec-body").getBoundingClientRect();
			const [hours, minutes] = time.split(":").map(Number);
			return {
				x: head.left + head.width / 2,
				y: body.top + (body.height * (hours * 60 + minutes + 2)) / 1440,
			};
		},
		[resource, time],
	);
}

/** Builds the window, serves it, and gives `open(look, size)`, which opens a fresh page on a scenario. */
export async function start() {
	await build({ root: ui, logLevel: "warn" });
	const [mock, server] = await Promise.all([mockScript(), serve()]);
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
	});
	const complaints = [];
	const open = async (look, size = { width: 1440, height: 900 }, extra = {}) => {
		const context = await browser.newContext({ viewport: size, ...extra });
		const page = await context.newPage();
		page.on("console", (line) => {
			if (["error", "warning"].includes(line.type()))
				complaints.push(`${look.scenario}: ${line.text()}`);
		});
		page.on("pageerror", (error) => complaints.push(`${look.scenario}: ${error.stack ?? error}`));
		await page.addInitScript(`window.__look = ${JSON.stringify(look)};`);
		await page.addInitScript(mock);
		await page.goto(`http://127.0.0.1:${server.address().port}/`);
		await page.waitForSelector("[data-testid=shell] .ec-body, [data-testid=first-start], .empty");
		await page.evaluate(() => document.fonts.ready);
		await page.waitForTimeout(150);
		return page;
	};
	const stop = async () => {
		await browser.close();
		server.close();
	};
	return { open, stop, complaints };
}
