/**
 * Saves rows that no command makes yet: people, products, contacts, destinations, warehouses, locations, and what a demo or
 * an import brings. They pass through the same feed, hashes and sums as what a scan changes.
 */
import type { Database } from 'better-sqlite3';
import type { SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { contentHash } from '#lib/protocol/canonical.ts';
import { readMany, saveRow } from './rows.ts';

/** Inserts or replaces; rows that read the same stay untouched. @returns how many were saved */
export function saveRows<T extends SyncedTable>(db: Database, table: T, rows: readonly SyncedRows[T][]): number {
	const known = new Map(
		readMany(
			db,
			table,
			rows.map(({ id }) => id)
		).map((stored) => [stored.row.id, stored])
	);
	let saved = 0;
	for (const row of rows) {
		const stored = known.get(row.id);
		if (stored !== undefined && (stored.hash ?? contentHash(stored.row)) === contentHash(row)) continue;
		saveRow(db, table, row, stored?.version ?? 0);
		saved++;
	}
	return saved;
}
