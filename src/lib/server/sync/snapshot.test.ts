import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import type { SnapshotFile } from '#lib/server/store/store-port.ts';
import type { SnapshotHeader, SnapshotLine, SnapshotTrailer, TableDigests } from '#lib/protocol/envelope.ts';
import { createWorld, SEEDED, type TestWorld, type WorldOptions } from '../../../../tests/support/world.ts';

// Every COMMIT is flushed to a disk that other tests are using as well.
vi.setConfig({ testTimeout: 30_000 });

let world: TestWorld;
afterEach(() => world.close());

const open = async (on: WorldOptions['on']) => {
	world = await createWorld({ on: on! });
	await world.cartons(3, 'labeled', await world.shipment());
	await world.cartons(2, 'packed');
};

function read(file: SnapshotFile): { header: SnapshotHeader; lines: SnapshotLine[]; trailer: SnapshotTrailer } {
	const parts = gunzipSync(readFileSync(file.path)).toString('utf8').trimEnd().split('\n');
	const parsed = parts.map((part) => JSON.parse(part) as unknown);
	return {
		header: parsed[0] as SnapshotHeader,
		lines: parsed.slice(1, -1) as SnapshotLine[],
		trailer: parsed.at(-1) as SnapshotTrailer
	};
}

test.for(['disk', 'memory'] as const)(
	'[I15, I27] on %s: header, every row of the scope once, counts and sums',
	async (on) => {
		await open(on);
		const file = await world.store.snapshot('warehouse:w-paris', 1);
		const { header, lines, trailer } = read(file);
		expect(header).toEqual({
			escale: 'snapshot',
			name: file.name,
			epoch: world.store.epoch,
			seq: world.value('SELECT max(seq) FROM change'),
			scope: 'warehouse:w-paris',
			schema: 1,
			rows: lines.length
		});
		const phone = await world.phone('r1', { warehouseId: 'w-paris' });
		phone.pull();
		expect(new Map(lines.map(([table, version, hash, row]) => [`${table}/${row.id}`, { row, version, hash }]))).toEqual(
			phone.rows
		);
		const tables: TableDigests = {};
		for (const [table, version, hash, row] of lines) {
			expect(contentHash(row)).toBe(hash);
			const so = tables[table] ?? { count: 0, sum: 0 };
			tables[table] = { count: so.count + 1, sum: addDigest(so.sum, rowDigest(table, row.id, version, hash)) };
		}
		expect(trailer).toEqual({ end: true, tables });
		expect(file.size).toBe(readFileSync(file.path).length);
	}
);

test('a phone that loaded it and pulled holds what the server has', async () => {
	await open('disk');
	const file = await world.store.snapshot('warehouse:w-paris', 1);
	const { lines, header } = read(file);
	const later = await world.cartons(1, 'packed');
	const phone = await world.phone('r1', { warehouseId: 'w-paris' });
	for (const [table, version, hash, row] of lines) phone.rows.set(`${table}/${row.id}`, { row, version, hash });
	phone.cookie = header.seq;
	expect(phone.pull().map(({ id }) => id)).toEqual(later);
	expect([...phone.rows.keys()].sort()).toEqual(
		world
			.rows<{ k: string }>(
				`SELECT "table" || '/' || row_id AS k FROM in_scope WHERE scope IN ('*', 'warehouse:w-paris') ORDER BY 1`
			)
			.map(({ k }) => k)
	);
});

test('it is built once in five minutes, for all who ask at once, and replaced then', async () => {
	await open('disk');
	const [a, b] = await Promise.all([
		world.store.snapshot('warehouse:w-paris', 1),
		world.store.snapshot('warehouse:w-paris', 1)
	]);
	expect(b).toBe(a);
	await world.cartons(1, 'packed');
	world.advance(4 * 60_000);
	expect(await world.store.snapshot('warehouse:w-paris', 1)).toBe(a);
	expect((await world.store.snapshot('*', 1)).etag).not.toBe(a!.etag);
	world.advance(2 * 60_000);
	const next = await world.store.snapshot('warehouse:w-paris', 1);
	expect(next.seq).toBeGreaterThan(a!.seq);
	expect(next.etag).not.toBe(a!.etag);
	expect(existsSync(a!.path)).toBe(false);
	expect(existsSync(next.path)).toBe(true);
});

test('the files go when the server stops', async () => {
	await open('disk');
	const { path } = await world.store.snapshot('*', 1);
	expect(existsSync(path)).toBe(true);
	await world.restart();
	expect(existsSync(dirname(path))).toBe(false);
});

test('[I10] whoever has not said hello has no scope, and is told to do that first', async () => {
	await open('memory');
	await expect(world.store.snapshotFor('nobody', 1, SEEDED.device)).rejects.toMatchObject({ refusal: 'epoch' });
	const phone = await world.phone('r1');
	await world.raw(`UPDATE replica SET warehouse_id = NULL WHERE id = 'r1'`);
	await expect(world.store.snapshotFor('r1', 1, SEEDED.device)).rejects.toMatchObject({ refusal: 'epoch' });
	await phone.hello();
	expect((await world.store.snapshotFor('r1', 1, SEEDED.device)).name).toContain('warehouse_w_');
});

test('files that a killed server left behind go at the next start', async () => {
	await open('disk');
	const left = join(dirname(world.file), `escale-snapshots-${world.store.instance}-killed`);
	await world.restart(() => mkdirSync(left));
	expect(existsSync(left)).toBe(false);
});

test('[I27] what was being built when a phone moved into the scope is not given to the next', async () => {
	await open('disk');
	const phone = await world.phone('r1', { warehouseId: 'w-lyon' });
	const [before] = await Promise.all([
		world.store.snapshot('warehouse:w-paris', 1),
		phone.hello({ warehouseId: 'w-paris' })
	]);
	const after = await world.store.snapshotFor('r1', 1, SEEDED.device);
	expect(after.seq).toBeGreaterThan(before.seq);
	phone.cookie = after.seq;
	expect(phone.page()).toMatchObject({ kind: 'page' });
});

test('writes go on while it is built, and it shows the moment that it began', async () => {
	await open('disk');
	await world.raw(
		`INSERT INTO product (id, sku, name) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) SELECT 'bulk-' || i, 'BULK-' || i, 'bulk' FROM n`
	);
	const seq = world.value<number>('SELECT max(seq) FROM change');
	const building = world.store.snapshot('warehouse:w-paris', 1);
	await world.raw(`DELETE FROM product WHERE id LIKE 'bulk-%'`);
	const { header, lines, trailer } = read(await building);
	expect(header).toMatchObject({ seq, rows: lines.length });
	expect(lines.filter(([table]) => table === 'products')).toHaveLength(9_003);
	expect(trailer.tables.products?.count).toBe(9_003);
}, 120_000);
