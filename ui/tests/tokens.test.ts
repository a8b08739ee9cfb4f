/** Tidiness that a reader would otherwise have to check by eye: contrast in both themes, and numbers only in the
 *  tokens. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const src = join(import.meta.dirname, "../src");
const css = readFileSync(join(src, "styles/tokens.css"), "utf8");

function colours(selector: string): Record<string, string> {
	const block = css.slice(css.indexOf(selector));
	const body = block.slice(0, block.indexOf("\n}"));
	return Object.fromEntries(
		[...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((hit) => [hit[1], hit[2]]),
	);
}

function luminance(colour: string): number {
	const [red, green, blue] = [1, 3, 5].map((at) => {
		const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
	const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
	return (light + 0.05) / (dark + 0.05);
}

/** What `color-mix(in srgb, a share%, b)` gives. */
function mix(a: string, share: number, b: string): string {
	const channel = (at: number) =>
		Math.round(
			parseInt(a.slice(at, at + 2), 16) * share + parseInt(b.slice(at, at + 2), 16) * (1 - share),
		)
			.toString(16)
			.padStart(2, "0");
	return `#${channel(1)}${channel(3)}${channel(5)}`;
}

describe.each([":root {", '[data-theme="dark"] {'])("%s", (selector) => {
	const token = colours(selector);
	const pairs: [string, string][] = [
		["text", "bg"],
		["text", "surface"],
		["text", "sunken"],
		["muted", "bg"],
		["muted", "surface"],
		["muted", "sunken"],
		["accent", "surface"],
		["accent", "accent-soft"],
		["on-accent", "accent"],
		["on-now", "now"],
		["warn", "warn-soft"],
		["warn", "surface"],
		["bad", "bad-soft"],
		["bad", "surface"],
		["surface", "bad"],
		["text", "warn-soft"],
		["text", "accent-soft"],
	];
	test.each(pairs)("%s on %s is readable (AA, 4.5)", (front, back) => {
		expect(contrast(token[front]!, token[back]!)).toBeGreaterThanOrEqual(4.5);
	});
	test.each(["hue-1", "hue-2", "hue-3", "hue-4", "hue-5"])(
		"text on a block tinted %s is readable",
		(hue) => {
			const card = mix(token[hue]!, 0.13, token["surface"]!);
			expect(contrast(token["text"]!, card)).toBeGreaterThanOrEqual(4.5);
			expect(contrast(token["muted"]!, card)).toBeGreaterThanOrEqual(4.5);
			expect(contrast(token[hue]!, token["surface"]!)).toBeGreaterThanOrEqual(3);
		},
	);
	test("the border of a field can be seen (3)", () => {
		expect(contrast(token["control-line"]!, token["surface"]!)).toBeGreaterThanOrEqual(3);
	});
});

const files = (readdirSync(src, { recursive: true }) as string[]).filter(
	(file) => /\.(svelte|css|ts)$/.test(file) && !file.endsWith("bindings.ts"),
);

test.each(files.filter((file) => !file.endsWith(".ts") && !file.endsWith("tokens.css")))(
	"%s names its colours and sizes",
	(file) => {
		const text = readFileSync(join(src, file), "utf8");
		const style = file.endsWith(".css") ? text : (/<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? "");
		expect(style.match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(|\b\d*\.?\d+(?:px|rem)\b/gi) ?? []).toEqual(
			[],
		);
	},
);

test("exactly one module talks to the shell; the others know the bindings as types only", () => {
	const talks = /from "@tauri-apps\/|import \{(?! ?type)[^}]*\} from "[./]*bindings"/;
	const importers = files.filter((file) => talks.test(readFileSync(join(src, file), "utf8")));
	expect(importers.map((file) => file.replaceAll("\\", "/"))).toEqual(["lib/desk.ts"]);
});

test("files are short enough to read", () => {
	const long = files.filter((file) => readFileSync(join(src, file), "utf8").split("\n").length > 400);
	expect(long).toEqual([]);
});
