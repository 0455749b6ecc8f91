/**
 * A command given to the server itself, at the desk, by a program or by the holder of a tracking link: the same rules, log and group as a
 * phone's mutation, under a replica of the person's, the key's or the link's own, whose mids the server counts itself. There is one
 * history and one place where rules are enforced.
 */
import { commandVersion } from '#lib/protocol/upcast.ts';
import type { Mutation, Verdict } from '#lib/protocol/envelope.ts';
import { SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { scopesNow } from '#lib/server/integrations/api-keys.ts';
import { ApiCommandRefused } from '#lib/server/integrations/api-command-refused.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { ApiCommand, Database, DeskCommand, JobCommand, LinkCommand } from '#lib/server/store/store-port.ts';
import { deskActor, linkActor, type Actor } from './actor.ts';
import { alreadyDecided, decideMutations } from './decide-mutations.ts';
import { advanceReplica, findReplica, registerReplica } from './replicas.ts';
import type { SyncContext } from './sync-context.ts';

/** `isFresh`: decided now, not remembered. */
export interface HereDecided {
	verdict: Verdict;
	isFresh: boolean;
}

interface Author {
	replicaId: string;
	/** Who the log says it was. */
	actorId: string;
	/** Null when they may not act any more. */
	actor: () => Actor | null;
}

export const deskReplica = (personId: string): string => `desk:${personId}`;
const linkReplica = (shipmentId: string): string => `link:${shipmentId}`;

export function decideDeskCommand(db: Database, context: SyncContext, desk: DeskCommand, alone: boolean): HereDecided {
	const { personId, signedInBy = 'password' } = desk;
	const author = {
		replicaId: deskReplica(personId),
		actorId: personId,
		actor: () => deskActor(db, personId, signedInBy)
	};
	return decideHere(db, context, author, desk, alone);
}

/** The server's own work: nobody's account. */
export function decideJobCommand(
	db: Database,
	context: SyncContext,
	{ job, ...given }: JobCommand,
	alone: boolean
): HereDecided {
	const replicaId = `job:${job}`;
	const actor: Actor = { personId: null, name: job, structure: 'Escale', role: 'admin' };
	return decideHere(db, context, { replicaId, actorId: replicaId, actor: () => actor }, given, alone);
}

/**
 * [§9] A key acts with its scopes, which are read again inside the transaction (I9); beyond them it may what a manager may.
 * @throws ApiCommandRefused
 */
export function decideApiCommand(db: Database, context: SyncContext, api: ApiCommand, alone: boolean): HereDecided {
	const { keyId, name, scope, fingerprint, uid } = api;
	const scopes = scopesNow(db, keyId, context.clock());
	if (scopes === null) throw new ApiCommandRefused('key_ended');
	if (!(scopes as readonly string[]).includes(scope)) throw new ApiCommandRefused('scope_missing');
	const before = sql<{ fingerprint: string }>(db, `SELECT fingerprint FROM api_request WHERE uid = ?`).get(uid);
	if (before !== undefined && before.fingerprint !== fingerprint) throw new ApiCommandRefused('uid_reused');
	const replicaId = `api:${keyId}`;
	const actor: Actor = { personId: null, name, structure: 'API', role: 'manager' };
	const decided = decideHere(db, context, { replicaId, actorId: replicaId, actor: () => actor }, api, alone);
	if (before === undefined) sql(db, `INSERT INTO api_request (uid, fingerprint) VALUES (?, ?)`).run(uid, fingerprint);
	return decided;
}

/** [T5] The token is looked at again inside the transaction: a link that was renewed meanwhile records nothing. */
export function decideLinkCommand(
	db: Database,
	context: SyncContext,
	{ token, args, uid }: LinkCommand,
	alone: boolean
): HereDecided {
	const replicaId = linkReplica(args.shipmentId);
	const author = { replicaId, actorId: replicaId, actor: () => linkActor(db, token, args) };
	// Whoever is not signed in must not learn what became of somebody's mutation by naming its uid.
	return decideHere(db, context, author, { uid: `link.${uid}`, command: { name: 'shipment.track', args } }, alone);
}

/** Inside the group's transaction. A uid that was decided gets its stored verdict, whoever sends it. */
function decideHere(
	db: Database,
	context: SyncContext,
	{ replicaId, actorId, actor }: Author,
	{ command, uid, occurredAt, undoes }: Omit<DeskCommand, 'personId' | 'signedInBy'>,
	alone: boolean
): HereDecided {
	const receivedAt = context.clock().toISOString();
	const replica = findReplica(db, replicaId) ?? registerReplica(db, replicaId, null, receivedAt);
	const mutation: Mutation = {
		uid,
		mid: replica.lmid + 1,
		name: command.name,
		version: commandVersion(command.name),
		schema: SCHEMA_CURRENT,
		args: JSON.stringify(command.args),
		actorId,
		deviceTime: occurredAt ?? receivedAt,
		clockOffset: 0,
		...(undoes === undefined ? {} : { undoes })
	};
	const known = alreadyDecided(db, [mutation]);
	const before = known.get(uid);
	if (before !== undefined) return { verdict: before.verdict, isFresh: false };
	const run = { db, context, replicaId, deviceId: null, known, receivedAt, actorOf: actor };
	const [verdict] = decideMutations(run, [mutation], alone);
	advanceReplica(db, replicaId, mutation.mid, receivedAt, context.isJournaled);
	return { verdict: verdict!, isFresh: true };
}
