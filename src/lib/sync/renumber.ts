/**
 * A new name for this replica and new mids, in order, for what is not decided (sync §4.2, §4.3). Uids never change, so
 * what the server knows already keeps its verdict (I31). Nothing leaves `mutations` (I23).
 */
import type { ReplicaStore, Tx } from './ports.ts';
import { rebase } from './rebase.ts';
import { viewStores, type ReplicaState, type StoredMutation } from './records.ts';
import { readState } from './state.ts';
import { standsAfter } from './settlements.ts';
import { foldOf } from './verdicts.ts';

const RENUMBERED = ['meta', 'mutations', 'base', ...viewStores('a'), ...viewStores('b')] as const;

/**
 * Another mutation holds our mid, the server misses some that we no longer have, or it is behind what it told us: the
 * replica takes a new id, drops its leases, and everything undecided counts from 1 again, after all that was accepted:
 * what was decided out of its turn takes effect in the server's order here too (I14).
 */
export async function renumber(store: ReplicaStore, newId: () => string): Promise<void> {
	await store.transaction('write', RENUMBERED, async (tx) => {
		const { replica, set } = await readState(tx);
		const next = await rekey(tx, replica, (mutation) => mutation.stands === 'queued', newId);
		await tx.put('meta', [next]);
		const fold = await foldOf(tx, next.lmid);
		const move = { set: set.live, replicaId: next.replicaId, patch: new Map(), leaving: [], fold };
		await rebase(tx, { ...move, everything: true });
	});
}

/**
 * The server knows our mids through `lmid` only, and of our former names what it decided before `healFrom`. What it had
 * accepted above goes back to the queue; if that leaves holes in the count, everything is renumbered. What it had refused
 * stays refused.
 * @param accepted the uids that it accepted under our name. Below `lmid`, too, a copy of this profile may have been first: with
 * a number, or with the same mutation, which was then decided otherwise
 * @returns the replica's state, not stored
 */
export async function rekeyAbove(
	tx: Tx,
	replica: ReplicaState,
	{ lmid, healFrom, accepted }: { lmid: number; healFrom: string | null; accepted: ReadonlySet<string> },
	newId: () => string
): Promise<ReplicaState> {
	const all = await tx.list('mutations');
	const isLost = ({ uid, mid, verdict }: StoredMutation) => {
		const isRecent = healFrom !== null && verdict !== null && verdict.serverTime >= healFrom;
		return mid > lmid || (isRecent && (mid < 0 || !accepted.has(uid)));
	};
	const lost = (mutation: StoredMutation) =>
		isLost(mutation) && mutation.verdict?.status === 'ok' && mutation.stands !== 'queued';
	const back = all.filter(lost);
	// What had changed nothing has no rows to wait for: no pull will bring them.
	const over = all.filter((mutation) => isLost(mutation) && mutation.stands === 'accepted' && !lost(mutation));
	if (back.length + over.length > 0)
		await tx.put('mutations', [
			...back.map((mutation) => ({ ...mutation, stands: 'queued' as const })),
			...over.map((mutation) => ({ ...mutation, stands: standsAfter(mutation) }))
		]);
	// Also one that stays refused leaves a hole: what is made next counts on after it.
	const above = all.filter((mutation) => mutation.mid > lmid || mutation.stands === 'queued' || lost(mutation));
	const isWhole = above.every(
		(mutation, i) => mutation.mid === lmid + 1 + i && (mutation.stands === 'queued' || lost(mutation))
	);
	const sentThrough = Math.max(replica.sentThrough, ...back.map((mutation) => mutation.mid));
	return isWhole
		? { ...replica, sentThrough }
		: rekey(tx, { ...replica, sentThrough }, (mutation) => mutation.stands === 'queued', newId);
}

async function rekey(
	tx: Tx,
	replica: ReplicaState,
	isQueued: (mutation: StoredMutation) => boolean,
	newId: () => string
): Promise<ReplicaState> {
	const all = await tx.list('mutations');
	const queue = all.filter(isQueued);
	const retired = all.filter((mutation) => !isQueued(mutation));
	const retiredMid = (i: number) => i - retired.length;
	// Accepted ones that no pull has brought yet stay in the fold: the next complete pull ends that, as `lmid` then passes zero.
	const firstAccepted = retired.findIndex((mutation) => mutation.stands === 'accepted');
	await tx.clear('mutations');
	await tx.add('mutations', [
		...retired.map((mutation, i) => ({ ...mutation, mid: retiredMid(i) })),
		...queue.map((mutation, i) => ({ ...mutation, mid: i + 1 }))
	]);
	return {
		...replica,
		replicaId: newId(),
		lmid: firstAccepted < 0 ? 0 : retiredMid(firstAccepted) - 1,
		decidedThrough: 0,
		durableLmid: 0,
		sentThrough: queue.filter((mutation) => mutation.mid <= replica.sentThrough).length,
		leases: []
	};
}
