import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { perform } from '#lib/server/operations/operations.ts';
import { confirmAddress } from '#lib/server/mail/addresses.ts';
import { createCaller } from '#lib/server/api/router.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { publicStatus } from './public-status.ts';
import { readOnlyAnswer } from './read-only.ts';

const HOUR = 3_600_000;
const WINDOW = {
	from: '2026-03-02T18:00:00.000Z',
	until: '2026-03-02T20:00:00.000Z',
	message: 'Le nouveau disque.'
};
let server: TestServer;

beforeEach(async () => {
	server = await openServer();
});
afterEach(() => server.close());

const plan = (more: object = {}) => perform(server.world, 'maintenance.plan', { ...WINDOW, mail: false, ...more });

function ask(method: string, path: string, routeId: string | null, headers: Record<string, string> = {}) {
	const url = new URL(path, 'http://localhost:3000');
	return readOnlyAnswer(server.world, {
		request: new Request(url, { method, headers }),
		url,
		route: { id: routeId }
	} as never);
}

test('it is announced, begins and ends by the clock, and survives a restart', async () => {
	expect(server.world.maintenance.state).toBe('none');
	await plan();
	expect(server.world.maintenance).toMatchObject({ state: 'planned', window: WINDOW });
	await server.restart();
	expect(server.world.maintenance).toMatchObject({ state: 'planned', window: WINDOW });
	server.advance(10 * HOUR);
	expect(server.world.maintenance.state).toBe('on');
	server.advance(2 * HOUR);
	expect(server.world.maintenance).toMatchObject({ state: 'none', window: null });
});

test('on and off by hand: on begins a plan early, off ends it; each is in the audit log', async () => {
	await plan();
	await perform(server.world, 'maintenance.on', { mail: false });
	expect(server.world.maintenance).toMatchObject({
		state: 'on',
		window: { until: WINDOW.until, message: WINDOW.message }
	});
	await perform(server.world, 'maintenance.off', { mail: false });
	expect(server.world.maintenance.state).toBe('none');
	await perform(server.world, 'maintenance.on', { mail: false });
	expect(server.world.maintenance.window).toMatchObject({ until: null });
	expect(server.rows(`SELECT act FROM audit_event ORDER BY rowid`)).toEqual(
		['plan', 'on', 'off', 'on'].map((act) => ({ act: `maintenance.${act}` }))
	);
});

test('a window that ends before it begins, or is over, is refused', async () => {
	await expect(plan({ until: WINDOW.from })).rejects.toMatchObject({ code: 'wrong_use' });
	await expect(plan({ from: '2026-03-01T00:00:00Z', until: '2026-03-01T01:00:00Z' })).rejects.toMatchObject({
		code: 'wrong_use'
	});
	await expect(plan({ from: 'soon' })).rejects.toMatchObject({ code: 'wrong_use' });
	expect(server.world.maintenance.window).toBeNull();
});

test('while it is on, writes of the desk and of integrations are answered 503 with the time to come back', async () => {
	expect(ask('POST', '/shipments/new', '/(desk)/shipments/new')).toBeNull();
	await perform(server.world, 'maintenance.on', { until: '2026-03-02T09:00:00Z', mail: false });
	const page = ask('POST', '/shipments/new', '/(desk)/shipments/new')!;
	expect([page.status, page.headers.get('retry-after')]).toEqual([503, '3600']);
	expect(await page.text()).toContain('Maintenance en cours');
	const scripted = ask('POST', '/contacts/new', '/(desk)/contacts/new', { 'x-sveltekit-action': 'true' })!;
	expect(await scripted.json()).toMatchObject({ type: 'error', status: 503 });
	const command = ask('POST', '/api/trpc/command.run', '/api/trpc/[...path]')!;
	expect([command.status, command.headers.get('retry-after')]).toEqual([503, '3600']);
	expect(ask('POST', '/api/trpc/sync.pull,command.run', '/api/trpc/[...path]')?.status).toBe(503);
	expect(ask('DELETE', '/api/v1/anything', '/api/v1/anything')?.status).toBe(503);
	expect(ask('POST', '/track/x', '/track/[token]')?.status).toBe(503);
});

test('while it is on, reading, signing in and the admin who ends it are not in its way', async () => {
	await perform(server.world, 'maintenance.on', { mail: false });
	for (const [method, path, route] of [
		['GET', '/shipments', '/(desk)/shipments'],
		['POST', '/login', '/(auth)/login'],
		['POST', '/logout', '/(auth)/logout'],
		['POST', '/admin/maintenance', '/(desk)/admin/maintenance'],
		['POST', '/admin/jobs', '/(desk)/admin/jobs'],
		['POST', '/api/trpc/sync.pull', '/api/trpc/[...path]'],
		['POST', '/api/trpc/sync.hello', '/api/trpc/[...path]'],
		['POST', '/api/trpc/session.switchOperator', '/api/trpc/[...path]']
	] as const)
		expect(ask(method, path, route), path).toBeNull();
});

test('[I17] a phone hears 503 with a time for its push, and of the maintenance with its pull', async () => {
	await server.account('operator', 'operator');
	const { deviceCredential } = await server.signIn('operator');
	const { world } = server;
	const device = world.access.devices.find(deviceCredential!);
	const caller = createCaller({
		...{ world, person: null, device, requestId: 'r', address: () => '192.0.2.1', userAgent: 'Test' },
		...{ renewDevice: () => undefined, keepSession: () => undefined }
	});
	const { epoch } = await caller.sync.hello({
		...{ replicaId: 'r1', lastLmid: 0, cookie: null, warehouseId: null, queueDepth: 1, leases: [] },
		...{ schema: SCHEMA_CURRENT, protocol: PROTOCOL_VERSION, appVersion: 'test', clientNow: server.now.toISOString() }
	});
	const pull = () =>
		caller.sync.pull({ epoch, replicaId: 'r1', cookie: 0, ackResultsThrough: 0, limit: 100, schema: SCHEMA_CURRENT });
	expect(await pull()).not.toHaveProperty('maintenance');
	await plan();
	expect(await pull()).toMatchObject({ kind: 'page', maintenance: WINDOW });
	await perform(world, 'maintenance.on', { mail: false });
	const refused = ask('POST', '/api/trpc/sync.push', '/api/trpc/[...path]')!;
	expect(refused.status).toBe(503);
	expect(await refused.json()).toMatchObject({ escale: { refusal: 'busy', retryAfterMs: 30_000 } });
	expect(await pull()).toMatchObject({ kind: 'page' });
});

test('everybody open is told when it changes', async () => {
	const heard: unknown[] = [];
	const stop = [
		server.world.store.events.subscribe({ scopes: 'all', kind: 'desk', poke: ({ tables }) => heard.push(tables) }),
		server.world.store.events.subscribe({ scopes: ['*'], kind: 'phone', poke: () => heard.push('phone') })
	];
	await plan();
	expect(heard).toEqual([['maintenance'], 'phone']);
	for (const end of stop) end();
});

test('mail goes to active people with a confirmed address, in their language, in the same write', async () => {
	for (const [login, locale, email] of [
		['anna', 'fr', 'anna@example.org'],
		['ben', 'en', 'ben@example.org'],
		['chloe', 'fr', null]
	] as const) {
		await server.account(login, 'operator');
		await server.raw(`UPDATE account SET email = ?, locale = ? WHERE person_id = ?`, email, locale, login);
		if (email !== null) await server.world.store.write((db) => confirmAddress(db, email, server.now.toISOString()));
	}
	const { json } = await plan({ mail: true });
	expect(json).toMatchObject({ queued: 2 });
	const mails = server.rows<{ subject: string; text: string }>(
		`SELECT subject, text FROM mail_message ORDER BY to_address`
	);
	expect(mails.map(({ subject }) => subject)).toEqual([
		expect.stringMatching(/maintenance prévue lundi 2 mars/),
		expect.stringMatching(/maintenance planned Monday/)
	]);
	for (const { text } of mails) expect(text).toContain(WINDOW.message);
});

test('/status tells state, plan and the last incident note to anybody; an empty note takes it away', async () => {
	expect(publicStatus(server.world)).toEqual({ status: 'ok', maintenance: null, note: null });
	await plan();
	await perform(server.world, 'maintenance.note', { text: 'Le serveur était arrêté de 7 h à 8 h.' });
	expect(publicStatus(server.world)).toEqual({
		status: 'ok',
		maintenance: { state: 'planned', ...WINDOW },
		note: { text: 'Le serveur était arrêté de 7 h à 8 h.', at: '2026-03-02T08:00:00.000Z' }
	});
	await perform(server.world, 'maintenance.on', { mail: false });
	await perform(server.world, 'maintenance.note', { text: '' });
	expect(publicStatus(server.world)).toMatchObject({ status: 'maintenance', note: null });
});
