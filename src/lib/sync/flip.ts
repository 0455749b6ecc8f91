/**
 * The end of a pull: rows, base, lmid, verdicts and cookie move in one transaction, so that nobody ever sees half of a
 * colleague's work (sync §5, I28). Where a snapshot filled the idle table set, the same transaction makes it the live one.
 */
import type { Patch, Verdict } from '#lib/protocol/envelope.ts';
import { rowKey } from './keys.ts';
import type { Substitute } from './gather.ts';
import type { Clock, ReplicaStore } from './ports.ts';
import { rebase } from './rebase.ts';
import { viewStores, type ReplicaState, type StoredMutation, type TableSet } from './records.ts';
import { readState } from './state.ts';
import { foldOf, judged } from './verdicts.ts';
import { isFolded } from './replay.ts';
import { rekeyAbove } from './renumber.ts';
import { standsAfter } from './settlements.ts';

/** A complete pull: pages put together, in order. */
export interface Pulled {
	replicaId: string;
	epoch: string;
	/** The cookie that the first page was asked with. */
	from: number;
	cookie: number;
	/** Of the last page's read transaction. */
	lmid: number;
	durableLmid: number;
	patch: readonly Patch[];
	results: readonly Verdict[];
}

export type Flipped =
	| 'done'
	/** Another tab was faster, or the replica is another one now: nothing was changed. */
	| 'outdated'
	| { moved: TableSet };

/** Moves the live set. */
export async function flipPages(store: ReplicaStore, clock: Clock, live: TableSet, pulled: Pulled): Promise<Flipped> {
	return store.transaction('write', ['meta', 'mutations', 'base', 'inbox', ...viewStores(live)], async (tx) => {
		const { replica, set } = await readState(tx);
		if (set.live !== live) return { moved: set.live };
		const isCurrent =
			replica.replicaId === pulled.replicaId && replica.epoch === pulled.epoch && replica.cookie === pulled.from;
		if (!isCurrent || replica.needsSnapshot !== null) return 'outdated';
		const { leaving, fold, changed } = await judge(tx, replica, pulled, clock);
		const next = moved(replica, pulled, clock);
		await Promise.all([
			changed.length > 0 ? tx.put('mutations', changed) : null,
			tx.put('meta', [next]),
			tx.clear('inbox')
		]);
		await rebase(tx, { set: live, replicaId: replica.replicaId, patch: asSubstitutes(pulled.patch), leaving, fold });
		return 'done';
	});
}

/**
 * Makes the idle set, complete through `pulled.cookie`, the live one: base is made anew and the whole queue replays over
 * it. At a new epoch, accepted mutations that the server lost go back to the queue first (I24, I31).
 */
export async function flipSets(
	store: ReplicaStore,
	clock: Clock,
	token: string,
	pulled: Pulled,
	{ newId, healFrom }: { newId: () => string; healFrom: string | null }
): Promise<Flipped> {
	return store.transaction(
		'write',
		['meta', 'mutations', 'base', 'inbox', ...viewStores('a'), ...viewStores('b')],
		async (tx) => {
			const { replica, set } = await readState(tx);
			if (set.loading !== token || replica.replicaId !== pulled.replicaId) return 'outdated';
			const idle: TableSet = set.live === 'a' ? 'b' : 'a';
			const { changed } = await judge(tx, replica, pulled, clock);
			await Promise.all([tx.put('mutations', changed), tx.clear('base'), tx.clear('inbox')]);
			let next: ReplicaState = { ...moved(replica, pulled, clock), needsSnapshot: null };
			if (replica.needsSnapshot === 'epoch') {
				next = { ...next, lmid: pulled.lmid, decidedThrough: pulled.lmid, durableLmid: pulled.durableLmid };
				const accepted = new Set(pulled.results.flatMap(({ uid, status }) => (status === 'ok' ? [uid] : [])));
				next = await rekeyAbove(tx, next, { lmid: pulled.lmid, healFrom, accepted }, newId);
			}
			await tx.put('meta', [next, { key: 'set', live: idle, loading: null }]);
			const fold = await foldOf(tx, next.lmid);
			await rebase(tx, { set: idle, replicaId: next.replicaId, patch: new Map(), leaving: [], fold, everything: true });
			return 'done';
		}
	);
}

function moved(replica: ReplicaState, pulled: Pulled, clock: Clock): ReplicaState {
	return {
		...replica,
		epoch: pulled.epoch,
		cookie: pulled.cookie,
		lmid: Math.max(replica.lmid, pulled.lmid),
		decidedThrough: Math.max(replica.decidedThrough, pulled.lmid),
		durableLmid: Math.max(replica.durableLmid, pulled.durableLmid),
		dataAt: new Date(clock.now()).toISOString()
	};
}

/** The verdicts of a pull, and who leaves the fold with it: everything that its rows contain, and everything refused. */
async function judge(tx: Parameters<typeof foldOf>[0], replica: ReplicaState, pulled: Pulled, clock: Clock) {
	const lmid = Math.max(replica.lmid, pulled.lmid);
	const open = await tx.find('mutations', 'stands', ['queued', 'accepted']);
	const verdicts = new Map(
		judged(open, pulled.results, new Date(clock.now()).toISOString()).map((mutation) => [mutation.uid, mutation])
	);
	const changed: StoredMutation[] = [];
	const leaving: StoredMutation[] = [];
	const fold: StoredMutation[] = [];
	for (const before of open.sort((a, b) => a.mid - b.mid)) {
		let after = verdicts.get(before.uid) ?? before;
		if (after.stands === 'accepted' && after.mid <= lmid) after = { ...after, stands: standsAfter(after) };
		if (after !== before) changed.push(after);
		if (isFolded(after, lmid)) fold.push(after);
		else if (isFolded(before, replica.lmid)) leaving.push(before);
	}
	return { changed, leaving, fold };
}

function asSubstitutes(patch: readonly Patch[]): Map<string, Substitute> {
	const rows = new Map<string, Substitute>();
	for (const each of patch) {
		const stored = each.op === 'put' ? { version: each.version, row: each.row } : null;
		rows.set(rowKey(each.table, each.id), { table: each.table, id: each.id, stored });
	}
	return rows;
}
