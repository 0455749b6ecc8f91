/**
 * The running sums that make "phone and server hold the same" a comparison of two numbers (I15): what each row in a scope
 * adds is kept beside its membership, and triggers keep the sum. A row that something else than this program wrote has no
 * hash or no digest; it is made anew before the group's COMMIT, and readers allow for it meanwhile.
 */
import type { Database } from 'better-sqlite3';
import { isSyncedTable, type TableDigests } from '#lib/protocol/envelope.ts';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import type { SyncedTable } from '#lib/domain/rows.ts';
import { setDigest } from './row-digest.ts';
import { readStored } from './rows.ts';
import { sql } from './sql.ts';
import { TABLES } from './synced-tables.ts';

/** 2^52, as `protocol/canonical.ts` counts. SQLite's integers hold the sum of two of them. */
export const DIGEST_MODULUS = 2 ** 52;

const UNDIGESTED = `SELECT DISTINCT "table", row_id AS rowId FROM in_scope WHERE digest IS NULL`;

/** Gives every row that lacks them its hash and its digest. Inside a write transaction. @returns how many rows */
export function settleDigests(db: Database): number {
	const waiting = sql<{ table: string; rowId: string }>(db, UNDIGESTED).all();
	for (const { table, rowId } of waiting) {
		if (!isSyncedTable(table)) continue;
		const stored = readStored(db, table, rowId);
		if (stored === null) continue;
		const hash = stored.hash ?? contentHash(stored.row);
		if (stored.hash === null) {
			sql(db, `UPDATE ${TABLES[table].sqlName} SET content_hash = ? WHERE id = ?`).run(hash, rowId);
		}
		setDigest(db, table, rowId, rowDigest(table, rowId, stored.version, hash));
	}
	return waiting.length;
}

/** Per table what the scopes hold together. The scopes of one replica share no row. */
export function scopeDigests(db: Database, scopes: readonly string[]): TableDigests {
	const tables: TableDigests = {};
	const add = (table: string, count: number, sum: number) => {
		if (!isSyncedTable(table)) return;
		const so = tables[table] ?? { count: 0, sum: 0 };
		tables[table] = { count: so.count + count, sum: addDigest(so.sum, sum) };
	};
	const sums = sql<{ table: string; count: number; sum: number }>(
		db,
		`SELECT "table", count, sum FROM digest_sum WHERE scope IN (SELECT value FROM json_each(?)) AND count > 0`
	).all(JSON.stringify(scopes));
	for (const { table, count, sum } of sums) add(table, count, sum);

	const undigested = sql<{ table: string; rowId: string }>(
		db,
		`SELECT "table", row_id AS rowId FROM in_scope WHERE digest IS NULL AND scope IN (SELECT value FROM json_each(?))`
	).all(JSON.stringify(scopes));
	for (const { table, rowId } of undigested) {
		const stored = isSyncedTable(table) ? readStored(db, table, rowId) : null;
		if (stored !== null)
			add(table, 0, rowDigest(table as SyncedTable, rowId, stored.version, stored.hash ?? contentHash(stored.row)));
	}
	return tables;
}

/** The same sums counted from the rows themselves: what the running sums must equal. For checks, not for phones. */
export function recomputedDigests(db: Database, scopes: readonly string[]): TableDigests {
	const tables: TableDigests = {};
	const members = sql<{ table: string; rowId: string }>(
		db,
		`SELECT "table", row_id AS rowId FROM in_scope WHERE scope IN (SELECT value FROM json_each(?))`
	).all(JSON.stringify(scopes));
	for (const { table, rowId } of members) {
		if (!isSyncedTable(table)) continue;
		const stored = readStored(db, table, rowId);
		if (stored === null) continue;
		const so = tables[table] ?? { count: 0, sum: 0 };
		tables[table] = {
			count: so.count + 1,
			sum: addDigest(so.sum, rowDigest(table, rowId, stored.version, contentHash(stored.row)))
		};
	}
	return tables;
}
