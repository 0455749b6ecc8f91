import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { deskFiles } from './src/ops/desk-files.js';
import { PARAGLIDE } from './src/ops/paraglide.js';
import { chromiumLaunch } from './tests/support/chromium.ts';

/**
 * The signs of the floor's first screen. Most are shared with other screens, which would make each a file of its own: as one
 * file they weigh a third, and the phone's first load has all of them anyway (docs/decisions/0006).
 */
const SHELL_ICONS =
	/\/@lucide\/svelte\/dist\/icons\/(arrow-left|camera|check|circle-check|cloud-off|corner-down-left|hourglass|info|keyboard|octagon-alert|package-minus|package-open|package-plus|package-x|plane-takeoff|refresh-cw|scan-barcode|settings|tag|triangle-alert|truck|x)\.(js|svelte)$/;

export default defineConfig({
	plugins: [tailwindcss(), paraglideVitePlugin(PARAGLIDE), sveltekit(), deskFiles()],
	// The scanner's engine runs in a module worker.
	worker: { format: 'es' },
	// Dexie's build for browsers of this decade: smaller, and without generators in the place of async functions.
	resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
	build: {
		// A phone has every script at hand; naming those of each page beforehand is weight on its first start
		// (docs/decisions/0006). Styles must still be there before what they dress.
		modulePreload: { resolveDependencies: (_page, parts) => parts.filter((part) => part.endsWith('.css')) },
		rolldownOptions: {
			output: { codeSplitting: { groups: [{ name: 'shell-icons', test: SHELL_ICONS }] } },
			treeshake: {
				// These say nothing of side effects, and have none: only what is used of them goes to the phone.
				moduleSideEffects: [{ test: /@zxing\/(library|browser)\//, sideEffects: false }]
			}
		}
	},
	test: {
		expect: { requireAssertions: true },
		// A database, a hash or a page takes its time on a busy machine; nothing is timed by a test.
		testTimeout: 30_000,
		hookTimeout: 30_000,
		projects: [
			{
				extends: './vite.config.ts',
				test: {
					name: 'node',
					environment: 'node',
					// What `npm run faults` alone injects takes minutes.
					include: ['{src,tests}/**/*.test.ts', ...(process.env['FAULTS_REPORT'] ? ['tests/faults/*.fault.ts'] : [])],
					// Packages are not ours to test: those of tests/bench/peers lie below tests.
					exclude: ['**/*.browser.test.ts', 'tests/e2e/**', '**/node_modules/**']
				}
			},
			{
				extends: './vite.config.ts',
				// Of a worker, where Vite does not look for it beforehand: found late, it would load a test anew while it runs.
				optimizeDeps: { include: ['zxing-wasm/reader'] },
				test: {
					name: 'browser',
					include: ['src/**/*.browser.test.ts'],
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						provider: playwright({ launchOptions: chromiumLaunch() }),
						instances: [{ browser: 'chromium' }]
					}
				}
			}
		]
	}
});
