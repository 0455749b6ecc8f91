import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SYNCED_TABLES, type SyncedTable } from '#lib/domain/rows.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { recomputedDigests, scopeDigests } from './digest-sums.ts';
import { TABLES } from './synced-tables.ts';
import { checkFeed, dropFeed, installFeed } from './triggers.ts';

// Every COMMIT is flushed to a disk that other tests are using as well.
vi.setConfig({ testTimeout: 30_000 });

let world: TestWorld;
beforeEach(async () => {
	world = await createWorld();
	const { shipmentId } = await world.plannedShipment(1);
	await world.cartons(1, 'packed');
	expect(shipmentId).toBeTruthy();
});
afterEach(() => world.close());

const head = () => world.value<number>('SELECT max(seq) FROM change');
const changesAfter = (seq: number) =>
	world.rows('SELECT scope, "table", row_id AS id, op FROM change WHERE seq > ? ORDER BY seq', seq);

/** A column of each table that a hand might change, and one row of it. */
const BY_HAND: Record<SyncedTable, string> = {
	warehouses: 'name',
	people: 'structure',
	locations: 'code',
	products: 'brand',
	destinations: 'city',
	contacts: 'address',
	shipments: 'notes',
	cartons: 'location_id',
	timeline: 'comment'
};

test.for([...SYNCED_TABLES])(
	'[I34] raw SQL on %s: a change row per scope, version raised, hash forgotten',
	async (table) => {
		const { sqlName } = TABLES[table];
		const id = world.value<string>(`SELECT row_id FROM in_scope WHERE "table" = ? LIMIT 1`, table);
		const [version, seq] = [world.value<number>(`SELECT version FROM ${sqlName} WHERE id = ?`, id), head()];
		// Straight on the connection: no group that could repair anything before its COMMIT.
		world.store.read((db) => db.prepare(`UPDATE ${sqlName} SET ${BY_HAND[table]} = 'by hand' WHERE id = ?`).run(id));
		const scopes = world.rows<{ scope: string }>(
			`SELECT scope FROM in_scope WHERE "table" = ? AND row_id = ?`,
			table,
			id
		);
		expect(changesAfter(seq)).toEqual(scopes.map(({ scope }) => ({ scope, table, id, op: 'put' })));
		expect(world.rows(`SELECT version, content_hash FROM ${sqlName} WHERE id = ?`, id)).toEqual([
			{ version: version + 1, content_hash: null }
		]);
		const seqBefore = head();
		await world.store.write(() => {});
		expect(world.value(`SELECT content_hash FROM ${sqlName} WHERE id = ?`, id)).toEqual(expect.any(Number));
		expect(head()).toBe(seqBefore);
	}
);

test.for([...SYNCED_TABLES])(
	'[I34] raw SQL that raises the version of %s but keeps the old hash does not keep it',
	(table) => {
		const { sqlName } = TABLES[table];
		const id = world.value<string>(`SELECT row_id FROM in_scope WHERE "table" = ? LIMIT 1`, table);
		const seq = head();
		world.store.read((db) =>
			db.prepare(`UPDATE ${sqlName} SET ${BY_HAND[table]} = 'x', version = version + 1 WHERE id = ?`).run(id)
		);
		expect(world.value(`SELECT content_hash FROM ${sqlName} WHERE id = ?`, id)).toBeNull();
		expect(changesAfter(seq).length).toBeGreaterThan(0);
	}
);

test.for([...SYNCED_TABLES])('[I34] a deleted row of %s leaves every scope', (table) => {
	const { sqlName } = TABLES[table];
	const id = world.value<string>(`SELECT row_id FROM in_scope WHERE "table" = ? LIMIT 1`, table);
	const seq = head();
	world.store.read((db) => db.prepare(`DELETE FROM ${sqlName} WHERE id = ?`).run(id));
	expect(changesAfter(seq)).toContainEqual({ scope: expect.any(String) as string, table, id, op: 'gone' });
	expect(world.value(`SELECT count(*) FROM in_scope WHERE "table" = ? AND row_id = ?`, table, id)).toBe(0);
});

test('[I34] raw INSERT OR REPLACE and upserts are noticed, and memberships stay single', () => {
	const seq = head();
	world.store.read((db) => {
		db.exec(`INSERT OR REPLACE INTO warehouse (id, code, name) VALUES ('w-paris', 'ORLY', 'replaced')`);
		db.exec(
			`INSERT INTO warehouse (id, code, name) VALUES ('w-paris', 'ORLY', 'upserted') ON CONFLICT (id) DO UPDATE SET name = excluded.name`
		);
		db.exec(`INSERT OR IGNORE INTO warehouse (id, code, name) VALUES ('w-new', 'NEW', 'new')`);
	});
	expect(changesAfter(seq).map(({ id, op }) => [id, op])).toEqual([
		['w-paris', 'put'],
		['w-paris', 'put'],
		['w-new', 'put']
	]);
	expect(world.value(`SELECT count(*) FROM in_scope WHERE row_id = 'w-paris'`)).toBe(1);
});

test('[I34] the id of a synced row cannot be changed', () => {
	expect(() => world.store.read((db) => db.exec(`UPDATE warehouse SET id = 'other' WHERE id = 'w-paris'`))).toThrow(
		'never changes'
	);
});

test('[I27] raw SQL on links, archive and warehouse moves rows between scopes', () => {
	const carton = world.value<string>(`SELECT id FROM carton WHERE shipment_id IS NULL`);
	const scopes = () =>
		world.rows<{ scope: string }>(`SELECT scope FROM in_scope WHERE row_id = ?`, carton).map(({ scope }) => scope);
	const shipment = world.value<string>(`SELECT id FROM shipment`);
	const run = (text: string) => world.store.read((db) => db.exec(text));
	expect(scopes()).toEqual(['warehouse:w-paris']);
	run(`UPDATE carton SET warehouse_id = 'w-lyon' WHERE id = '${carton}'`);
	expect(scopes()).toEqual(['warehouse:w-lyon']);
	run(`UPDATE carton SET shipment_id = '${shipment}' WHERE id = '${carton}'`);
	expect(scopes()).toEqual(['*']);
	run(`UPDATE shipment SET archived_at = '2026-01-01' WHERE id = '${shipment}'`);
	expect(scopes()).toEqual([]);
	run(`UPDATE shipment SET archived_at = NULL WHERE id = '${shipment}'`);
	expect(scopes()).toEqual(['*']);
	run(`UPDATE carton SET discarded_at = '2026-01-01' WHERE id = '${carton}'`);
	expect(scopes()).toEqual([]);
});

test('[I15] sums read while rows are without hash equal sums counted from the rows', () => {
	world.store.read((db) => db.exec(`UPDATE product SET name = upper(name); UPDATE carton SET location_id = 'l-a2'`));
	const scopes = ['*', 'warehouse:w-paris'];
	expect(world.value('SELECT count(*) FROM in_scope WHERE digest IS NULL')).toBeGreaterThan(3);
	expect(world.store.read((db) => scopeDigests(db, scopes))).toEqual(
		world.store.read((db) => recomputedDigests(db, scopes))
	);
});

test('[I34] a start with a trigger missing is stopped, one with a changed trigger too', async () => {
	await world.store.write((db) => db.exec('DROP TRIGGER feed_carton_update'));
	expect(() => world.store.read((db) => checkFeed(db, 'x.db'))).toThrow(/feed_carton_update/);
	await world.store.write((db) =>
		db.exec(`CREATE TRIGGER feed_carton_update AFTER UPDATE ON carton BEGIN SELECT 1; END`)
	);
	expect(() => world.store.read((db) => checkFeed(db, 'x.db'))).toThrow(
		expect.objectContaining({ name: 'StartRefusal', reason: 'feed_incomplete', file: 'x.db' }) as Error
	);
	world.store.read((db) => installFeed(db, 'x.db'));
	expect(() => world.store.read((db) => checkFeed(db, 'x.db'))).not.toThrow();
});

test('[I34] every start makes the feed anew', async () => {
	const onDisk = await createWorld({ on: 'disk' });
	await onDisk.store.write((db) => dropFeed(db));
	expect(onDisk.value(`SELECT count(*) FROM sqlite_master WHERE type = 'trigger'`)).toBe(0);
	await onDisk.restart();
	expect(onDisk.value(`SELECT count(*) FROM sqlite_master WHERE type = 'trigger'`)).toBeGreaterThan(40);
	await onDisk.close();
});

test('[T5] a renewed tracking link is remembered as revoked', async () => {
	const shipmentId = world.value<string>('SELECT id FROM shipment');
	const token = world.value<string>('SELECT tracking_token FROM shipment WHERE id = ?', shipmentId);
	expect(await world.desk({ name: 'shipment.renewLink', args: { shipmentId } }, SEEDED.people.admin)).toMatchObject({
		status: 'ok'
	});
	expect(world.rows('SELECT token, shipment_id FROM revoked_token')).toEqual([{ token, shipment_id: shipmentId }]);
	expect(world.value('SELECT tracking_token FROM shipment WHERE id = ?', shipmentId)).not.toBe(token);
});
