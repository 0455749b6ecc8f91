/**
 * Runs a bench's browser half: bundles `tests/bench/pages/<name>.ts` as the product would be bundled and opens it in Chromium
 * on a persistent profile (the default context keeps IndexedDB in memory, where durability means nothing). The page is put
 * into an origin by intercepting two of its addresses, so that it can share one with a real server, or have one without.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import { chromiumLaunch } from '../../support/chromium.ts';

export interface BenchPage {
	page: Page;
	/** Loads the bench's module; `globalThis.bench` is there afterwards. */
	load(): Promise<void>;
	close(): Promise<void>;
}

/** @param name the module in `tests/bench/pages` that sets `globalThis.bench` */
export const openBenchPage = (name: string, origin?: string): Promise<BenchPage> =>
	openBenchModule(path.join('tests/bench/pages', `${name}.ts`), origin);

/** @param entry the path of a module that sets `globalThis.bench` */
export async function openBenchModule(entry: string, origin = 'http://localhost:1'): Promise<BenchPage> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'escale-bench-'));
	await build({
		configFile: false,
		logLevel: 'error',
		// As in an application's bundle, which a library's leaves open.
		define: { 'process.env.NODE_ENV': '"production"' },
		build: {
			outDir: path.join(folder, 'bundle'),
			// One script, as only that one is served.
			rolldownOptions: { output: { codeSplitting: false } },
			lib: { entry: path.resolve(entry), formats: ['es'], fileName: 'bench' }
		}
	});
	const script = await readFile(path.join(folder, 'bundle', 'bench.js'), 'utf8');
	const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), chromiumLaunch());
	const body =
		'<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/bench.js"></script>';
	await context.route(`${origin}/bench.html`, (route) => route.fulfill({ contentType: 'text/html', body }));
	await context.route(`${origin}/bench.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
	const page = context.pages()[0] ?? (await context.newPage());
	page.on('pageerror', (error) => console.error(error.message));
	return {
		page,
		load: async () => {
			await page.goto(`${origin}/bench.html`);
			await page.waitForFunction(() => 'bench' in globalThis);
		},
		close: async () => {
			await context.close();
			await rm(folder, { recursive: true, force: true });
		}
	};
}
