/** Stolen sessions, forged and replayed requests, other sites' forms: tried against the running server. */
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newUuid } from '#lib/server/uuid.ts';
import { HOST, mutation, ORIGIN, PASSWORD, Target, type Answer } from './target.ts';

let target: Target;
beforeAll(async () => {
	target = await Target.start({ REQUESTS_PER_MINUTE: '100000' });
}, 120_000);
afterAll(() => target?.app.remove());

const cookieOf = ({ headers }: Answer, name: string): string | undefined =>
	headers['set-cookie']?.find((line) => line.startsWith(`${name}=`));
const sessionIn = (answer: Answer): string => /=([^;]+)/.exec(cookieOf(answer, '__Host-escale_session')!)![1]!;
const withSession = (token: string) => ({ cookies: { '__Host-escale_session': token } });
const isIn = async (token: string): Promise<boolean> =>
	(await target.ask('/shipments', withSession(token))).status === 200;

describe('a stolen session', () => {
	test('is worth nothing after its person signed out', async () => {
		const token = sessionIn(await target.signIn('viewer'));
		expect(await isIn(token)).toBe(true);
		await target.ask('/logout', { body: new URLSearchParams(), ...withSession(token) });
		expect(await isIn(token)).toBe(false);
	});

	test('is worth nothing after the password was changed, the account deactivated, the device revoked, or its time', async () => {
		await target.app.stop();
		const tokens: Record<string, string> = {};
		await target.inside(target.app, async ({ access, store }) => {
			const open = async (why: string, person: string, i: number) =>
				(tokens[why] = await access.sessions.open(person, target.devices[i]!.split('.')[0]!, why));
			await open('password changed', 'manager', 0);
			await open('deactivated', 'operator', 0);
			await open('revoked', 'admin', 1);
			await open('idle', 'admin', 0);
			await open('expired', 'admin', 0);
			await open('good', 'admin', 0);
			await access.oneTimeLinks.setPassword(await access.oneTimeLinks.make('manager'), 'un autre cargo part mardi');
			const sql = (text: string, ...values: string[]) => store.write((db) => db.prepare(text).run(...values));
			await sql(`UPDATE account SET active = 0 WHERE login = 'operator'`);
			await sql(`UPDATE device SET status = 'revoked' WHERE id = ?`, target.devices[1]!.split('.')[0]!);
			await sql(`UPDATE session SET last_seen_at = '2020-01-01T00:00:00.000Z' WHERE user_agent = 'idle'`);
			await sql(`UPDATE session SET expires_at = '2020-01-01T00:00:00.000Z' WHERE user_agent = 'expired'`);
		});
		await target.app.restart();
		const held: string[] = [];
		for (const [why, token] of Object.entries(tokens)) if (await isIn(token)) held.push(why);
		expect(held).toEqual(['good']);
		await target.app.stop();
		await target.inside(target.app, async ({ store }) => {
			await store.write((db) => db.prepare(`UPDATE account SET active = 1`).run());
			await store.write((db) => db.prepare(`UPDATE device SET status = 'active'`).run());
		});
		await target.app.restart();
	}, 120_000);

	test('cannot be guessed, tampered with, or planted: signing in makes a new one', async () => {
		const planted = 'A'.repeat(43);
		const answer = await target.ask('/login', {
			body: new URLSearchParams({ login: 'viewer', password: PASSWORD }),
			...withSession(planted)
		});
		expect(sessionIn(answer)).not.toBe(planted);
		expect(sessionIn(answer)).toHaveLength(43);
		expect(await isIn(planted)).toBe(false);
		expect(await isIn(`${target.sessions.admin.slice(0, -2)}AA`)).toBe(false);
		expect(await isIn(`${target.sessions.admin}x`)).toBe(false);
		expect(await isIn(`' OR 1=1 --`)).toBe(false);
	});

	test('has a cookie that no script, no other site and no plain connection gets', async () => {
		const answer = await target.signIn('viewer');
		for (const name of ['__Host-escale_session', '__Host-escale_device']) {
			const line = cookieOf(answer, name)!;
			expect(line).toMatch(/; HttpOnly/i);
			expect(line).toMatch(/; Secure/i);
			expect(line).toMatch(/; SameSite=Lax/i);
			expect(line).toMatch(/; Path=\//i);
			expect(line).not.toMatch(/; Domain=/i);
		}
		expect(answer.text).not.toContain(sessionIn(answer));
	});
});

const carton = () => ({ cartonId: newUuid(), code: 'CART-1', source: 'printed', warehouseId: 'w' });
const push = (epoch: string, replicaId: string, mutations: object[]) => ({ epoch, replicaId, mutations });

describe('forged and replayed requests', () => {
	test('[I3] a push that is sent again gets the stored result, whatever it asks the second time', async () => {
		const epoch = await target.hello('r-replay');
		const asked = mutation('carton.create', carton());
		const first = await target.call('sync.push', push(epoch, 'r-replay', [asked]), { cookies: target.device() });
		expect(first.status).toBe(200);
		expect(first.text).toContain('"ok"');
		const other = { ...asked, args: JSON.stringify({ ...carton(), code: 'CART-2' }) };
		for (const again of [asked, other]) {
			const replayed = await target.call('sync.push', push(epoch, 'r-replay', [again]), { cookies: target.device() });
			const verdict = ({ text }: Answer) => JSON.parse(text).result.data.results[0] as { uid: string; status: string };
			expect(verdict(replayed)).toMatchObject({ uid: verdict(first).uid, status: verdict(first).status });
		}
		expect((await target.ask('/cartons', { as: 'viewer' })).text).not.toContain('CART-2');
	});

	test('[I26] a device’s credential that is forged, cut or another’s opens nothing', async () => {
		const [id, token] = target.devices[0]!.split('.') as [string, string];
		const otherId = target.devices[1]!.split('.')[0]!;
		for (const forged of [
			'',
			id,
			`${id}.`,
			`.${token}`,
			`${id}.${'A'.repeat(43)}`,
			`${otherId}.${token}`,
			`${id}.${token}x`
		]) {
			const cookies = { '__Host-escale_device': forged };
			expect((await target.call('sync.pull', {}, { cookies })).status).toBe(401);
			expect((await target.ask('/api/sync/snapshot?replica=r&schema=1', { cookies })).status).toBe(401);
		}
	});

	test('a replica belongs to the device that first spoke for it', async () => {
		const epoch = await target.hello('r-mine', 0);
		await target.hello('r-other', 1);
		const cookies = target.device(1);
		const stolen = await target.call('sync.push', push(epoch, 'r-mine', [mutation('carton.create', carton())]), {
			cookies
		});
		expect([stolen.status, stolen.text.includes('"ok"')]).toEqual([expect.toSatisfy((s: number) => s >= 400), false]);
		expect((await target.ask('/api/sync/snapshot?replica=r-mine&schema=1', { cookies })).status).toBeGreaterThanOrEqual(
			400
		);
		expect((await target.ask('/api/sync/events?kind=phone&replica=r-mine', { cookies })).status).toBeGreaterThanOrEqual(
			400
		);
	});

	test('[I21] nobody acts in the name of a person who did not sign in on the device', async () => {
		const epoch = await target.hello('r-name', 1);
		const asked = mutation('carton.create', carton(), { actorId: 'admin' });
		const { text } = await target.call('sync.push', push(epoch, 'r-name', [asked]), { cookies: target.device(1) });
		expect(text).not.toContain('"status":"ok"');
	});
});

const FORM = new URLSearchParams({ theme: 'dark' });
/** How another site’s page would ask, with the visitor’s cookies along. */
const ELSEWHERE: Record<string, Record<string, string>> = {
	'another origin': { origin: 'https://evil.example' },
	'an origin that looks alike': { origin: `${ORIGIN}.evil.example` },
	'the same host without HTTPS': { origin: `http://${HOST}` },
	'an opaque origin': { origin: 'null' },
	'a site that hides its origin': { origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
	'a neighbour on the same domain': { origin: ORIGIN, 'sec-fetch-site': 'same-site' }
};

describe('other sites', () => {
	test.for(Object.keys(ELSEWHERE))('a form from %s changes nothing', async (from) => {
		for (const path of ['/preferences', '/logout', '/login', '/shipments/known?/close', '/account?/badge'])
			expect((await target.ask(path, { body: FORM, as: 'admin', headers: ELSEWHERE[from]! })).status).toBe(403);
		const headers = { ...ELSEWHERE[from], 'content-type': 'text/plain' };
		expect((await target.ask('/logout', { body: 'x', as: 'admin', headers })).status).toBe(403);
		expect(await isIn(target.sessions.admin)).toBe(true);
	});

	test('tRPC takes JSON by POST alone: nothing that a form or an image can send', async () => {
		const command = { uid: newUuid(), name: 'shipment.archive', args: { shipmentId: 'known' } };
		for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', '']) {
			const headers = { origin: ORIGIN, 'content-type': type };
			const body = JSON.stringify(command);
			expect((await target.ask('/api/trpc/command.run', { method: 'POST', as: 'admin', body, headers })).status).toBe(
				400
			);
		}
		const search = `?input=${encodeURIComponent(JSON.stringify(command))}`;
		const byGet = await target.ask(`/api/trpc/command.run${search}`, { as: 'admin' });
		expect([400, 405]).toContain(byGet.status);
		for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
			expect(
				(await target.ask(`/api/trpc/command.run${search}`, { method, as: 'admin' })).status
			).toBeGreaterThanOrEqual(400);
	});

	test('no answer lets another origin read it', async () => {
		for (const path of ['/api/health', '/api/trpc/session.me', '/login', '/shipments', '/exports/board.csv']) {
			const answer = await target.ask(path, { as: 'admin', headers: { origin: 'https://evil.example' } });
			expect(answer.headers['access-control-allow-origin']).toBeUndefined();
		}
	});

	test.for([
		'https://evil.example/x',
		'//evil.example',
		'/\\evil.example',
		'/.//evil.example',
		'/x/..//evil.example',
		'/%2e//evil.example',
		'\t//evil.example',
		'javascript:alert(1)',
		'https://escale.example.org@evil.example/',
		'https://escale.example.org.evil.example/'
	])('signing in leads to no other site: %s', async (next) => {
		const { status, headers } = await target.signIn(
			'admin',
			PASSWORD,
			'203.0.113.9',
			`/login?next=${encodeURIComponent(next)}`
		);
		expect(status).toBe(303);
		expect(new URL(headers.location!, ORIGIN).origin).toBe(ORIGIN);
		expect(headers.location).toMatch(/^\/(?![/\\])/);
		const prefer = await target.ask('/preferences', {
			body: FORM,
			headers: { referer: next.startsWith('http') ? next : ORIGIN + next.trim() }
		});
		expect(prefer.headers.location).toMatch(/^\/(?![/\\])/);
	});
});

test('[RFC 8058] a mail program ends notices by one POST without a page; no other form passes without its origin', async () => {
	const { app } = target;
	await app.stop();
	app.edit(
		`INSERT INTO mail_address (address, unsubscribe_token, confirmed_at, created_at) VALUES ('reader@example.org', 'end-of-notices', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`
	);
	await app.restart();
	const confirmed = () => {
		const db = new Database(app.databaseFile, { readonly: true });
		const at = db.prepare(`SELECT confirmed_at FROM mail_address WHERE address = 'reader@example.org'`).pluck().get();
		db.close();
		return at;
	};
	const byMailProgram = (path: string) =>
		target.ask(path, {
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: 'List-Unsubscribe=One-Click'
		});
	expect((await target.ask('/unsubscribe/end-of-notices')).status).toBe(200);
	expect(confirmed()).not.toBeNull();
	expect((await byMailProgram('/unsubscribe/another-token')).status).toBeLessThan(500);
	expect((await byMailProgram('/request-account')).status).toBe(403);
	expect(confirmed()).not.toBeNull();
	for (let times = 0; times < 2; times++) expect((await byMailProgram('/unsubscribe/end-of-notices')).status).toBe(200);
	expect(confirmed()).toBeNull();
});
