/**
 * Runs a bench's browser half: bundles `tests/bench/pages/<name>.ts` as the product would be bundled, serves it on loopback
 * and opens it in Chromium on a persistent profile (the default context keeps IndexedDB in memory, where durability
 * means nothing). With `proxyTo`, every other request goes to that server, so that page and API share an origin.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import { chromiumLaunch } from '../../support/chromium.ts';

export interface BenchPage {
	page: Page;
	origin: string;
	close(): Promise<void>;
}

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
	const probe = http.createServer();
	await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const { port } = probe.address() as AddressInfo;
	await new Promise((resolve) => probe.close(resolve));
	return port;
}

/** @param name the module in `tests/bench/pages` that sets `globalThis.bench` */
export async function openBenchPage(name: string, how: { port?: number; proxyTo?: number } = {}): Promise<BenchPage> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'escale-bench-'));
	const bundle = path.join(folder, 'bundle');
	await build({
		configFile: false,
		logLevel: 'error',
		build: {
			outDir: bundle,
			lib: { entry: path.resolve('tests/bench/pages', `${name}.ts`), formats: ['es'], fileName: 'bench' }
		}
	});
	const script = await readFile(path.join(bundle, 'bench.js'));
	const html =
		'<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/bench.js"></script>';
	const server = http.createServer((request, response) => {
		if (request.url === '/bench.html') response.setHeader('content-type', 'text/html').end(html);
		else if (request.url === '/bench.js') response.setHeader('content-type', 'text/javascript').end(script);
		else if (how.proxyTo === undefined) response.writeHead(503).end();
		else forward(request, response, how.proxyTo);
	});
	await new Promise<void>((resolve) => server.listen(how.port ?? 0, '127.0.0.1', resolve));
	const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
	const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), chromiumLaunch());
	const page = context.pages()[0] ?? (await context.newPage());
	page.on('pageerror', (error) => console.error(error.message));
	await page.goto(`${origin}/bench.html`);
	await page.waitForFunction(() => 'bench' in globalThis);
	return {
		page,
		origin,
		close: async () => {
			await context.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await rm(folder, { recursive: true, force: true });
		}
	};
}

function forward(request: http.IncomingMessage, response: http.ServerResponse, port: number): void {
	const { method, url: path, headers } = request;
	const onward = http.request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(response);
	});
	onward.on('error', () => response.destroy());
	request.pipe(onward);
}
