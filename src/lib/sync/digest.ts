/**
 * [I15] Compares what this phone *stored* with what the server holds: sums of row digests, recomputed here from the
 * stored rows. Only with an empty queue at the head; a mismatch asks for a snapshot, at most one in six hours.
 */
import { SYNCED_TABLES, type SyncedTable } from '#lib/domain/rows.ts';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import type { DigestOutput, TableDigests } from '#lib/protocol/envelope.ts';
import type { Answer, Clock, ReplicaStore, Transport } from './ports.ts';
import { viewStore, type ReplicaState, type TableSet } from './records.ts';
import { changeReplica, readState } from './state.ts';

const ONE_SNAPSHOT_IN_MS = 6 * 3_600_000;
/** Rows hashed in one go: a few milliseconds on a slow phone, so that a scan never waits for it. */
const CHUNK = 500;

export interface DigestCheck {
	matches: boolean | null;
	answer: Answer<DigestOutput> | null;
}

export async function checkDigests(store: ReplicaStore, transport: Transport, clock: Clock): Promise<DigestCheck> {
	const before = await quiet(store);
	if (!before) return { matches: null, answer: null };
	const answer = await transport.digest({ epoch: before.epoch!, replicaId: before.replicaId, cookie: before.cookie! });
	if (answer.kind !== 'ok' || answer.value.kind === 'moved') return { matches: null, answer };
	const mine = await ownDigests(store, before.live);
	const after = await quiet(store);
	// Something moved while we counted: the numbers belong to no moment.
	if (!after || after.cookie !== before.cookie || after.live !== before.live) return { matches: null, answer };
	const differing = differences(mine, answer.value.tables);
	await note(store, clock, differing);
	return { matches: differing.length === 0, answer };
}

/** The state, if no mutation is undecided or waits for its pull; else null. */
async function quiet(store: ReplicaStore): Promise<(ReplicaState & { live: TableSet }) | null> {
	return store.transaction('read', ['meta', 'mutations'], async (tx) => {
		const [{ replica, set }, open] = await Promise.all([
			readState(tx),
			tx.count('mutations', 'stands', ['queued', 'accepted'])
		]);
		const isQuiet = open === 0 && replica.cookie !== null && replica.epoch !== null && replica.needsSnapshot === null;
		return isQuiet ? { ...replica, live: set.live } : null;
	});
}

/** Count and sum per table of a set, from its stored rows. */
export async function ownDigests(store: ReplicaStore, set: TableSet): Promise<TableDigests> {
	const digests: TableDigests = {};
	for (const table of SYNCED_TABLES) {
		const digest = { count: 0, sum: 0 };
		for (let after: string | undefined; ;) {
			const how = after === undefined ? { limit: CHUNK } : { limit: CHUNK, after };
			const rows = await store.transaction('read', [viewStore(set, table)], (tx) =>
				tx.list(viewStore(set, table), how)
			);
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
