/**
 * A command given at the desk: the same rules, log and group as a phone's mutation, under a replica of the person's own,
 * whose mids the server counts itself. There is one history and one place where rules are enforced.
 */
import { COMMAND_VERSION } from '#lib/protocol/command-args.ts';
import type { Mutation, Verdict } from '#lib/protocol/envelope.ts';
import { SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { Database, DeskCommand } from '#lib/server/store/store-port.ts';
import { deskActor } from './actor.ts';
import { alreadyDecided, decideMutations } from './decide-mutations.ts';
import { advanceReplica, findReplica, registerReplica } from './replicas.ts';
import type { SyncContext } from './sync-context.ts';

export const deskReplica = (personId: string): string => `desk:${personId}`;

/** Inside the group's transaction. A uid that was decided gets its stored verdict, whoever sends it. */
export function decideDeskCommand(
	db: Database,
	context: SyncContext,
	desk: DeskCommand,
	alone: boolean
): { verdict: Verdict; isFresh: boolean } {
	const { personId, command, uid, occurredAt, undoes } = desk;
	const receivedAt = context.clock().toISOString();
	const replicaId = deskReplica(personId);
	const replica = findReplica(db, replicaId) ?? registerReplica(db, replicaId, null, receivedAt);
	const mutation: Mutation = {
		uid,
		mid: replica.lmid + 1,
		name: command.name,
		version: COMMAND_VERSION,
		schema: SCHEMA_CURRENT,
		args: JSON.stringify(command.args),
		actorId: personId,
		deviceTime: occurredAt ?? receivedAt,
		clockOffset: 0,
		...(undoes === undefined ? {} : { undoes })
	};
	const known = alreadyDecided(db, [mutation]);
	const before = known.get(uid);
	if (before !== undefined) return { verdict: before.verdict, isFresh: false };
	const actorOf = (id: string) => deskActor(db, id);
	const run = { db, context, replicaId, deviceId: null, known, receivedAt, actorOf };
	const [verdict] = decideMutations(run, [mutation], alone);
	advanceReplica(db, replicaId, mutation.mid, receivedAt);
	return { verdict: verdict!, isFresh: true };
}
