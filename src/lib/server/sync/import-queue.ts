/**
 * A phone's queue that came as a file: the same questions and the same rules as a push of that phone's (sync §4), but for its mids.
 * Those are the phone's own to say, and when it comes back and says them, it hears the verdicts that were made here (I31).
 */
import type { Verdict } from '#lib/protocol/envelope.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, ImportedQueue } from '#lib/server/store/store-port.ts';
import { alreadyDecided, decideMutations } from './decide-mutations.ts';
import type { HereDecided } from './desk-command.ts';
import { isFromNewerClient } from './mutation-reading.ts';
import { actorsOf } from './push.ts';
import { advanceReplica, findReplica, registerReplica, requireDevice } from './replicas.ts';
import { healingNow } from './restore-report.ts';
import type { SyncContext } from './sync-context.ts';
import { TransportError } from './transport-error.ts';

/** More at once would make phones wait. */
export const MAX_IMPORT_MUTATIONS = 500;

/** The log of what was imported for a phone. It belongs to no device, so it is no phone in any list. */
const importReplica = (replicaId: string): string => `import:${replicaId}`;

/**
 * @param alone as in `decidePush`
 * @returns one each, up to the first that only a newer server can read
 * @throws TransportError
 */
export function decideImport(
	db: Database,
	context: SyncContext,
	{ replicaId, deviceId, mutations }: ImportedQueue,
	alone: boolean
): HereDecided[] {
	requireDevice(db, deviceId);
	if (healingNow(db) !== null) throw new TransportError('healing', 'Phones are being asked what they remember.');
	const receivedAt = context.clock().toISOString();
	const id = importReplica(replicaId);
	const replica = findReplica(db, id) ?? registerReplica(db, id, null, receivedAt);
	const known = alreadyDecided(db, mutations);
	const before = new Map([...known].map(([uid, { verdict }]) => [uid, verdict] as const));
	const newer = mutations.findIndex((mutation) => !before.has(mutation.uid) && isFromNewerClient(mutation));
	const readable = newer < 0 ? mutations : mutations.slice(0, newer);
	const fresh = readable
		.filter(({ uid }) => !before.has(uid))
		.map((mutation, i) => ({ ...mutation, mid: replica.lmid + 1 + i }));
	const run = { db, context, replicaId: id, deviceId, known, receivedAt, actorOf: actorsOf(db, deviceId) };
	const decided = fresh.length === 0 ? [] : decideMutations(run, fresh, alone);
	advanceReplica(db, id, replica.lmid + decided.length, receivedAt, context.isJournaled);
	// The phone will not have these to send any more, as it last said.
	sql(db, `UPDATE replica SET reported_queue = max(0, reported_queue - ?) WHERE id = ?`).run(decided.length, replicaId);
	const now = new Map<string, Verdict>(decided.map((verdict) => [verdict.uid, verdict]));
	return readable.map(({ uid }) => ({ verdict: before.get(uid) ?? now.get(uid)!, isFresh: !before.has(uid) }));
}
