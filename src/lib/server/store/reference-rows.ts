/**
 * Saves rows that no command makes yet: people, products, contacts, destinations, warehouses, locations, and what a demo or
 * an import brings. They pass through the same feed, hashes and sums as what a scan changes.
 */
import type { Database } from 'better-sqlite3';
import { checkCartonCode } from '#lib/domain/carton-code.ts';
import type { CartonRow, SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { contentHash } from '#lib/protocol/canonical.ts';
import { raiseHead } from './allocators.ts';
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
		saveRow(db, table, row, stored ?? null);
		saved++;
	}
	if (table === 'cartons') skipCodes(db, rows as readonly CartonRow[]);
	return saved;
}

/** [R5] Codes of our own form that were brought along are never leased to a phone. */
function skipCodes(db: Database, cartons: readonly CartonRow[]): void {
	let highest = 0;
	for (const { code } of cartons) {
		const checked = checkCartonCode(code);
		if (checked.kind === 'valid') highest = Math.max(highest, checked.number);
	}
	if (highest > 0) raiseHead(db, 'carton', 0, highest + 1);
}
