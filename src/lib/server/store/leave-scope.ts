/** Nightly: what was closed a month ago leaves the phones; its cartons and its timeline go along by trigger (sync §1). */
import { sql } from './sql.ts';
import type { Database } from './store-port.ts';

/** A closed case stays on the phones for so long (sync §1). */
const SCOPE_AFTER_CLOSING_MS = 30 * 24 * 3_600_000;

const LONG_CLOSED = `"table" = 'shipments' AND row_id IN (SELECT id FROM shipment WHERE closed_at IS NOT NULL AND closed_at < ?)`;

const leavingBefore = (now: Date): string => new Date(now.getTime() - SCOPE_AFTER_CLOSING_MS).toISOString();

/** Inside a write transaction. @returns how many shipments left */
export const dropLongClosed = (db: Database, now: Date): number =>
	sql(db, `DELETE FROM in_scope WHERE ${LONG_CLOSED}`).run(leavingBefore(now)).changes;

/** How many would leave. */
export const countLongClosed = (db: Database, now: Date): number =>
	sql<{ n: number }>(db, `SELECT count(*) AS n FROM in_scope WHERE ${LONG_CLOSED}`).get(leavingBefore(now))?.n ?? 0;
