/** The program on the phone: opens without a server, never stands between a page and the API, keeps the scanner's engine. */
import { expect, test } from '@playwright/test';
import { FloorPage } from './pages/floor-page.ts';
import { Phone } from './support/phone.ts';
import { AppServer } from './support/server.ts';

let server: AppServer;
let phone: Phone;

// One warehouse for all: what these journeys leave in it does not matter to the next.
test.describe.configure({ timeout: 120_000 });

test.beforeAll(async () => {
	server = await AppServer.start();
});

test.afterAll(() => server.remove());

test.beforeEach(async () => {
	if (server.pid === null) await server.restart();
	phone = new Phone();
});

test.afterEach(() => phone.remove());

/** What the service worker has stored, by cache. */
async function stored(floor: FloorPage): Promise<{ shell: string[]; rest: string[] }> {
	return floor.page.evaluate(async () => {
		const paths = async (name: string): Promise<string[]> => {
			const requests = await (await caches.open(name)).keys();
			return requests.map((request) => new URL(request.url).pathname);
		};
		const names = await caches.keys();
		const shell = names.find((name) => name.startsWith('workbox-precache'));
		return {
			shell: shell ? await paths(shell) : [],
			rest: names.includes('escale-rest') ? await paths('escale-rest') : []
		};
	});
}

test('[pwa] a deep link opens with the server dead, in an old tab, a new one and after the browser was closed', async () => {
	const floor = new FloorPage(await phone.open(), server.origin);
	await floor.signIn('operator');
	await floor.installed();
	await floor.open('/scan/label');
	await server.kill();

	await floor.page.reload();
	await expect(floor.page.getByTestId('scan-input')).toBeVisible();
	await floor.expectOffline();
	expect(new URL(floor.page.url()).pathname).toBe('/scan/label');

	const second = new FloorPage(await phone.context.newPage(), server.origin);
	await second.open('/scan/pack?from=card');
	await expect(second.status).toBeVisible();

	await phone.close();
	const reopened = new FloorPage(await phone.open(), server.origin);
	await reopened.open('/scan/todo');
	await expect(reopened.status).toBeVisible();
});

test('[pwa] a page of the desk says that it needs the server, and leads back to the scanning', async () => {
	const floor = new FloorPage(await phone.open(), server.origin);
	await floor.signIn('operator');
	await floor.installed();
	await server.kill();

	await floor.page.goto(`${server.origin}/scan/shipments-tracking`);
	await expect(floor.page.getByRole('heading', { level: 1 })).toHaveText('Cette page attend le serveur.');
	await floor.page.getByRole('link', { name: 'Continuer à scanner' }).click();
	await expect(floor.page.getByTestId('scan-input')).toBeVisible();
});

test('[sync 3] no answer of the API passes through the service worker or is kept', async () => {
	const floor = new FloorPage(await phone.open(), server.origin);
	const answers: { path: string; fromWorker: boolean }[] = [];
	await floor.signIn('operator');
	await floor.installed();
	floor.page.on('response', (response) => {
		answers.push({ path: new URL(response.url()).pathname, fromWorker: response.fromServiceWorker() });
	});
	await floor.open('/scan/label');
	await floor.page.evaluate(async () => (await fetch('/api/health')).text());

	const api = answers.filter((answer) => answer.path.startsWith('/api/'));
	expect(api.map((answer) => answer.path)).toContain('/api/health');
	expect(api.filter((answer) => answer.fromWorker)).toEqual([]);
	// The same list shows that the worker does answer for the shell.
	expect(answers.find((answer) => answer.path === '/scan/label')?.fromWorker).toBe(true);
	const { shell, rest } = await stored(floor);
	expect([...shell, ...rest].filter((path) => path.startsWith('/api/'))).toEqual([]);
	const others = await floor.page.evaluate(async () => caches.keys());
	expect(others.filter((name) => name !== 'escale-rest' && !name.startsWith('workbox-precache'))).toEqual([]);
});

test('[pwa] the scanner’s engine is no part of the first download, is stored after it, and is there without a server', async () => {
	const floor = new FloorPage(await phone.open(), server.origin);
	await floor.signIn('operator');
	await floor.installed();
	await expect.poll(async () => (await stored(floor)).rest.length).toBe(1);
	const { shell, rest } = await stored(floor);
	expect(rest[0]).toMatch(/\.wasm$/);
	expect(shell.filter((path) => path.endsWith('.wasm'))).toEqual([]);
	expect(shell.some((path) => path.includes('decode-worker'))).toBe(true);
	await server.kill();
	const bytes = await floor.page.evaluate(
		async (path) => (await (await fetch(path)).arrayBuffer()).byteLength,
		rest[0]!
	);
	expect(bytes).toBeGreaterThan(500_000);
});

test('[security] files and the stored shell carry the headers that every page carries', async ({ request }) => {
	for (const path of ['/scan', '/manifest.webmanifest', '/service-worker.js', '/login']) {
		const headers = (await request.get(server.origin + path)).headers();
		expect(headers['x-content-type-options'], path).toBe('nosniff');
		expect(headers['x-frame-options'], path).toBe('DENY');
	}
});
