/**
 * What an answer does to the mutations on this phone. A verdict is final (I6) and the only way out of the queue (I17).
 * A push answer sets what is shown and takes refused ones out of the fold at once; accepted ones leave it with the pull
 * that brings their effect (I11, I36).
 */
import type { PushOutput, Verdict } from '#lib/protocol/envelope.ts';
import type { Clock, ReplicaStore, Tx } from './ports.ts';
import { rebase } from './rebase.ts';
import { viewStores, type StoredMutation, type TableSet } from './records.ts';
import { isFolded } from './replay.ts';
import { readState } from './state.ts';

/** All that the fold can consist of, in mid order. */
export async function foldOf(tx: Tx, lmid: number): Promise<StoredMutation[]> {
	const undecidedOrAccepted = await tx.find('mutations', 'stands', ['queued', 'accepted']);
	return undecidedOrAccepted.filter((mutation) => isFolded(mutation, lmid)).sort((a, b) => a.mid - b.mid);
}

/**
 * Lays verdicts over the mutations that they name, by uid. A verdict that came before is kept, whatever a late or
 * repeated answer says. @returns the changed mutations, not yet stored.
 */
export function judged(
	mutations: readonly StoredMutation[],
	results: readonly Verdict[],
	now: string
): StoredMutation[] {
	const byUid = new Map(mutations.map((mutation) => [mutation.uid, mutation]));
	const changed: StoredMutation[] = [];
	for (const { uid, mid: _mid, ...verdict } of results) {
		const mutation = byUid.get(uid);
		if (mutation?.stands !== 'queued') continue;
		const passes = verdict.status === 'ok' || verdict.status === 'noop';
		// What somebody dismissed is no work for anybody any more.
		const stands = passes ? 'accepted' : mutation.dismissed ? 'done' : 'todo';
		changed.push({ ...mutation, stands, verdict, decidedAt: now, conflict: null });
	}
	return changed;
}

/** Takes in a push answer for the replica that asked; an answer to a former replicaId or epoch tells nothing here. */
export async function takePushAnswer(
	store: ReplicaStore,
	clock: Clock,
	asked: { replicaId: string; epoch: string; set: TableSet },
	answer: PushOutput
): Promise<'taken' | { moved: TableSet }> {
	return store.transaction('write', ['meta', 'mutations', 'base', ...viewStores(asked.set)], async (tx) => {
		const { replica, set } = await readState(tx);
		if (set.live !== asked.set) return { moved: set.live };
		if (replica.replicaId !== asked.replicaId || replica.epoch !== asked.epoch) return 'taken';
		const named = await namedBy(tx, answer.results);
		const changed = judged(named, answer.results, new Date(clock.now()).toISOString());
		const refused = changed.filter((mutation) => mutation.stands !== 'accepted');
		// Only a refusal moves rows: without one, the fold is not read.
		const fold = refused.length > 0 ? await foldOf(tx, replica.lmid) : [];
		await Promise.all([
			tx.put('mutations', changed),
			tx.put('meta', [
				{
					...replica,
					decidedThrough: Math.max(replica.decidedThrough, answer.lmid),
					durableLmid: Math.max(replica.durableLmid, answer.durableLmid)
				}
			])
		]);
		if (refused.length > 0) {
			const out = new Set(refused.map((mutation) => mutation.uid));
			const now = new Map(changed.map((mutation) => [mutation.uid, mutation]));
			const left = fold
				.filter((mutation) => !out.has(mutation.uid))
				.map((mutation) => now.get(mutation.uid) ?? mutation);
			await rebase(tx, { set: set.live, replicaId: replica.replicaId, patch: new Map(), leaving: refused, fold: left });
		}
		return 'taken';
	});
}

/** The mutations that verdicts name. Those of one batch lie side by side; what does not is looked for by its uid. */
async function namedBy(tx: Tx, results: readonly Verdict[]): Promise<StoredMutation[]> {
	if (results.length === 0) return [];
	const first = Math.min(...results.map(({ mid }) => mid));
	const uids = new Set(results.map(({ uid }) => uid));
	const nearby = await tx.list('mutations', { after: first - 1, limit: results.length });
	const named = nearby.filter(({ uid }) => uids.delete(uid));
	return uids.size === 0 ? named : [...named, ...(await tx.find('mutations', 'uid', [...uids]))];
}
