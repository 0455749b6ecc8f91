/**
 * One page of the feed for one replica: rows, lmid and verdicts read in one read transaction, so that a complete pull is a
 * state that the server really had (I10, I11). Patches say what a row is now, not what happened to it, so they may be
 * repeated and resumed (I12).
 *
 * More than `SNAPSHOT_AFTER_CHANGES` behind, the answer is the reset `floor`, as below the floor: a snapshot is cheaper
 * than pages. Only while a snapshot that is no further than the cookie is being served, pages it is, so that a phone that
 * just loaded that snapshot is never sent back to it.
 */
import { isSyncedTable, type Patch, type PullInput, type PullOutput } from '#lib/protocol/envelope.ts';
import type { SyncedTable } from '#lib/domain/rows.ts';
import { contentHash } from '#lib/protocol/canonical.ts';
import { SCHEMA_MIN, SNAPSHOT_AFTER_CHANGES } from '#lib/protocol/version.ts';
import { headSeq } from '#lib/server/store/group-commit.ts';
import { readSettlements } from '#lib/server/store/refusal-rows.ts';
import { readMany } from '#lib/server/store/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { hasScope, ownReplica, requireDevice, scopesOfWarehouse } from './replicas.ts';
import type { SyncContext } from './sync-context.ts';
import { readMeta } from './sync-meta.ts';
import { TransportError } from './transport-error.ts';
import { verdictsAfter } from './verdicts.ts';

const reset = (reason: Extract<PullOutput, { kind: 'reset' }>['reason']): PullOutput => ({ kind: 'reset', reason });

/**
 * Inside a read transaction.
 * @param snapshotSeq how far the snapshot reaches that this scope would be given now, or null
 * @throws TransportError `device_unknown`, `device_revoked`, `upgrade_required`, `replica_ahead`, `mid_taken`
 */
export function readPage(
	db: Database,
	context: SyncContext,
	input: PullInput,
	deviceId: string,
	snapshotSeq: (scope: string, schema: number) => number | null
): PullOutput {
	requireDevice(db, deviceId);
	if (input.schema < SCHEMA_MIN)
		throw new TransportError('upgrade_required', 'This app is too old to read the answer.');
	const { epoch, floorSeq } = readMeta(db);
	if (input.epoch !== epoch) return reset('epoch');
	const { cookie } = input;
	const head = headSeq(db);
	const replica = ownReplica(db, input.replicaId, deviceId);
	if (cookie > head || input.ackResultsThrough > (replica?.lmid ?? 0)) {
		throw new TransportError('replica_ahead', 'This replica knows more than the server.');
	}
	if (!hasScope(db, replica)) return reset('scope');
	if (cookie < replica.resetBelow) return reset(replica.resetReason ?? 'scope');
	if (cookie < floorSeq) return reset('floor');
	const scopes = scopesOfWarehouse(replica.warehouseId);
	if (isFarBehind(db, scopes, cookie, head) && (snapshotSeq(scopes.at(-1)!, input.schema) ?? head) > cookie)
		return reset('floor');

	const changes = sql<{ seq: number; table: string; rowId: string }>(
		db,
		`SELECT seq, "table", row_id AS rowId FROM change WHERE seq > ? AND scope IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?`
	).all(cookie, JSON.stringify(scopes), input.limit);
	const more = changes.length === input.limit && changes.at(-1)!.seq < head;
	const { lmid, durableLmid } = replica;
	const settlements = more ? [] : readSettlements(db, input.handed ?? [], deviceId);
	return {
		kind: 'page',
		cookie: more ? changes.at(-1)!.seq : head,
		lmid,
		// The phone takes lmid and verdicts from the last page; earlier ones would only repeat them.
		results: more ? [] : verdictsAfter(db, input.replicaId, input.ackResultsThrough),
		patch: patchOf(db, changes, scopes),
		more,
		headSeq: head,
		durableLmid,
		...(settlements.length === 0 ? {} : { settlements })
	};
}

function isFarBehind(db: Database, scopes: readonly string[], cookie: number, head: number): boolean {
	if (head - cookie <= SNAPSHOT_AFTER_CHANGES) return false;
	const behind = sql<{ n: number }>(
		db,
		`SELECT count(*) AS n FROM (SELECT 1 FROM change WHERE seq > ? AND scope IN (SELECT value FROM json_each(?)) LIMIT ?)`
	).get(cookie, JSON.stringify(scopes), SNAPSHOT_AFTER_CHANGES + 1);
	return (behind?.n ?? 0) > SNAPSHOT_AFTER_CHANGES;
}

/** What each changed row is now, once, in the order of its last change on this page. */
function patchOf(
	db: Database,
	changes: readonly { table: string; rowId: string }[],
	scopes: readonly string[]
): Patch[] {
	const idsByTable = new Map<SyncedTable, Set<string>>();
	for (const { table, rowId } of changes) {
		if (!isSyncedTable(table)) continue;
		const ids = idsByTable.get(table) ?? new Set();
		// Taken out and put in again: a row stands where it changed last.
		ids.delete(rowId);
		idsByTable.set(table, ids.add(rowId));
	}
	const patch: Patch[] = [];
	for (const [table, ids] of idsByTable) {
		const members = membersOf(db, table, [...ids], scopes);
		const stored = new Map(readMany(db, table, [...members]).map((row) => [row.row.id, row]));
		for (const id of ids) {
			const found = stored.get(id);
			if (found === undefined) patch.push({ op: 'gone', table, id });
			else
				patch.push({
					op: 'put',
					table,
					id,
					version: found.version,
					hash: found.hash ?? contentHash(found.row),
					row: found.row
				});
		}
	}
	return patch;
}

/** [I27] Which of these rows the replica may hold now. */
function membersOf(db: Database, table: SyncedTable, ids: readonly string[], scopes: readonly string[]): Set<string> {
	const rows = sql<{ rowId: string }>(
		db,
		`SELECT row_id AS rowId FROM in_scope WHERE "table" = ? AND row_id IN (SELECT value FROM json_each(?)) AND scope IN (SELECT value FROM json_each(?))`
	).all(table, JSON.stringify(ids), JSON.stringify(scopes));
	return new Set(rows.map(({ rowId }) => rowId));
}
