/**
 * What must hold of a phone after every committed transaction, worked out anew from what it stored, by the plainest
 * reading of sync §5 and without the code under test: all rows to base, all of the fold replayed, in mid order.
 */
import type { World } from '#lib/domain/decision.ts';
import { SYNCED_TABLES, type SyncedRows, type SyncedTable } from '#lib/domain/rows.ts';
import { applyChanges, emptyWorld } from '#lib/domain/world.ts';
import { canonicalJson } from '#lib/protocol/canonical.ts';
import { viewStore, type ReplicaState, type SetState, type StoredMutation, type StoredRow } from '#lib/sync/records.ts';
import { commandOf, decideMutation, leasesForReplay, originalOf, type Wish } from '#lib/sync/replay.ts';
import { CODED_TABLES, codesOf, holderOf } from '#lib/sync/views.ts';
import type { MemoryStore } from './memory-store.ts';

/** [I14] Every difference between the views and fold(pending, base), as lines; none: an empty list. */
export function foldFaults(store: MemoryStore): string[] {
	const meta = store.content('meta');
	const replica = meta.find((record) => record.key === 'replica') as ReplicaState | undefined;
	const set = meta.find((record) => record.key === 'set') as SetState | undefined;
	if (!replica || !set) return [];
	const { world, wrote } = folded(store, replica, set);
	const faults: string[] = [];
	for (const table of SYNCED_TABLES) {
		const stored = new Map(store.content(viewStore(set.live, table)).map((row) => [row.id, row as StoredRow]));
		const meant = world[table] as Map<string, SyncedRows[SyncedTable]>;
		for (const [id, row] of meant) {
			const view = stored.get(id);
			if (!view) faults.push(`I14 ${table} ${id} is missing from the view`);
			else if (view.row !== row && canonicalJson(view.row) !== canonicalJson(row))
				faults.push(`I14 ${table} ${id} is ${canonicalJson(view.row)} where the fold makes it ${canonicalJson(row)}`);
			else if (Boolean(view.dirty) !== wrote.has(`${table}:${id}`))
				faults.push(`I14 ${table} ${id} is marked ${view.dirty ? 'dirty' : 'clean'}`);
		}
		for (const id of stored.keys()) if (!meant.has(id)) faults.push(`I14 ${table} ${id} is in the view for no reason`);
	}
	const based = store.content('base').map((base) => base.key);
	for (const key of based) if (!wrote.has(key)) faults.push(`I14 base keeps ${key} for no mutation`);
	for (const key of wrote) if (!based.includes(key)) faults.push(`I14 base lacks ${key}`);
	return faults;
}

function folded(store: MemoryStore, replica: ReplicaState, set: SetState): { world: World; wrote: Set<string> } {
	const world = emptyWorld();
	const bases = new Map(store.content('base').map((base) => [base.key, base]));
	for (const table of SYNCED_TABLES) {
		const rows = world[table] as Map<string, SyncedRows[SyncedTable]>;
		for (const { id, row, dirty } of store.content(viewStore(set.live, table)) as StoredRow[])
			if (!dirty) rows.set(id, row);
		for (const base of bases.values()) if (base.table === table && base.stored) rows.set(base.id, base.stored.row);
	}
	for (const table of [...CODED_TABLES].reverse()) {
		for (const row of (world[table] as Map<string, SyncedRows[SyncedTable]>).values())
			for (const code of codesOf(table, row as never) ?? []) world.codes.set(code, holderOf(table, row.id));
	}

	const wrote = new Set<string>();
	const mutations = new Map(store.content('mutations').map((mutation) => [mutation.uid, mutation]));
	const undone = new Set<string>();
	const fold = [...mutations.values()]
		.filter((mutation) => inFold(mutation, replica.lmid))
		.sort((a, b) => a.mid - b.mid);
	for (const mutation of mutations.values())
		if (mutation.undoes && !fold.includes(mutation) && mutation.verdict?.status === 'ok') undone.add(mutation.undoes);
	const memos = new Map([...mutations.values()].map((mutation) => [mutation.uid, mutation.undo]));
	for (const mutation of fold) {
		const original = mutation.undoes === undefined ? undefined : mutations.get(mutation.undoes);
		const wish: Wish = original
			? {
					kind: 'undo',
					original: originalOf(
						{ ...original, verdict: fold.includes(original) ? null : original.verdict, undo: memos.get(original.uid)! },
						undone.has(original.uid)
					)
				}
			: { kind: 'command', command: commandOf(mutation) };
		const decision = decideMutation(mutation, wish, world, replica.replicaId, leasesForReplay(wish));
		memos.set(mutation.uid, decision.kind === 'ok' ? (decision.undo ?? null) : null);
		if (decision.kind !== 'ok') continue;
		applyChanges(world, decision.changes);
		if (mutation.undoes) undone.add(mutation.undoes);
		for (const row of decision.changes.cartons) wrote.add(`cartons:${row.id}`);
		for (const row of decision.changes.shipments) wrote.add(`shipments:${row.id}`);
		for (const row of decision.changes.timeline) wrote.add(`timeline:${row.id}`);
		for (const row of decision.changes.contacts) wrote.add(`contacts:${row.id}`);
		for (const row of decision.changes.destinations) wrote.add(`destinations:${row.id}`);
	}
	return { world, wrote };
}

/** Sync §5, in words of its own: undecided, or accepted above what the base rows contain; not taken back or held against the rules. */
const inFold = ({ stands, mid, despite, dismissed }: StoredMutation, lmid: number): boolean =>
	(stands === 'queued' || (stands === 'accepted' && mid > lmid)) && !despite && !dismissed;

/** What a phone shows in all, for the rule book's own invariants. */
export function viewWorld(store: MemoryStore): World {
	const set = store.content('meta').find((record) => record.key === 'set') as SetState;
	const world = emptyWorld();
	for (const table of SYNCED_TABLES) {
		for (const { id, row } of store.content(viewStore(set.live, table)) as StoredRow[])
			(world[table] as Map<string, SyncedRows[SyncedTable]>).set(id, row);
	}
	return world;
}

/** [I17, I6, I36, I13, I23] What may never happen from one committed transaction to the next. */
export class History {
	#known = new Map<string, { status: string | null; isDone: boolean }>();
	/** Accepted by a server that was then put back: said again, and decided again (sync §6). */
	#again = new Set<string>();
	#replica: ReplicaState | null = null;

	faults(store: MemoryStore): string[] {
		const faults: string[] = [];
		const replica = store.content('meta').find((record) => record.key === 'replica') as ReplicaState | undefined;
		const stored = new Map(store.content('mutations').map((mutation) => [mutation.uid, mutation]));
		for (const [uid, known] of this.#known) {
			const now = stored.get(uid);
			// What is done may be forgotten (a clock that jumps makes it old); nothing else.
			if (!now && !known.isDone) faults.push(`I17 ${uid} left the phone`);
			if (!now) this.#known.delete(uid);
			else if (known.status !== null && now.verdict?.status !== known.status && !this.#again.has(uid))
				faults.push(`I36 ${uid} was ${known.status} and is ${now.verdict?.status}`);
		}
		for (const { uid, mid, verdict, stands, dismissed } of stored.values()) {
			if (stands === 'done' && verdict?.status === 'ok' && mid > (replica?.lmid ?? 0))
				faults.push(`I36 ${uid} was accepted and is shown no more, before its effect arrived`);
			if (stands === 'done' && verdict?.status === 'rejected' && !dismissed)
				if (stored.get(uid)?.settledAt === null) faults.push(`I18 ${uid} was refused and stands nowhere`);
			if (verdict === null && stands !== 'queued') faults.push(`I17 ${uid} left the queue without a verdict`);
			if (stands === 'queued' && verdict !== null) this.#again.add(uid);
			this.#known.set(uid, { status: verdict?.status ?? null, isDone: stands === 'done' });
		}
		const before = this.#replica;
		if (replica && before && replica.epoch === before.epoch && replica.replicaId === before.replicaId) {
			if ((replica.cookie ?? -1) < (before.cookie ?? -1))
				faults.push(`I13 the cookie went from ${before.cookie} to ${replica.cookie}`);
			if (replica.lmid < before.lmid) faults.push(`I13 lmid went from ${before.lmid} to ${replica.lmid}`);
		}
		// Decided ones count: an answer may overtake the one before it. What is durable may be forgotten.
		const mids = [...stored.values()]
			.map((mutation) => mutation.mid)
			.filter((mid) => mid > (replica?.durableLmid ?? 0))
			.sort((a, b) => a - b);
		if (mids.some((mid, i) => mid !== mids[0]! + i)) faults.push(`I2 the phone's mids have a hole: ${mids.join(' ')}`);
		this.#replica = replica ?? null;
		return faults;
	}
}
