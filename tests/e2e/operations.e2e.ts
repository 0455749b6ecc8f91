/** What an operator relies on, through the built application and HTTP: metrics that stay few, a log that names nobody, a stop that loses nothing. */
import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import Database from 'better-sqlite3';
import type { PushOutput } from '#lib/protocol/envelope.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { startFleet, type FleetPhone } from '../support/fleet.ts';
import { AppServer, DEMO_PASSWORD } from './support/server.ts';

const TOKEN = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';

test.setTimeout(180_000);

/** As a phone calls: JSON with its device's cookie. */
async function call(app: AppServer, cookie: string, procedure: string, input: unknown): Promise<Response> {
	return fetch(`${app.origin}/api/trpc/${procedure}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: app.origin, cookie },
		body: JSON.stringify(input)
	});
}

async function greet(app: AppServer, { cookie, replicaId }: FleetPhone): Promise<string> {
	const answer = await call(app, cookie, 'sync.hello', {
		...{ replicaId, lastLmid: 0, cookie: null, schema: 1, protocol: 1, appVersion: 'test', warehouseId: null },
		...{ queueDepth: 3, clientNow: new Date().toISOString(), leases: [] }
	});
	expect(answer.status).toBe(200);
	return ((await answer.json()) as { result: { data: { epoch: string } } }).result.data.epoch;
}

const mutation = ({ personId }: FleetPhone, mid: number, name: string, args: object) => ({
	...{ uid: newUuid(), mid, name, version: 1, schema: 1, args: JSON.stringify(args), actorId: personId },
	...{ deviceTime: new Date().toISOString(), clockOffset: 0 }
});

/** Any method and path, as no browser would send them. */
const odd = (app: AppServer, method: string, path: string): Promise<number> =>
	new Promise((resolve, reject) => {
		httpRequest(app.origin, { method, path }, (answer) => {
			answer.resume();
			answer.on('end', () => resolve(answer.statusCode!));
		})
			.on('error', reject)
			.end();
	});

async function scrape(app: AppServer): Promise<string[]> {
	const answer = await fetch(`${app.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
	expect(answer.status).toBe(200);
	return (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * The series' labels that a caller has a hand in. A job that ran meanwhile, or a status that only a busy machine answers,
 * is no word of theirs.
 */
const wordsOfCallers = (lines: string[]): string[] =>
	[
		...new Set(
			lines
				.filter((line) => /^wms_(http_requests|sync_mutations)_total\{/.test(line))
				.map((line) => line.replace(/(,?status_code="\d+")|\s\S+$/g, ''))
		)
	].sort();

test('hostile paths, methods and mutation names by the thousand make no more series than the program has words for', async () => {
	const { app, fleet } = await startFleet(1, 1, { LOG_LEVEL: 'error', METRICS_TOKEN: TOKEN });
	try {
		const [phone] = fleet as [FleetPhone];
		const epoch = await greet(app, phone);
		let mid = 0;
		const storm = async () => {
			for (let n = 0; n < 1_000; n += 20)
				await Promise.all(
					Array.from({ length: 20 }, (_one, k) =>
						odd(app, ['GET', 'PROPFIND', 'PURGE', 'MKCOL'][k % 4]!, `/${k % 2 ? 'api/trpc' : 'x'}/${newUuid()}%22%7D`)
					)
				);
			for (let push = 0; push < 10; push++) {
				const mutations = Array.from({ length: 100 }, () =>
					mutation(phone, ++mid, `carton.${newUuid()}`.slice(0, 60), {})
				);
				const answer = await call(app, phone.cookie, 'sync.push', { epoch, replicaId: phone.replicaId, mutations });
				expect(answer.status).toBeLessThan(504);
				if (answer.status !== 200) mid -= 100;
			}
		};
		await storm();
		await scrape(app);
		const first = await scrape(app);
		await storm();
		const second = await scrape(app);
		expect(second.join('\n')).not.toMatch(/%22|carton\.[0-9a-f]{8}-/);
		expect(wordsOfCallers(second)).toEqual(wordsOfCallers(first));
		expect(second.filter((line) => line.startsWith('wms_')).length).toBeLessThan(400);
		expect((await fetch(`${app.origin}/metrics`)).status).toBe(401);
	} finally {
		await app.remove();
	}
});

test('at debug level the log of a working day names nobody, and each line of a request names the request', async () => {
	const logs = mkdtempSync(join(tmpdir(), 'escale-journey-logs-'));
	const app = await AppServer.start({ LOG_LEVEL: 'debug', LOG_DIR: logs });
	try {
		const jar = new Map<string, string>();
		const visit = async (path: string, form?: Record<string, string>): Promise<Response> => {
			const answer = await fetch(app.origin + path, {
				redirect: 'manual',
				headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), origin: app.origin },
				...(form && { method: 'POST', body: new URLSearchParams(form) })
			});
			for (const line of answer.headers.getSetCookie()) {
				const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
				jar.set(name!, decodeURIComponent(value!));
			}
			return answer;
		};
		const signIn = (login: string, password: string) => visit('/login', { login, password });
		await signIn('manager', 'Mauvais-Sésame-4711');
		await signIn('personne.inconnue', 'Mauvais-Sésame-4711');
		await signIn('manager', DEMO_PASSWORD);
		expect((await visit('/cartons?q=Ouagadougou-Secret')).status).toBe(200);
		const contact = {
			name: 'Zéphyrine Quelquune',
			structure: 'Dispensaire Confidentiel',
			address: '7 rue Introuvable'
		};
		await visit('/contacts/new', { ...contact, roles: 'shipper', contactId: newUuid(), uid: newUuid() });
		await visit('/contacts?q=Zéphyrine');
		await visit('/scan/shipments-tracking');
		await visit('/track/aB3_-Geheim1');
		await visit('/nowhere/Zéphyrine');
		await visit('/notices/partners?/subscribe', {
			kind: 'status',
			scope: 'all',
			address: 'zephyrine@example.org',
			locale: 'fr'
		});
		const told = await call(app, '', 'command.run', { uid: newUuid(), name: 'x', args: { name: contact.name } });
		expect(told.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
		const written = app.log;
		await app.stop();

		const files = readdirSync(logs)
			.map((name) => readFileSync(join(logs, name), 'utf8'))
			.join('');
		const lines = files
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		const requests = lines.filter(({ route, status }) => route !== undefined && typeof status === 'number');
		expect(requests.length).toBeGreaterThanOrEqual(9);
		for (const line of requests) expect(line['request_id']).toMatch(/^[0-9a-f-]{36}$/);
		const people = new Database(app.env['DATABASE_URL']!.slice('file:'.length), { readonly: true });
		const names = people.prepare('SELECT name FROM person UNION SELECT name FROM contact').pluck().all() as string[];
		people.close();
		const secrets = [
			...[
				'Sésame',
				'personne.inconnue',
				DEMO_PASSWORD,
				'Ouagadougou',
				'Geheim',
				'phyrine',
				'Confidentiel',
				'Introuvable'
			],
			...[...jar].filter(([name]) => name.startsWith('__Host-')).map(([, value]) => value.split('.').at(-1)!),
			...names.filter((name) => name.length > 4)
		];
		expect(secrets.length).toBeGreaterThan(20);
		for (const secret of secrets) {
			expect(files.includes(secret), secret).toBe(false);
			expect(written.includes(secret), secret).toBe(false);
		}
	} finally {
		await app.remove();
		rmSync(logs, { recursive: true, force: true });
	}
});

test('[I1] told to stop under load it is not ready first, and what was answered is there after the restart, once', async () => {
	const { app, fleet } = await startFleet(10, 5, { LOG_LEVEL: 'error', DEVICE_CALLS_PER_MINUTE: '1000000' });
	try {
		let isOver = false;
		const answered: string[] = [];
		const work = fleet.map(async (phone) => {
			const epoch = await greet(app, phone);
			let mid = 0;
			let pending: ReturnType<typeof mutation> | null = null;
			const push = async () => {
				const turn = Math.floor(mid / phone.cartonIds.length);
				const cartonId = phone.cartonIds[mid % phone.cartonIds.length];
				pending ??= mutation(phone, ++mid, turn % 2 === 0 ? 'carton.label' : 'carton.removeLabel', { cartonId });
				const input = { epoch, replicaId: phone.replicaId, mutations: [pending] };
				const answer = await call(app, phone.cookie, 'sync.push', input);
				if (answer.status !== 200) return false;
				const { results } = ((await answer.json()) as { result: { data: PushOutput } }).result.data;
				expect(results).toMatchObject([{ uid: pending.uid, status: 'ok' }]);
				answered.push(pending.uid);
				pending = null;
				return true;
			};
			while (!isOver) if (!(await push().catch(() => false))) break;
			return { finish: async () => (pending === null ? true : push()) };
		});
		while (answered.length < 200) await new Promise((resolve) => setTimeout(resolve, 20));

		const seen: number[] = [];
		const asked = (async () => {
			// On a connection of its own each time, as a balancer asks.
			for (;;) seen.push(await odd(app, 'GET', '/api/health/ready'));
		})().catch(() => undefined);
		while (!seen.includes(200)) await new Promise((resolve) => setTimeout(resolve, 20));
		await app.stop();
		isOver = true;
		await asked;
		const phones = await Promise.all(work);
		expect(seen[0]).toBe(200);
		expect(seen.at(-1)).toBe(503);

		const isThere = () => {
			const db = new Database(app.env['DATABASE_URL']!.slice('file:'.length), { readonly: true });
			const uids = db.prepare(`SELECT uid FROM mutation_result WHERE replica_id NOT LIKE 'desk:%'`).pluck().all();
			const effects = db
				.prepare(`SELECT count(*) FROM carton_event WHERE reason IN ('carton.label', 'carton.removeLabel')`)
				.pluck()
				.get() as number;
			db.close();
			return { uids: new Set(uids), effects };
		};
		const stopped = isThere();
		expect(answered.filter((uid) => !stopped.uids.has(uid))).toEqual([]);
		expect(stopped.effects).toBe(stopped.uids.size);

		await app.restart();
		for (const { finish } of phones) expect(await finish()).toBe(true);
		await app.stop();
		const finished = isThere();
		expect(new Set(answered).size).toBe(answered.length);
		expect(finished.uids.size).toBe(answered.length);
		expect(finished.effects).toBe(answered.length);
	} finally {
		await app.remove();
	}
});
