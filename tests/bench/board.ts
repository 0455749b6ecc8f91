/**
 * The tracking board over fifty thousand shipments and half a million cartons: how long the server takes for its first page,
 * how long for a dashboard that it has not counted yet, how long a filter takes from the press to the painted rows, and how
 * much memory an Excel file of all of it costs.
 */
import { readFileSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { DeskPage } from '../e2e/pages/desk-page.ts';
import { AppServer, DEMO_PASSWORD } from '../e2e/support/server.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { printTimes, printValue } from './support/metrics.ts';
import { multiplyShipments } from './support/many-shipments.ts';

const BOARD = '/scan/shipments-tracking';
const FIRST_PAGES = 60;
const FILTERS = 30;
const DASHBOARDS = 20;

const app = await AppServer.start({ LOG_LEVEL: 'warn', REQUESTS_PER_MINUTE: '100000' });
const browser = await chromium.launch(chromiumLaunch());
try {
	await app.stop();
	const counts = multiplyShipments(app.env['DATABASE_URL']!.slice('file:'.length));
	console.error(`${counts.shipments} shipments, ${counts.cartons} cartons`);
	await app.restart();
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR' });
	const desk = new DeskPage(await context.newPage(), app.origin);
	await context.request.post(`${app.origin}/login`, {
		form: { login: 'manager', password: DEMO_PASSWORD },
		headers: { origin: app.origin, accept: 'text/html' }
	});
	await desk.open(BOARD);
	// What the server itself takes: the page's data, asked for as the browser does, without a browser's work.
	const { cookies } = await context.storageState();
	const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
	const ask = async (path: string): Promise<Response> => {
		const response = await fetch(app.origin + path, { headers: { cookie } });
		if (!response.ok) throw new Error(`${path} answered ${response.status}`);
		return response;
	};

	const times: number[] = [];
	for (let n = 0; n < FIRST_PAGES; n++) {
		const started = performance.now();
		await (await ask(`${BOARD}/__data.json`)).arrayBuffer();
		if (n >= 5) times.push(performance.now() - started);
	}
	printTimes('board', 'first-page', 'ms', times);
	printTimes('board', 'dashboard-first', 'ms', await dashboardTimes(ask));
	printTimes('board', 'filter-paint', 'ms', await filterPaints(desk.page));

	await desk.page.goto('about:blank');
	printValue('board', 'xlsx-50000', 'MB', await exportMemory(() => ask('/exports/board.xlsx?closed=all'), app.pid!));
} finally {
	await browser.close();
	await app.remove();
}

/** Each asks for other days, so that none is answered from what was counted before. */
async function dashboardTimes(ask: (path: string) => Promise<Response>): Promise<number[]> {
	const times: number[] = [];
	for (let day = 1; day <= DASHBOARDS; day++) {
		const [from, to] = [300 + day, 0].map((back) =>
			new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10)
		);
		const started = performance.now();
		await (await ask(`/dashboard/__data.json?from=${from}&to=${to}`)).arrayBuffer();
		times.push(performance.now() - started);
	}
	return times;
}

/** From pressing a week's neighbour to the frame in which its rows stand. */
async function filterPaints(page: Page): Promise<number[]> {
	await page.getByRole('link', { name: 'Cette semaine' }).click();
	await page.getByRole('link', { name: 'Semaine précédente' }).waitFor();
	return page.evaluate(async (count) => {
		const samples: number[] = [];
		for (let n = 0; n < count; n++) {
			const name = n % 2 === 0 ? 'Semaine précédente' : 'Semaine suivante';
			const before = document.querySelector('[data-testid="board-row"]')?.getAttribute('data-reference');
			const started = performance.now();
			document.querySelector<HTMLElement>(`a[aria-label="${name}"]`)!.click();
			// No function has a name here: the loader would mark it with a helper that the page does not have.
			while (document.querySelector('[data-testid="board-row"]')?.getAttribute('data-reference') === before)
				await new Promise(requestAnimationFrame);
			await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
			samples.push(performance.now() - started);
			await new Promise((rest) => setTimeout(rest, 150));
		}
		return samples;
	}, FILTERS);
}

/** How far the server's resident memory rises above what it was while a file is read, in MB, and how many bytes came. */
async function exportMemory(ask: () => Promise<Response>, pid: number): Promise<number> {
	const resident = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
	const before = resident();
	let most = before;
	const watch = setInterval(() => (most = Math.max(most, resident())), 50);
	let bytes = 0;
	for await (const piece of (await ask()).body!) bytes += piece.length;
	clearInterval(watch);
	console.error(`the file has ${Math.round(bytes / 1000)} KB`);
	return most - before;
}
