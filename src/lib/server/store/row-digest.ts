/** Keeps what one row adds to its scopes' running sums; the sums themselves are `digest-sums.ts` and triggers. */
import type { Database } from 'better-sqlite3';
import type { SyncedTable } from '#lib/domain/rows.ts';
import { sql } from './sql.ts';

/** What a saved row adds from now on, in every scope that it is in. */
export function setDigest(db: Database, table: SyncedTable, id: string, digest: number): void {
	sql(db, `UPDATE OR FAIL in_scope SET digest = ? WHERE "table" = ? AND row_id = ?`).run(digest, table, id);
}
