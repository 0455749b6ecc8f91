/**
 * The first thing a phone says: it registers its replica under its device, hears where the server stands, and has its
 * carton code leases topped up. Runs inside the group's transaction; it may be said as often as one likes.
 */
import type { HelloInput, HelloOutput } from '#lib/protocol/envelope.ts';
import { SCHEMA_CURRENT, SCHEMA_MIN } from '#lib/protocol/version.ts';
import { badgeSignIns } from '#lib/server/access/badge-switch.ts';
import { topUpLeases } from '#lib/server/store/allocators.ts';
import { headSeq } from '#lib/server/store/group-commit.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { keepReport, lostOf, noteReturn } from './phone-report.ts';
import { healFrom } from './healing.ts';
import { firstWarehouse, ownReplica, registerReplica, requireDevice, type Replica } from './replicas.ts';
import type { SyncContext } from './sync-context.ts';
import { readMeta } from './sync-meta.ts';

export interface Greeted {
	output: HelloOutput;
	/** The replica has another warehouse than before: a snapshot of that scope must be newer than this. */
	movedTo: string | null;
}

/** @throws TransportError `device_unknown`, `device_revoked`, `mid_taken` */
export function greet(db: Database, context: SyncContext, input: HelloInput, deviceId: string): Greeted {
	requireDevice(db, deviceId);
	const now = context.clock().toISOString();
	const { replicaId } = input;
	const found = ownReplica(db, replicaId, deviceId);
	const replica = found ?? registerReplica(db, replicaId, deviceId, now);
	if (found === null) noteReturn(db, deviceId, input, now);
	const warehouseId = knownWarehouse(db, input.warehouseId) ?? replica.warehouseId ?? firstWarehouse(db);
	const hasMoved = found !== null && warehouseId !== found.warehouseId;
	const hasNewSchema = found !== null && input.schema !== found.schema;
	if (hasMoved || hasNewSchema) setBarrier(db, replica, hasMoved ? 'scope' : 'schema');
	sql(db, `UPDATE replica SET warehouse_id = ?, last_seen_at = ?, schema = ? WHERE id = ?`).run(
		warehouseId,
		now,
		input.schema,
		replicaId
	);
	keepReport(db, input, now);
	sql(db, `UPDATE device SET last_seen_at = ? WHERE id = ?`).run(now, deviceId);
	const lost = lostOf(db, deviceId);
	const leases = topUpLeases(db, context.highWater, replicaId, input.leases, now);
	const { epoch, floorSeq } = readMeta(db);
	const from = healFrom(db, replicaId, input.healedEpoch);
	return {
		output: {
			epoch,
			lmid: replica.lmid,
			headSeq: headSeq(db),
			floorSeq,
			schemaMin: SCHEMA_MIN,
			schemaCurrent: SCHEMA_CURRENT,
			serverNow: now,
			durableLmid: replica.durableLmid,
			leases,
			warehouseId,
			siteTimeZone: context.siteTimeZone,
			badgeSignIns: badgeSignIns(db, deviceId, now),
			...(from === null ? {} : { healFrom: from }),
			...(lost === null ? {} : { lost })
		},
		movedTo: hasMoved ? warehouseId : null
	};
}

function knownWarehouse(db: Database, id: string | null): string | null {
	if (id === null) return null;
	return sql<{ id: string }>(db, `SELECT id FROM warehouse WHERE id = ?`).get(id)?.id ?? null;
}

/**
 * What the phone holds is of another scope or schema from here on. The barrier is a seq of its own, so that a snapshot
 * taken before it and one taken after it cannot be mistaken for each other.
 */
function setBarrier(db: Database, { id }: Replica, reason: 'scope' | 'schema'): void {
	const barrier = sql(db, `INSERT INTO change (scope, "table", row_id, op) VALUES (?, '', '', 'gone')`).run(
		`replica:${id}`
	);
	sql(db, `UPDATE replica SET reset_below = ?, reset_reason = ? WHERE id = ?`).run(
		Number(barrier.lastInsertRowid),
		reason,
		id
	);
}
