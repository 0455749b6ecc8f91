/**
 * One push, inside the group's transaction, in the order of sync §4. The numbered comments are that order. A transport
 * refusal decides nothing; everything else ends in a verdict that is never changed.
 */
import type { Mutation, PushInput, PushOutput, Verdict } from '#lib/protocol/envelope.ts';
import { headSeq } from '#lib/server/store/group-commit.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { deviceActor, type Actor, type ActorOf } from './actor.ts';
import { alreadyDecided, decideMutations } from './decide-mutations.ts';
import { isFromNewerClient } from './mutation-reading.ts';
import { healingNow } from './restore-report.ts';
import { advanceReplica, ownReplica, registerReplica, requireDevice } from './replicas.ts';
import type { SyncContext } from './sync-context.ts';
import { TransportError } from './transport-error.ts';
import { asDuplicate, duplicateAt, type Decided } from './verdicts.ts';

const NEWER_RETRY_MS = 60_000;
const HEALING_RETRY_MS = 5_000;

export interface Pushed {
	output: PushOutput;
	/** The verdicts that were made now. */
	fresh: Verdict[];
}

/**
 * @param alone the second attempt, after one of its mutations failed: each is decided by itself
 * @throws TransportError; then nothing was decided
 */
export function decidePush(
	db: Database,
	context: SyncContext,
	input: PushInput,
	deviceId: string,
	alone: boolean
): Pushed {
	// 1. The device, by its own credential; the replica is its own.
	requireDevice(db, deviceId);
	if (input.epoch !== context.epoch) throw new TransportError('epoch', 'This server was restored since.');
	const receivedAt = context.clock().toISOString();
	if (healingNow(db) !== null)
		throw new TransportError('healing', 'Phones are being asked what they remember.', {
			retryAfterMs: HEALING_RETRY_MS
		});
	const { replicaId, mutations } = input;
	const replica = ownReplica(db, replicaId, deviceId) ?? registerReplica(db, replicaId, deviceId, receivedAt);

	// 2. and 3. Known uids get what they got; a gap or a mid that is taken stops the whole push.
	const known = alreadyDecided(db, mutations);
	checkOrder(db, replicaId, replica.lmid, mutations, known);
	const isDecided = ({ mid }: Mutation) => mid <= replica.lmid;
	const repeated = new Map(
		mutations.filter(isDecided).map((mutation) => [mutation.mid, answerAgain(replicaId, mutation, known)])
	);

	// 4. From a mutation on that only a newer server can read, nothing is decided; what stands before it is.
	const undecided = undecidedOf(mutations, replica.lmid);
	const newer = undecided.findIndex((mutation) => !known.has(mutation.uid) && isFromNewerClient(mutation));
	if (newer === 0) {
		context.warn('newer_client', { replicaId, schema: undecided[0]!.schema, name: undecided[0]!.name });
		throw new TransportError('newer_client', 'This mutation needs a newer server.', { retryAfterMs: NEWER_RETRY_MS });
	}
	const decidable = newer < 0 ? undecided : undecided.slice(0, newer);

	// 5., 6. and 7. Arguments, grant, rule; effects, verdicts and lmid together.
	const run = { db, context, replicaId, deviceId, known, receivedAt, actorOf: actorsOf(db, deviceId) };
	const fresh = decidable.length === 0 ? [] : decideMutations(run, decidable, alone);
	const lmid = replica.lmid + fresh.length;
	advanceReplica(db, replicaId, lmid, receivedAt, context.isJournaled);
	const durableLmid = context.isJournaled ? replica.durableLmid : lmid;

	// 8. is the group's: no answer before COMMIT.
	const byMid = new Map([...repeated, ...fresh.map((verdict) => [verdict.mid, verdict] as const)]);
	const results = [...new Set(mutations.map(({ mid }) => mid))].flatMap((mid) => byMid.get(mid) ?? []);
	return { output: { lmid, results, headSeq: headSeq(db), durableLmid }, fresh };
}

/** Those above lmid, each once, in mid order. */
function undecidedOf(mutations: readonly Mutation[], lmid: number): Mutation[] {
	const byMid = new Map(mutations.filter(({ mid }) => mid > lmid).map((mutation) => [mutation.mid, mutation]));
	return [...byMid.values()].sort((a, b) => a.mid - b.mid);
}

/**
 * [I2, I4, I5] The mids of a push continue at lmid + 1 without a hole, and a mid that is decided comes with its own uid.
 * @throws TransportError `gap`, `mid_taken`
 */
function checkOrder(
	db: Database,
	replicaId: string,
	lmid: number,
	mutations: readonly Mutation[],
	known: ReadonlyMap<string, Decided>
): void {
	const uidByMid = new Map<number, string>();
	let highest = lmid;
	for (const { mid, uid } of mutations) {
		const other = uidByMid.get(mid) ?? uid;
		if (other !== uid || (mid <= lmid && !isDecidedHere(db, replicaId, mid, uid, known))) {
			throw new TransportError('mid_taken', `Mutation ${mid} of this replica is another one.`);
		}
		uidByMid.set(mid, uid);
		highest = Math.max(highest, mid);
	}
	for (let mid = lmid + 1; mid <= highest; mid++) {
		if (!uidByMid.has(mid)) throw new TransportError('gap', `Mutation ${mid} of this replica is missing.`);
	}
}

function isDecidedHere(
	db: Database,
	replicaId: string,
	mid: number,
	uid: string,
	known: ReadonlyMap<string, Decided>
): boolean {
	const decided = known.get(uid);
	if (decided === undefined) return false;
	return (decided.replicaId === replicaId && decided.verdict.mid === mid) || duplicateAt(db, replicaId, mid) === uid;
}

function answerAgain(replicaId: string, { uid, mid }: Mutation, known: ReadonlyMap<string, Decided>): Verdict {
	const decided = known.get(uid);
	if (decided === undefined) throw new Error('a decided mutation has no verdict');
	return decided.replicaId === replicaId && decided.verdict.mid === mid ? decided.verdict : asDuplicate(decided, mid);
}

/** [I21] Each person is looked up once a push, under each of their sign-ins. */
export function actorsOf(db: Database, deviceId: string): ActorOf {
	const actors = new Map<string, Actor | null>();
	return (personId, signedInBy) => {
		const key = `${signedInBy ?? ''} ${personId}`;
		let actor = actors.get(key);
		if (actor === undefined) {
			actor = deviceActor(db, deviceId, personId, signedInBy);
			actors.set(key, actor);
		}
		return actor;
	};
}
