import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentHash } from '#lib/protocol/canonical.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import type { Phone } from '../../../../tests/support/phone.ts';

let world: TestWorld;
let phone: Phone;

beforeEach(async () => {
	world = await createWorld();
	phone = await world.phone('r1', { warehouseId: 'w-paris' });
});
afterEach(() => world.close());

/** What a phone of these scopes must hold, read straight from the tables. */
function inScope(scopes: string[]): string[] {
	return world
		.rows<{ key: string }>(
			`SELECT "table" || '/' || row_id AS key FROM in_scope WHERE scope IN (SELECT value FROM json_each(?)) ORDER BY 1`,
			JSON.stringify(scopes)
		)
		.map(({ key }) => key);
}

const held = (one: Phone): string[] => [...one.rows.keys()].sort();

test('[I10] pages of any size arrive at the same rows as one big page', async () => {
	const shipmentId = await world.shipment();
	await world.cartons(3, 'labeled', shipmentId);
	await world.cartons(2, 'picking');
	phone.pull();
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (limit) => {
			const other = await world.phone(`r-${world.id()}`, { warehouseId: 'w-paris' });
			other.pull(limit);
			expect(held(other)).toEqual(held(phone));
			expect([...other.rows.values()].map(({ row }) => row)).toEqual(
				expect.arrayContaining([...phone.rows.values()].map(({ row }) => row))
			);
		}),
		{ numRuns: 8 }
	);
	expect(held(phone)).toEqual(inScope(['*', 'warehouse:w-paris']));
});

test('[I10] what changes between two pages is on a later page of the same pull', async () => {
	const ids = await world.cartons(3, 'picking');
	const page = phone.page(2);
	if (page.kind !== 'page') throw new Error('reset');
	expect(page.more).toBe(true);
	phone.cookie = page.cookie;
	for (const id of ids) await world.desk({ name: 'carton.setStatus', args: { cartonId: id, status: 'packed' } });
	phone.pull(2);
	for (const id of ids) expect(phone.row('cartons', id)).toMatchObject({ status: 'packed' });
});

test('[I11] rows, lmid and verdicts of the last page are of one moment', async () => {
	const shipmentId = await world.shipment();
	const [cartonId] = (await world.cartons(1, 'assigned', shipmentId)) as [string];
	await phone.do({ name: 'carton.label', args: { cartonId, shipmentId } });
	const first = phone.page(1);
	expect(first).toMatchObject({ kind: 'page', more: true, results: [] });
	phone.pull(1);
	expect(phone.lmid).toBe(1);
	expect(phone.verdicts.get(1)).toMatchObject({ status: 'ok' });
	expect(phone.row('cartons', cartonId)).toMatchObject({ status: 'labeled' });
	// Acknowledged verdicts are not sent again.
	expect(phone.page()).toMatchObject({ kind: 'page', results: [], patch: [], more: false });
});

test('[I12] a pull from an older cookie brings the same rows again', async () => {
	await world.cartons(2, 'packed');
	phone.pull();
	const before = structuredClone([...phone.rows]);
	phone.cookie = 0;
	phone.pull(3);
	expect(new Map(phone.rows)).toEqual(new Map(before));
});

test('[I13] cookie and lmid never go back, and a phone that is ahead of the server is told so', async () => {
	await world.cartons(1, 'packed');
	phone.pull();
	const [cookie, lmid] = [phone.cookie, phone.lmid];
	phone.pull();
	expect(phone.cookie).toBeGreaterThanOrEqual(cookie);
	expect(phone.lmid).toBeGreaterThanOrEqual(lmid);
	phone.cookie = cookie + 1000;
	expect(() => phone.page()).toThrow(expect.objectContaining({ refusal: 'replica_ahead', status: 409 }) as Error);
	phone.cookie = cookie;
	phone.verdicts.set(99, {} as never);
	expect(() => phone.page()).toThrow(expect.objectContaining({ refusal: 'replica_ahead' }) as Error);
});

test('[I27] a phone gets its warehouse’s unlinked cartons, and all cartons of live shipments', async () => {
	const lyon = await world.phone('r2', { warehouseId: 'w-lyon' });
	const [paris] = (await world.cartons(1, 'packed')) as [string];
	const shipmentId = await world.shipment();
	const [linked] = (await world.cartons(1, 'assigned', shipmentId)) as [string];
	phone.pull();
	lyon.pull();
	expect(phone.row('cartons', paris)).toBeDefined();
	expect(lyon.row('cartons', paris)).toBeUndefined();
	expect(lyon.row('cartons', linked)).toMatchObject({ shipmentId, warehouseId: 'w-paris' });
	expect(held(lyon)).toEqual(inScope(['*', 'warehouse:w-lyon']));
});

test('[I27] a row that leaves the scope is gone: removed from its shipment, discarded, archived', async () => {
	const lyon = await world.phone('r2', { warehouseId: 'w-lyon' });
	const shipmentId = await world.shipment();
	const [removed] = (await world.cartons(1, 'assigned', shipmentId)) as [string];
	const [discarded] = (await world.cartons(1, 'draft')) as [string];
	const archived = await world.shipment({ temporary: true });
	phone.pull();
	lyon.pull();
	await world.desk({ name: 'carton.remove', args: { cartonId: removed, shipmentId } });
	await world.desk({ name: 'carton.discard', args: { cartonId: discarded } });
	await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
	const patch = [...lyon.pull(), ...phone.pull()];
	expect(patch).toContainEqual({ op: 'gone', table: 'cartons', id: removed });
	expect(patch).toContainEqual({ op: 'gone', table: 'cartons', id: discarded });
	expect(patch).toContainEqual({ op: 'gone', table: 'shipments', id: archived });
	expect(phone.row('cartons', removed)).toMatchObject({ status: 'packed', shipmentId: null });
	for (const [one, scope] of [
		[phone, 'warehouse:w-paris'],
		[lyon, 'warehouse:w-lyon']
	] as const) {
		expect(held(one)).toEqual(inScope(['*', scope]));
	}
});

test('[I27] a closed case stays for 30 days and then leaves with its cartons and timeline; a dispute brings it back', async () => {
	const { shipmentId, cartonIds } = await world.plannedShipment(2);
	for (const step of ['boarding_ok', 'received_correspondent', 'received_recipient'] as const)
		await world.track(shipmentId, step);
	await world.desk({ name: 'shipment.close', args: { shipmentId } });
	expect(await world.store.leaveScope(new Date(world.now().getTime() + 29 * 86_400_000))).toBe(0);
	phone.pull();
	expect(phone.row('shipments', shipmentId)).toMatchObject({ closedBy: 'Test manager' });
	expect(await world.store.leaveScope(new Date(world.now().getTime() + 31 * 86_400_000))).toBe(1);
	const gone = phone.pull().filter(({ op }) => op === 'gone');
	expect(gone).toHaveLength(
		1 + 2 + world.value<number>('SELECT count(*) FROM timeline WHERE shipment_id = ?', shipmentId)
	);
	expect(phone.row('cartons', cartonIds[0]!)).toBeUndefined();
	await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: world.id(), reason: 'short' } });
	phone.pull();
	expect(phone.row('cartons', cartonIds[0]!)).toMatchObject({ status: 'shipped' });
	expect(held(phone)).toEqual(inScope(['*', 'warehouse:w-paris']));
});

test('[I27] a phone that moves to another warehouse is told to start over, until it has that scope', async () => {
	await world.cartons(1, 'packed');
	const stale = await world.store.snapshot('warehouse:w-lyon', 1);
	phone.pull();
	phone.warehouseId = 'w-lyon';
	expect((await phone.hello()).warehouseId).toBe('w-lyon');
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'scope' });
	phone.cookie = stale.seq;
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'scope' });
	const snapshot = await world.store.snapshotFor('r1', 1, SEEDED.device);
	phone.cookie = snapshot.seq;
	expect(phone.page()).toMatchObject({ kind: 'page', more: false });
	await phone.hello();
	expect(phone.page()).toMatchObject({ kind: 'page', more: false });
});

test('[I10] a phone whose push arrived before its first hello has no scope yet, and is told to start over', async () => {
	await world.raw(`UPDATE replica SET warehouse_id = NULL WHERE id = 'r1'`);
	expect(phone.page(10)).toEqual({ kind: 'reset', reason: 'scope' });
});

test('[I29] below the floor there is a reset, never a hole', async () => {
	phone.pull();
	await world.cartons(2, 'packed');
	await world.raw('UPDATE sync_meta SET floor_seq = (SELECT max(seq) FROM change)');
	await world.raw('DELETE FROM change');
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'floor' });
	phone.cookie = world.value<number>('SELECT floor_seq FROM sync_meta');
	expect(phone.page()).toMatchObject({ kind: 'page' });
});

test('more than 5,000 changes behind, a phone takes a snapshot; one that just took it gets pages', async () => {
	phone.pull();
	const behind = phone.cookie;
	const [cartonId] = (await world.cartons(1, 'packed')) as [string];
	const snapshot = await world.store.snapshot('warehouse:w-paris', 1);
	await world.store.write((db) => {
		const touch = db.prepare('UPDATE carton SET location_id = ? WHERE id = ?');
		for (let i = 0; i < 5001; i++) touch.run(`l-${i}`, cartonId);
	});
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'floor' });
	phone.cookie = snapshot.seq;
	expect(phone.page()).toMatchObject({ kind: 'page', more: true });
	world.advance(6 * 60_000);
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'floor' });
	phone.cookie = behind;
	expect((await world.store.snapshot('warehouse:w-paris', 1)).seq).toBeGreaterThan(snapshot.seq);
});

test('5,000 changes of another warehouse put nobody behind', async () => {
	const lyon = await world.phone('r2', { warehouseId: 'w-lyon' });
	lyon.pull();
	const [cartonId] = (await world.cartons(1, 'packed')) as [string];
	await world.store.write((db) => {
		const touch = db.prepare('UPDATE carton SET location_id = ? WHERE id = ?');
		for (let i = 0; i < 5001; i++) touch.run(`l-${i}`, cartonId);
	});
	expect(lyon.page()).toMatchObject({ kind: 'page', patch: [], more: false });
});

test('another epoch is a reset, an app too old to read the answer is refused', async () => {
	const input = { epoch: 'former', replicaId: 'r1', cookie: 0, ackResultsThrough: 0, limit: 10, schema: 1 };
	expect(world.store.pull(input, SEEDED.device)).toEqual({ kind: 'reset', reason: 'epoch' });
	expect(() => world.store.pull({ ...input, schema: 0 }, SEEDED.device)).toThrow(
		expect.objectContaining({ refusal: 'upgrade_required', status: 426 }) as Error
	);
});

test('an app that says hello with another schema starts over once', async () => {
	phone.pull();
	await phone.hello({ schema: 2 });
	expect(phone.page()).toEqual({ kind: 'reset', reason: 'schema' });
	phone.cookie = phone.greeting!.headSeq;
	expect(phone.page()).toMatchObject({ kind: 'page' });
});

test('[I34] a row changed by hand is sent with a hash of what it now says, before anything re-hashed it', async () => {
	const [cartonId] = (await world.cartons(1, 'packed')) as [string];
	phone.pull();
	const version = phone.rows.get(`cartons/${cartonId}`)!.version;
	world.store.read((db) => db.prepare(`UPDATE carton SET location_id = 'l-by-hand' WHERE id = ?`).run(cartonId));
	expect(world.value('SELECT content_hash FROM carton WHERE id = ?', cartonId)).toBeNull();
	phone.pull();
	const sent = phone.rows.get(`cartons/${cartonId}`)!;
	expect(sent).toMatchObject({ version: version + 1, row: { locationId: 'l-by-hand' }, hash: contentHash(sent.row) });
});
