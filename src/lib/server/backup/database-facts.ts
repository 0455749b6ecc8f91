/** What a manifest tells about a database, read from the database itself. */
import { isDeepStrictEqual } from 'node:util';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Manifest } from './manifest.ts';

export type Facts = Pick<Manifest, 'instance' | 'epoch' | 'headSeq' | 'schema' | 'counts' | 'digests'>;

/** Null: a database that was migrated and never served says of itself nothing yet. */
export function readFacts(db: Database): Facts | null {
	const meta = sql<{ instance: string; epoch: string; schemaCurrent: number }>(
		db,
		`SELECT instance, epoch, schema_current AS schemaCurrent FROM sync_meta WHERE id = 1`
	).get();
	if (meta === undefined) return null;
	const { instance, epoch, schemaCurrent } = meta;
	const latest = sql<{ name: string }>(db, `SELECT max(migration_name) AS name FROM _prisma_migrations`).get();
	const head = sql<{ seq: number }>(db, `SELECT seq FROM sqlite_sequence WHERE name = 'change'`).get();
	return {
		instance,
		epoch,
		headSeq: head?.seq ?? 0,
		schema: { latestMigration: latest?.name ?? '', schemaCurrent },
		counts: countRows(db),
		digests: sql<Facts['digests'][number]>(
			db,
			`SELECT scope, "table", count, sum FROM digest_sum ORDER BY scope, "table"`
		).all()
	};
}

function countRows(db: Database): Record<string, number> {
	const names = sql<{ name: string }>(
		db,
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	).all();
	return Object.fromEntries(
		names.map(({ name }) => {
			const row = sql<{ count: number }>(db, `SELECT count(*) AS count FROM "${name.replaceAll('"', '""')}"`).get();
			return [name, row?.count ?? 0];
		})
	);
}

/** Where a database differs from what a manifest says of it, a sentence each. */
export function factFaults(db: Database, told: Facts): string[] {
	const found = readFacts(db);
	if (found === null) return ['the database says nothing of itself'];
	const faults = (['instance', 'epoch', 'headSeq', 'schema', 'digests'] as const)
		.filter((key) => !isDeepStrictEqual(found[key], told[key]))
		.map((key) => `${key} is ${JSON.stringify(found[key])}, the manifest says ${JSON.stringify(told[key])}`);
	const tables = new Set([...Object.keys(found.counts), ...Object.keys(told.counts)]);
	for (const table of tables) {
		const [rows, expected] = [found.counts[table] ?? 0, told.counts[table] ?? 0];
		if (rows !== expected) faults.push(`${table} has ${rows} rows, the manifest says ${expected}`);
	}
	return faults;
}
