/**
 * Refusals that workers handed to the office, to SQL and back. No phone keeps them; that there is news follows by trigger.
 */
import type { Database } from 'better-sqlite3';
import type { RefusalRow } from '#lib/domain/rows.ts';
import type { Settlement } from '#lib/protocol/envelope.ts';
import { sql } from './sql.ts';

type RefusalRecord = Omit<RefusalRow, 'arguments'> & { arguments: string };

/** Rows by id, in no particular order; those that do not exist are absent. */
export function readRefusals(db: Database, ids: readonly string[]): RefusalRow[] {
	if (ids.length === 0) return [];
	return sql<RefusalRecord>(
		db,
		`SELECT id, command, arguments, code, note, handed_by AS handedBy, handed_at AS handedAt, settled_by AS settledBy, settled_at AS settledAt, settlement FROM refusal WHERE id IN (SELECT value FROM json_each(?))`
	)
		.all(JSON.stringify(ids))
		.map((record) => ({ ...record, arguments: JSON.parse(record.arguments) as Record<string, unknown> }));
}

/**
 * [§11, I27] What the office did about these refusals, as far as it has settled them; only of those that were given to a
 * replica of this device.
 */
export function readSettlements(db: Database, ids: readonly string[], deviceId: string): Settlement[] {
	if (ids.length === 0) return [];
	return sql<Settlement>(
		db,
		`SELECT refusal.id AS refusalId, settled_by AS "by", settled_at AS "at", coalesce(settlement, '') AS note FROM refusal JOIN mutation_result ON mutation_result.uid = refusal.id JOIN replica ON replica.id = mutation_result.replica_id WHERE refusal.id IN (SELECT value FROM json_each(?)) AND settled_at IS NOT NULL AND replica.device_id = ?`
	).all(JSON.stringify(ids), deviceId);
}

/** New, or settled since. */
export function saveRefusal(db: Database, row: RefusalRow): void {
	sql(
		db,
		`INSERT INTO refusal (id, command, arguments, code, note, handed_by, handed_at, settled_by, settled_at, settlement) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET settled_by = excluded.settled_by, settled_at = excluded.settled_at, settlement = excluded.settlement`
	).run(
		row.id,
		row.command,
		JSON.stringify(row.arguments),
		row.code,
		row.note,
		row.handedBy,
		row.handedAt,
		row.settledBy,
		row.settledAt,
		row.settlement
	);
}
