/**
 * Twenty open boards over fifty thousand shipments while the floor works: how long a commit takes to another screen, and what
 * the boards cost the server. 200 phones hold their streams open and make 50 commits a second between them. Of these, as in a
 * busy house, one is a tracking step and the others are scans; then, as in no house, all fifty are steps of the board's rows.
 */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import Database from 'better-sqlite3';
import { chromium } from '@playwright/test';
import { boardStream } from '#lib/protocol/board-news.ts';
import { DeskPage } from '../e2e/pages/desk-page.ts';
import { AppServer, DEMO_PASSWORD } from '../e2e/support/server.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { fillFleet } from '../support/fleet.ts';
import { multiplyShipments } from './support/many-shipments.ts';
import { printTimes, printValue } from './support/metrics.ts';
import { Talker } from './support/talker.ts';

const BOARD = '/scan/shipments-tracking';
const PHONES = 200;
const BOARDS = 20;
const COMMITS_PER_SECOND = 50;
const QUIET_SECONDS = 10;
const BUSY_SECONDS = 60;
/** After `planned`, in order; each moves a row of the board. */
const STEPS = ['boarding_ok', 'received_correspondent', 'received_recipient'] as const;

interface Step {
	shipmentId: string;
	reference: string;
	cycle: number;
	step: (typeof STEPS)[number];
}

const app = await AppServer.start({
	...{ LOG_LEVEL: 'warn', DEVICE_CALLS_PER_MINUTE: '1000000', REQUESTS_PER_MINUTE: '1000000' }
});
const browser = await chromium.launch(chromiumLaunch());
try {
	await app.stop();
	const fleet = await fillFleet(app, PHONES, 10);
	const file = app.env['DATABASE_URL']!.slice('file:'.length);
	console.error(multiplyShipments(file));
	const [shown, others] = stepsToCome(file);
	await app.restart();

	const talkers = fleet.map((phone) => new Talker(app.origin, phone));
	for (const talker of talkers) await talker.greet();
	const push = pusher(talkers);
	for (const { phone } of talkers)
		listen(`/api/sync/events?kind=phone&replica=${phone.replicaId}`, phone.cookie, () => undefined);
	await wait(2000);

	/** Runs `work` at an even pace. @returns the server's use of a core meanwhile, in % */
	const during = async (seconds: number, work: (n: number) => void): Promise<number> => {
		const [cpu, started] = [cpuSeconds(app.pid!), performance.now()];
		for (let n = 0; n < seconds * COMMITS_PER_SECOND; n++) {
			await wait(started + (n * 1000) / COMMITS_PER_SECOND - performance.now());
			work(n);
		}
		return ((cpuSeconds(app.pid!) - cpu) / ((performance.now() - started) / 1000)) * 100;
	};
	const scan = () => void push(null);
	const step = () => void push(others.shift() ?? null);
	const half = others.length / 2;
	if (half < QUIET_SECONDS * COMMITS_PER_SECOND) throw new Error(`only ${others.length} steps to record`);

	await during(QUIET_SECONDS, scan);
	const scansAlone = await during(QUIET_SECONDS, scan);
	const stepsAlone = await during(QUIET_SECONDS, step);

	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR' });
	await context.request.post(`${app.origin}/login`, {
		form: { login: 'manager', password: DEMO_PASSWORD },
		headers: { origin: app.origin, accept: 'text/html' }
	});
	const desk = new DeskPage(await context.newPage(), app.origin);
	await desk.open(BOARD);
	const seen = await watchRows();
	// The others are boards without a screen, on this machine's other core: they hear what the browser hears.
	const cookie = (await context.storageState()).cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
	let told = 0;
	for (let n = 1; n < BOARDS; n++) listen(boardStream('', 'fr'), cookie, () => told++);
	await wait(1000);

	const commits: { key: string; at: number }[] = [];
	const withBoards = await during(BUSY_SECONDS, (n) => {
		const next = n % COMMITS_PER_SECOND === 0 ? shown.shift() : undefined;
		if (next === undefined) return scan();
		void push(next).then((at) => commits.push({ key: `${next.reference} ${next.step}`, at }));
	});
	await wait(1500);
	console.error(`${commits.length} steps on the screen, ${told} messages to ${BOARDS - 1} boards`);
	const screenTimes = await seen();
	printTimes(
		'fanout',
		'commit-to-screen',
		'ms',
		commits.map(({ key, at }) => (screenTimes.get(key) ?? Infinity) - at)
	);
	printValue('fanout', 'boards-cpu', '% of a core', withBoards - scansAlone, BOARDS);
	const worst = await during(QUIET_SECONDS, step);
	printValue('fanout', 'boards-cpu-steps-only', '% of a core', worst - stepsAlone, BOARDS);
	console.error({ scansAlone, stepsAlone, withBoards, worst });

	/** Notes when each row of the browser's board shows which status. @returns reads the notes, by `reference step` */
	async function watchRows(): Promise<() => Promise<Map<string, number>>> {
		await desk.page.evaluate(() => {
			const noted: Record<string, number> = {};
			const stepOf: Record<string, string> = {
				...{ shipped: 'boarding_ok', received_correspondent: 'received_correspondent', delivered: 'received_recipient' }
			};
			new MutationObserver(() => {
				requestAnimationFrame(() => {
					for (const row of document.querySelectorAll<HTMLElement>('[data-testid="board-row"]'))
						noted[`${row.dataset['reference']} ${stepOf[row.dataset['status'] ?? ''] ?? ''}`] ??= Date.now();
				});
			}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-status'] });
			Object.assign(window, { noted });
		});
		return async () =>
			new Map(
				Object.entries(await desk.page.evaluate(() => (window as unknown as { noted: Record<string, number> }).noted))
			);
	}
} finally {
	await browser.close();
	await app.remove();
}
process.exit(0);

function wait(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** User and system time that a process has used. */
function cpuSeconds(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /, '')
		.split(' ');
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The steps that may still be recorded, each shipment's in order: of the board's first page, and of what lies beyond it. */
function stepsToCome(file: string): [shown: Step[], others: Step[]] {
	const db = new Database(file);
	const rows = db
		.prepare<[], { id: string; reference: string; cycle: number; status: string; latest: string }>(
			`SELECT s.id, s.reference, s.cycle, s.status, s.latest_step AS latest FROM timeline p JOIN shipment s
			ON s.id = p.shipment_id AND s.cycle = p.cycle WHERE p.kind = 'step' AND p.step = 'planned' AND s.closed_at IS NULL
			AND s.archived_at IS NULL AND s.dispute_id IS NULL AND s.status IN ('planned', 'shipped', 'received_correspondent')
			ORDER BY p.occurred_at DESC, s.created_at DESC, s.id DESC LIMIT 1200`
		)
		.all();
	// Copied rows stand in no phone's scope; these are to be news.
	const enter = db.prepare(`INSERT OR IGNORE INTO in_scope (scope, "table", row_id) VALUES ('*', 'shipments', ?)`);
	db.transaction(() => rows.forEach(({ id }) => enter.run(id)))();
	db.close();
	const steps = (row: (typeof rows)[number]): Step[] =>
		STEPS.slice(['planned', 'shipped', 'received_correspondent'].indexOf(row.status)).map((step) => ({
			...{ shipmentId: row.id, reference: row.reference, cycle: row.cycle, step }
		}));
	// One step of each shipment after the other, so that the same row does not move twice within a moment.
	const inTurn = (many: Step[][]): Step[] =>
		STEPS.flatMap((_, turn) => many.flatMap((own) => own.slice(turn, turn + 1)));
	return [inTurn(rows.slice(0, 30).map(steps)), inTurn(rows.slice(100).map(steps))];
}

/** Pushes one step, or one scan, of the next phone that waits for no answer. @returns when it was committed, by the clock */
function pusher(talkers: Talker[]): (step: Step | null) => Promise<number> {
	let turn = 0;
	return async (step) => {
		let talker = talkers[turn++ % talkers.length]!;
		for (let tries = 0; talker.busy && tries < talkers.length; tries++) talker = talkers[turn++ % talkers.length]!;
		const [verdict] = await talker.push([step === null ? talker.scan() : track(talker, step)]);
		const at = Date.now();
		if (verdict?.status !== 'ok') throw new Error(`refused: ${JSON.stringify(verdict)}`);
		return at;
	};
}

function track(talker: Talker, { shipmentId, step, cycle }: Step) {
	return talker.mutation('shipment.track', { shipmentId, step, cycle, actorName: 'Bench', actorStructure: 'Bench' });
}

/** Holds an event stream open; `heard` is called for each piece of news. */
function listen(path: string, cookie: string, heard: () => void): void {
	const request = http.get(app.origin + path, { agent: false, headers: { cookie } }, (answer) => {
		answer.setEncoding('utf8');
		answer.on('data', (text: string) => {
			if (/^event: (poke|board)$/m.test(text)) heard();
		});
		answer.on('error', () => undefined);
	});
	// The server ends before its readers.
	request.on('error', () => undefined);
}
