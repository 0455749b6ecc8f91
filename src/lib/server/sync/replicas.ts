/**
 * Devices and their replicas, as a call finds them: a device is authenticated by its own credential before it gets here,
 * and its status is read again inside the transaction that acts for it (I9, I26).
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { TransportError } from './transport-error.ts';

export interface Replica {
	id: string;
	deviceId: string | null;
	warehouseId: string | null;
	lmid: number;
	durableLmid: number;
	schema: number;
	resetBelow: number;
	resetReason: 'scope' | 'schema' | null;
}

const SELECT = `SELECT id, device_id AS deviceId, warehouse_id AS warehouseId, lmid, durable_lmid AS durableLmid, schema, reset_below AS resetBelow, reset_reason AS resetReason FROM replica`;

/** @throws TransportError `device_unknown`, `device_revoked` */
export function requireDevice(db: Database, deviceId: string): void {
	const status = statusOf(db, deviceId);
	if (status === undefined) throw new TransportError('device_unknown', 'This device is not known here.');
	if (status !== 'active') throw new TransportError('device_revoked', 'This device was revoked.');
}

const statusOf = (db: Database, deviceId: string | null): string | undefined =>
	sql<{ status: string }>(db, `SELECT status FROM device WHERE id = ?`).get(deviceId)?.status;

/** Its status now: it may have been revoked since it spoke. */
export const isActive = (db: Database, deviceId: string): boolean =>
	sql(db, `SELECT 1 FROM device WHERE id = ? AND status = 'active'`).get(deviceId) !== undefined;

export function findReplica(db: Database, id: string): Replica | null {
	return sql<Replica>(db, `${SELECT} WHERE id = ?`).get(id) ?? null;
}

/**
 * The replica of this device.
 * @throws TransportError `mid_taken` when it is another device's: a cloned profile takes a new replicaId and renumbers. [I26]
 * `device_revoked` when that one was revoked: a browser that signed in anew hands its old queue back instead of pushing it
 */
export function ownReplica(db: Database, id: string, deviceId: string): Replica | null {
	const replica = findReplica(db, id);
	if (replica !== null && replica.deviceId !== deviceId) {
		if (statusOf(db, replica.deviceId) === 'revoked')
			throw new TransportError('device_revoked', 'The device that this replica belongs to was revoked.');
		throw new TransportError('mid_taken', 'This replica belongs to another device.');
	}
	return replica;
}

/** Registers a replica that was not seen before. `deviceId` null: the desk's own. */
export function registerReplica(db: Database, id: string, deviceId: string | null, now: string): Replica {
	sql(db, `INSERT INTO replica (id, device_id, last_seen_at) VALUES (?, ?, ?)`).run(id, deviceId, now);
	return { id, deviceId, warehouseId: null, lmid: 0, durableLmid: 0, schema: 1, resetBelow: 0, resetReason: null };
}

/**
 * Every mid up to `lmid` is decided, and waits no longer on the phone. `isJournaled`: the journal says later how much of it is
 * durable (sync §6); else what is committed with a full flush is.
 */
export function advanceReplica(db: Database, id: string, lmid: number, now: string, isJournaled: boolean): void {
	sql(
		db,
		`UPDATE replica SET reported_queue = max(0, reported_queue - (? - lmid)), lmid = ?, durable_lmid = CASE WHEN ? THEN durable_lmid ELSE ? END, last_seen_at = ? WHERE id = ?`
	).run(lmid, lmid, isJournaled ? 1 : 0, lmid, now, id);
}

/** An installation with one warehouse asks nobody to choose it: a replica that said hello has one, where there is any. */
export const firstWarehouse = (db: Database): string | null =>
	sql<{ id: string }>(db, `SELECT id FROM warehouse ORDER BY code LIMIT 1`).get()?.id ?? null;

/** [I10] Its hello was heard. A push alone, or what a journal remembers, gives it no scope. */
export const hasScope = (db: Database, replica: Replica | null): replica is Replica =>
	replica !== null && (replica.warehouseId !== null || firstWarehouse(db) === null);

/** The feed scopes that a replica receives. */
export const scopesOfWarehouse = (warehouseId: string | null): string[] =>
	warehouseId === null ? ['*'] : ['*', `warehouse:${warehouseId}`];

/**
 * The feed scopes of a replica of this device. Null: it must say hello first.
 * @throws TransportError `device_unknown`, `device_revoked`, `mid_taken`
 */
export function scopesOfReplica(db: Database, id: string, deviceId: string): string[] | null {
	requireDevice(db, deviceId);
	const replica = ownReplica(db, id, deviceId);
	return hasScope(db, replica) ? scopesOfWarehouse(replica.warehouseId) : null;
}

/** [I24] What phones sent up to here stands in a journal that is flushed. */
export function noteDurable(db: Database, replicas: ReadonlyMap<string, number>): void {
	const note = sql(db, 'UPDATE replica SET durable_lmid = max(durable_lmid, ?) WHERE id = ?');
	for (const [id, lmid] of replicas) note.run(lmid, id);
}

/** The same of everything: a backup has it. */
export const noteAllDurable = (db: Database): void =>
	void sql(db, 'UPDATE replica SET durable_lmid = lmid WHERE durable_lmid < lmid').run();
