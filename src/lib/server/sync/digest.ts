/**
 * Do phone and server hold the same (I15)? The answer is the running sums of the replica's scope, or `moved` when the phone
 * is not at the head of that scope and comparing would mean nothing.
 */
import type { DigestInput, DigestOutput } from '#lib/protocol/envelope.ts';
import { scopeDigests } from '#lib/server/store/digest-sums.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { hasScope, ownReplica, requireDevice, scopesOfWarehouse } from './replicas.ts';
import { readMeta } from './sync-meta.ts';

/** Inside a read transaction. @throws TransportError `device_unknown`, `device_revoked`, `mid_taken` */
export function readDigest(db: Database, input: DigestInput, deviceId: string): DigestOutput {
	requireDevice(db, deviceId);
	const replica = ownReplica(db, input.replicaId, deviceId);
	const { epoch, floorSeq } = readMeta(db);
	const { cookie } = input;
	if (!hasScope(db, replica) || input.epoch !== epoch || cookie < floorSeq || cookie < replica.resetBelow)
		return { kind: 'moved' };
	const scopes = scopesOfWarehouse(replica.warehouseId);
	const hasNews = sql(
		db,
		`SELECT 1 FROM change WHERE seq > ? AND scope IN (SELECT value FROM json_each(?)) LIMIT 1`
	).get(cookie, JSON.stringify(scopes));
	return hasNews === undefined ? { kind: 'digest', tables: scopeDigests(db, scopes) } : { kind: 'moved' };
}
