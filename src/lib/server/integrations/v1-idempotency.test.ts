/** A program that asks again is answered as before, and nothing happens twice. */
import { describe, expect, test } from 'vitest';
import { api, labeledCarton, PARTIES, serve, shipment, STEP } from '../../../../tests/support/api-program.ts';

describe('[I3] the same Idempotency-Key', () => {
	serve('test');

	const headers = { 'idempotency-key': 'order-4711' };

	test('gets the stored result and takes effect once', async () => {
		const first = await api.call('POST', '/shipments', { body: PARTIES, headers });
		const second = await api.call('POST', '/shipments', { body: PARTIES, headers });
		expect([first.status, second.status]).toEqual([201, 201]);
		expect(second.body).toEqual(first.body);
		expect([first, second].map((one) => one.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
		expect((await api.read('/shipments')).body.data).toHaveLength(1);
	});

	test('gets a refusal again, although it would be allowed now', async () => {
		const id = await shipment();
		const ask = () => api.call('POST', `/shipments/${id}/steps`, { body: STEP, headers });
		expect((await ask()).body.code).toBe('no_cartons');
		await labeledCarton(id, 'T-1');
		const again = await ask();
		expect([again.status, again.body.code]).toEqual([409, 'no_cartons']);
		expect((await api.call('POST', `/shipments/${id}/steps`, { body: STEP })).status).toBe(200);
	});

	test('with another question is a mistake, and decides nothing', async () => {
		await api.call('POST', '/shipments', { body: PARTIES, headers });
		const other = await api.call('POST', '/shipments', { body: { ...PARTIES, notes: 'x' }, headers });
		expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
		expect((await api.read('/shipments')).body.data).toHaveLength(1);
	});

	test('is another one under another key', async () => {
		const key = await api.keyWith('shipments:write');
		await api.call('POST', '/shipments', { body: PARTIES, headers });
		expect(
			(await api.call('POST', '/shipments', { body: PARTIES, headers, key })).headers.get('idempotency-replayed')
		).toBeNull();
		expect((await api.read('/shipments')).body.data).toHaveLength(2);
	});

	test('is needed, and is a short word', async () => {
		for (const word of ['', 'two words', 'x'.repeat(41)]) {
			const { status, body } = await api.call('POST', '/shipments', {
				body: PARTIES,
				headers: { 'idempotency-key': word }
			});
			expect([status, body.code]).toEqual([400, 'idempotency_key_missing']);
		}
	});

	test('[I9] a key that is revoked while its command waits decides nothing', async () => {
		const { apiKeys, store } = api.world;
		const { id, key } = await apiKeys.create({ name: 'A', scopes: ['shipments:write'], expiresAt: null, by: null });
		const revoking = store.write((db) => db.prepare(`UPDATE api_key SET revoked_at = '2026' WHERE id = ?`).run(id));
		const asking = api.call('POST', '/shipments', { body: PARTIES, key });
		await revoking;
		expect((await asking).status).toBe(401);
		expect(api.server.rows('SELECT * FROM mutation_result')).toEqual([]);
	});
});
