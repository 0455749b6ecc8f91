/**
 * [I15] Compares what this phone *stored* with what the server holds: sums of row digests, recomputed here from the
 * stored rows. Only with an empty queue at the head; a mismatch asks for a snapshot, at most one in six hours.
 *
 * Hashing twenty thousand rows is a second of a phone's processor. By itself it is done while nobody works, and given up
 * with the first scan.
 */
import { SYNCED_TABLES, type SyncedTable } from '#lib/domain/rows.ts';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import type { DigestOutput, TableDigests } from '#lib/protocol/envelope.ts';
import type { Answer, Clock, ReplicaStore, Transport, Tx } from './ports.ts';
import { viewStore, type ReplicaState, type TableSet } from './records.ts';
import { changeReplica, readState } from './state.ts';

const ONE_SNAPSHOT_IN_MS = 6 * 3_600_000;
/** Rows hashed in one go: a few milliseconds on a slow phone, so that a scan never waits for it. */
const CHUNK = 250;
/** Nobody has worked for so long. */
const RESTED_MS = 20_000;

export interface DigestCheck {
	matches: boolean | null;
	answer: Answer<DigestOutput> | null;
}

type Quiet = ReplicaState & { live: TableSet };

/** @param whenRested only if nobody has worked for a while; else now, as far as the queue allows */
export async function checkDigests(
	ports: { store: ReplicaStore; transport: Transport; clock: Clock },
	whenRested: boolean
): Promise<DigestCheck> {
	const { store, transport, clock } = ports;
	const before = await store.transaction('read', ['meta', 'mutations'], async (tx) => {
		const [state, [newest]] = await Promise.all([quiet(tx), tx.list('mutations', { newest: true, limit: 1 })]);
		const isRested = !newest || Math.abs(clock.now() - Date.parse(newest.deviceTime)) > RESTED_MS;
		return isRested || !whenRested ? state : null;
	});
	if (!before) return { matches: null, answer: null };
	const answer = await transport.digest({ epoch: before.epoch!, replicaId: before.replicaId, cookie: before.cookie! });
	if (answer.kind !== 'ok' || answer.value.kind === 'moved') return { matches: null, answer };
	const mine = await ownDigests(store, before);
	if (!mine) return { matches: null, answer };
	const differing = differences(mine, answer.value.tables);
	await note(store, clock, differing);
	return { matches: differing.length === 0, answer };
}

/** The state, if no mutation is undecided or waits for its pull; else null. */
async function quiet(tx: Tx): Promise<Quiet | null> {
	const [{ replica, set }, open] = await Promise.all([
		readState(tx),
		tx.count('mutations', 'stands', ['queued', 'accepted'])
	]);
	const isQuiet = open === 0 && replica.cookie !== null && replica.epoch !== null && replica.needsSnapshot === null;
	return isQuiet ? { ...replica, live: set.live } : null;
}

/** Count and sum per table, from the stored rows; null as soon as something moves: the numbers would belong to no moment. */
async function ownDigests(store: ReplicaStore, { live, cookie }: Quiet): Promise<TableDigests | null> {
	const digests: TableDigests = {};
	for (const table of SYNCED_TABLES) {
		const digest = { count: 0, sum: 0 };
		for (let after: string | undefined; ;) {
			const how = after === undefined ? { limit: CHUNK } : { limit: CHUNK, after };
			const name = viewStore(live, table);
			const rows = await store.transaction('read', ['meta', 'mutations', name], async (tx) => {
				const [now, read] = await Promise.all([quiet(tx), tx.list(name, how)]);
				return now?.cookie === cookie && now.live === live ? read : null;
			});
			if (!rows) return null;
			for (const { id, version, row } of rows) {
				digest.count++;
				digest.sum = addDigest(digest.sum, rowDigest(table, id, version, contentHash(row)));
			}
			if (rows.length < CHUNK) break;
			after = rows.at(-1)!.id;
		}
		digests[table] = digest;
	}
	return digests;
}

const differences = (mine: TableDigests, theirs: TableDigests): SyncedTable[] =>
	SYNCED_TABLES.filter((table) => {
		const [a, b] = [mine[table], theirs[table]];
		return (a?.count ?? 0) !== (b?.count ?? 0) || (a?.sum ?? 0) !== (b?.sum ?? 0);
	});

async function note(store: ReplicaStore, clock: Clock, differing: SyncedTable[]): Promise<void> {
	const now = clock.now();
	await changeReplica(store, (replica) => {
		if (differing.length === 0) return replica.headMatches === true ? null : { headMatches: true };
		const mayReload = replica.mismatchAt === null || now - replica.mismatchAt > ONE_SNAPSHOT_IN_MS;
		return {
			headMatches: false,
			mismatchTables: differing,
			...(mayReload ? { mismatchAt: now, needsSnapshot: 'digest' as const } : {})
		};
	});
}
