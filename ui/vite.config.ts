import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
	plugins: [svelte()],
	// The shell waits for this very port, so a busy one is an error and never a silent second choice.
	server: { port: 1420, strictPort: true, host: "127.0.0.1" },
	preview: { port: 1421, strictPort: true, host: "127.0.0.1" },
	clearScreen: false,
	build: {
		target: ["safari16.4", "chrome111"],
		outDir: "dist",
		// The content policy allows no data: URLs and no inline scripts.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 700,
	},
	test: { include: ["src/**/*.test.ts", "tests/**/*.test.ts"], environment: "node" },
});
