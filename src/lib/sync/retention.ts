/**
 * What a phone forgets, and when (sync §1, I30): decided mutations that are durable on the server and seven days old, and
 * the oldest scans beyond a bound. What is undecided, or refused and not dealt with, is never forgotten (I17), nor what a
 * scan took back that is still remembered: it may be on its way, or go there again after a restore, and without the original
 * its replay would undo nothing (I14).
 */
import type { Clock, ReplicaStore } from './ports.ts';
import type { LoggedScan } from './records.ts';
import { entryOfMutation } from './queries.ts';
import { readScanLogState, readState } from './state.ts';

const KEPT_MS = 7 * 24 * 3_600_000;
/** About two weeks of hard work. */
export const SCANS_KEPT = 10_000;
const AT_ONCE = 500;

export async function forget(store: ReplicaStore, clock: Clock): Promise<void> {
	while (await pruneMutations(store, clock));
	await trimScans(store);
}

/** @returns whether there may be more. The pruned mutation's fate stays in the scan log. */
async function pruneMutations(store: ReplicaStore, clock: Clock): Promise<boolean> {
	return store.transaction('write', ['meta', 'mutations', 'scanlog'], async (tx) => {
		const [{ replica }, done] = await Promise.all([readState(tx), tx.find('mutations', 'stands', ['done'], AT_ONCE)]);
		// By the server's time: this device's clock may be off by months, and decides nothing (I25).
		const before = new Date(clock.now() + replica.clockOffset - KEPT_MS).toISOString();
		const past = done.filter(
			({ mid, verdict }) => mid <= replica.durableLmid && (verdict?.serverTime ?? before) < before
		);
		if (past.length === 0) return false;
		const uids = past.map(({ uid }) => uid);
		const undos = await tx.find('mutations', 'undoes', uids);
		const needed = new Set(undos.filter(({ uid }) => !uids.includes(uid)).map(({ undoes }) => undoes));
		const old = past.filter(({ uid }) => !needed.has(uid));
		await tx.put(
			'scanlog',
			old.map((mutation): LoggedScan => {
				const { id, uid, code, at, command, opened, rejection, note, actorId } = entryOfMutation(mutation);
				return { id, uid, code, at, command, opened, rejection, note, actorId };
			})
		);
		await tx.remove(
			'mutations',
			old.map((mutation) => mutation.mid)
		);
		return old.length === AT_ONCE;
	});
}

async function trimScans(store: ReplicaStore): Promise<void> {
	await store.transaction('write', ['meta', 'scanlog'], async (tx) => {
		const surplus = (await tx.size('scanlog')) - SCANS_KEPT;
		if (surplus <= 0) return;
		const oldest = await tx.list('scanlog', { limit: surplus });
		await tx.remove(
			'scanlog',
			oldest.map((scan) => scan.id)
		);
		const state = await readScanLogState(tx);
		if (!state.trimmed) await tx.put('meta', [{ ...state, trimmed: true }]);
	});
}
