import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { mayReadMetrics } from './metrics-access.ts';
import { metricsAnswer } from './metrics-answer.ts';
import { Metrics } from './metrics.ts';

let server: TestServer;
beforeEach(async () => void (server = await openServer()));
afterEach(() => server.close());

const here = { headers: new Headers({ host: '127.0.0.1:3000' }), address: () => '127.0.0.1' };

/** A scrape's samples by `name{labels}`. */
async function scrape(): Promise<Map<string, number>> {
	const answer = await metricsAnswer(server.world, here);
	expect(answer.status).toBe(200);
	return samplesOf(await answer.text());
}

const samplesOf = (text: string): Map<string, number> =>
	new Map(
		text
			.split('\n')
			.filter((line) => line !== '' && !line.startsWith('#'))
			.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))])
	);

describe('what Prometheus reads', () => {
	test('requests by route and status, with their durations', async () => {
		const { metrics } = server.world;
		metrics.request('GET', '/(desk)/cartons', 200, 0.3);
		metrics.request('GET', '/(desk)/cartons', 200, 0.7);
		metrics.request('BREW', null, 404, 0.001);
		const samples = await scrape();
		expect(samples.get('wms_http_requests_total{method="GET",endpoint="/(desk)/cartons",status_code="200"}')).toBe(2);
		expect(samples.get('wms_http_requests_total{method="other",endpoint="other",status_code="404"}')).toBe(1);
		const bucket = (le: string) =>
			samples.get(`wms_http_request_duration_seconds_bucket{le="${le}",method="GET",endpoint="/(desk)/cartons"}`);
		expect([bucket('0.25'), bucket('0.5'), bucket('1')]).toEqual([0, 1, 2]);
	});

	test('warnings and errors of the log by their event', async () => {
		const { world } = server;
		world.metrics.error('group_failed', 'warning');
		world.metrics.error('Dupont, 3 rue de la Paix', 'error');
		world.metrics.task('backup', 'ok');
		const samples = await scrape();
		expect(samples.get('wms_errors_total{error_type="group_failed",severity="warning"}')).toBe(1);
		expect(samples.get('wms_errors_total{error_type="other",severity="error"}')).toBe(1);
		expect(samples.get('wms_tasks_total{task_name="backup",status="ok"}')).toBe(1);
	});

	test('what is decided, by command and verdict', async () => {
		await server.account('manager', 'manager');
		const command = { name: 'shipment.close' as const, args: { shipmentId: 'none' } };
		for (const uid of ['u-1', 'u-2', 'u-2']) await server.world.store.runCommand({ personId: 'manager', command, uid });
		expect((await scrape()).get('wms_sync_mutations_total{name="shipment.close",verdict="rejected"}')).toBe(2);
	});

	test('units by warehouse and product, and [L7] lines that expire, of cartons that are here', async () => {
		const carton = (id: string, status: string, items: object[], discarded: string | null = null) =>
			server.raw(
				`INSERT INTO carton (id, code, source, status, warehouse_id, items, status_by, status_at, created_by, created_at, discarded_at)
				 VALUES (?, ?, 'printed', ?, 'w-1', ?, '', '', '', '', ?)`,
				...[id, id, status, JSON.stringify(items), discarded]
			);
		const line = (quantity: number, expiresOn: string | null) => ({
			productId: 'p-1',
			quantity,
			lotCode: null,
			expiresOn
		});
		await carton('c-1', 'packed', [line(10, '2026-03-05'), line(5, null)]);
		await carton('c-2', 'labeled', [line(1, '2026-02-01'), { ...line(2, '2026-09-01'), productId: 'p-2' }]);
		await carton('c-3', 'shipped', [line(100, '2026-03-05')]);
		await carton('c-4', 'packed', [line(1000, '2026-03-05')], '2026-03-01T00:00:00.000Z');
		const samples = await scrape();
		expect(samples.get('wms_inventory_stock_total{warehouse_id="w-1",product_id="p-1"}')).toBe(16);
		expect(samples.get('wms_inventory_stock_total{warehouse_id="w-1",product_id="p-2"}')).toBe(2);
		const warnings = (urgency: string) => samples.get(`wms_inventory_expiry_warnings_total{urgency="${urgency}"}`);
		expect(['expired', 'critical', 'high', 'medium'].map(warnings)).toEqual([1, 1, 0, 0]);

		await server.raw(`DELETE FROM carton WHERE id = 'c-2'`);
		expect((await scrape()).get('wms_inventory_stock_total{warehouse_id="w-1",product_id="p-1"}')).toBe(16);
		server.advance(5 * 60_000);
		const later = await scrape();
		expect(later.get('wms_inventory_stock_total{warehouse_id="w-1",product_id="p-1"}')).toBe(15);
		expect(later.has('wms_inventory_stock_total{warehouse_id="w-1",product_id="p-2"}')).toBe(false);
	});

	test('how far phones are behind: a revoked one and one out of use no longer count', async () => {
		const phone = async (id: string, queued: number, hoursAgo: number, status = 'active') => {
			const at = new Date(server.now.getTime() - hoursAgo * 3_600_000).toISOString();
			await server.raw(
				`INSERT INTO device (id, credential_hash, status, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?)`,
				...[id, id, status, at, at]
			);
			await server.raw(
				`INSERT INTO replica (id, device_id, last_seen_at, reported_queue) VALUES (?, ?, ?, ?)`,
				...[`r-${id}`, id, at, queued]
			);
		};
		await phone('one', 7, 2);
		await phone('two', 3, 30);
		await phone('three', 0, 0.5);
		await phone('revoked', 50, 1, 'revoked');
		await phone('gone', 90, 24 * 31);
		const samples = await scrape();
		expect(samples.get('wms_sync_queue_depth{stat="sum"}')).toBe(10);
		expect(samples.get('wms_sync_queue_depth{stat="max"}')).toBe(7);
		expect(samples.get('wms_sync_lag_seconds')).toBe(30 * 3600);
		expect(samples.get('wms_sync_last_contact_seconds')).toBe(1800);
		expect(samples.get('wms_sync_replicas_seen{window="1h"}')).toBe(2);
		expect(samples.get('wms_sync_replicas_seen{window="24h"}')).toBe(3);
	});

	test('the machine, the database, the mail queue and the streams', async () => {
		await server.raw(
			`INSERT INTO mail_message (id, message_id, notice_key, kind, to_address, locale, subject, text, html, due_at, created_at)
			 VALUES ('m-1', 'm-1', 'm-1', 'late', 'a@example.org', 'fr', '', '', '', ?, ?)`,
			...[server.now.toISOString(), server.now.toISOString()]
		);
		server.advance(90_000);
		const leave = server.world.store.events.subscribe({ scopes: 'all', kind: 'desk', poke: () => undefined });
		const samples = await scrape();
		leave();
		expect(samples.get('wms_db_connections_active')).toBeGreaterThanOrEqual(2);
		expect(samples.get('wms_mail_messages{state="pending"}')).toBe(1);
		expect(samples.get('wms_mail_overdue_seconds')).toBe(90);
		expect(samples.get('wms_sync_streams{kind="desk"}')).toBe(1);
		expect(samples.get('wms_sync_streams{kind="phone"}')).toBe(0);
		expect(samples.get('wms_disk_bytes{folder="database",state="total"}')).toBeGreaterThan(0);
		expect(samples.get('wms_host_memory_bytes{state="total"}')).toBeGreaterThan(0);
	});
});

test('whatever strangers send, the number of series stays what the program itself has words for', async () => {
	const metrics = new Metrics();
	const count = async () => samplesOf(await metrics.registry.metrics()).size;
	const hostile = (n: number) => `${n}/../../${'x'.repeat(n % 50)}"}\n\\`;
	const storm = (from: number) => {
		for (let n = from; n < from + 5_000; n++) {
			metrics.request(hostile(n), null, 404, 0.001);
			metrics.mutation(hostile(n), 'rejected');
			metrics.mutation(`carton.${n}`, 'dead');
			metrics.error(hostile(n), 'error');
			metrics.error(`word_${n}`, 'error');
			metrics.task(`job-${n}`, 'ok');
		}
	};
	storm(0);
	const after = await count();
	expect(after).toBeLessThan(250);
	storm(5_000);
	expect(await count()).toBe(after);
});

describe('who may read them', () => {
	const asks = (headers: Record<string, string> = {}, address = '127.0.0.1') => ({
		headers: new Headers({ host: '127.0.0.1:3000', ...headers }),
		address: () => address
	});
	const token = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';
	const withToken = { metricsToken: token, xffDepth: 0 };
	const without = { metricsToken: null, xffDepth: 0 };

	test.for([
		['its token', { authorization: `Bearer ${token}` }, '203.0.113.9', true],
		['another token', { authorization: `Bearer ${token}x` }, '127.0.0.1', false],
		['the token without its word', { authorization: token }, '127.0.0.1', false],
		['nothing, from this machine', {}, '127.0.0.1', false]
	] as const)('where a token is set: %s', ([, headers, address, allowed]) => {
		expect(mayReadMetrics(asks(headers, address), withToken)).toBe(allowed);
		expect(mayReadMetrics(asks(headers, address), { ...withToken, xffDepth: 1 })).toBe(allowed);
	});

	test.for([
		['this machine', {}, '127.0.0.1', true],
		['this machine, IPv6', { host: '[::1]:3000' }, '::1', true],
		['this machine, IPv4 in IPv6', { host: 'localhost:3000' }, '::ffff:127.0.0.1', true],
		['another machine', {}, '192.168.1.9', false],
		['another machine that lies', { 'x-forwarded-for': '127.0.0.1' }, '192.168.1.9', false],
		['a proxy on this machine', { 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1', false],
		['a proxy on this machine, in other words', { forwarded: 'for=203.0.113.9' }, '127.0.0.1', false],
		['a browser on this machine whose page chose the name', { host: 'evil.example:3000' }, '127.0.0.1', false]
	] as const)('without a token: %s', ([, headers, address, allowed]) => {
		expect(mayReadMetrics(asks(headers, address), without)).toBe(allowed);
	});

	test('without a token nobody, behind a proxy that is configured: every request is from this machine there', () => {
		expect(mayReadMetrics(asks(), { ...without, xffDepth: 1 })).toBe(false);
	});

	test('whoever may not hears 401 and no figure', async () => {
		const answer = await metricsAnswer(server.world, asks({}, '192.168.1.9'));
		expect(answer.status).toBe(401);
		expect(await answer.text()).not.toContain('wms_');
	});
});
