/** The feed of events, as a program follows it. */
import { describe, expect, test } from 'vitest';
import { api, labeledCarton, serve, shipment } from '../../../../tests/support/api-program.ts';

describe('the events', () => {
	serve('test');

	test('[I10] are each told once and in the order of their commit, whatever happens while they are read', async () => {
		const told: string[] = [];
		let cursor = '';
		const follow = async () => {
			const { body } = await api.read(`/events?limit=3${cursor && `&cursor=${cursor}`}`);
			told.push(...body.data.map(({ id }: { id: string }) => id));
			cursor = body.cursor as string;
			return body.more as boolean;
		};
		for (let n = 0; n < 6; n++) {
			await Promise.all([shipment(), shipment(), follow()]);
			await labeledCarton(await shipment(), `T-${n}`);
		}
		while (await follow());
		const all = api.server.rows<{ id: string }>('SELECT id FROM integration_event ORDER BY seq').map(({ id }) => id);
		expect(told).toEqual(all);
		expect(all.length).toBe(18 + 6 * 4);
		expect((await api.read(`/events?cursor=${cursor}`)).body).toEqual({ data: [], cursor, more: false });
	});

	test('are filtered, and begin at the end when asked to', async () => {
		const id = await shipment();
		await labeledCarton(id, 'T-1');
		const types = async (query: string) =>
			((await api.read(`/events?${query}`)).body.data as { type: string }[]).map(({ type }) => type);
		expect(await types('types=shipment.create,shipment.step')).toEqual(['shipment.create']);
		expect(await types('start=latest')).toEqual([]);
		expect((await api.read('/events?types=shipment.lost')).status).toBe(400);
	});

	test('a cursor of another epoch is void: after a restore the reader begins again', async () => {
		const { cursor } = (await api.read('/events')).body;
		await api.server.raw(`UPDATE sync_meta SET epoch = 'another'`);
		await api.server.restart();
		const { status, body } = await api.read(`/events?cursor=${cursor}`);
		expect([status, body.code]).toEqual([410, 'feed_restarted']);
	});
});
