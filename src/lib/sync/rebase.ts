/**
 * `view = fold(pending, base)` (sync §5, I14): when the server's rows move or mutations leave the fold, the rows that
 * pending mutations wrote return to base and those mutations replay, in mid order. Only what a change can concern is
 * replayed, to a fixed point; `everything` is the plain meaning, which the property test compares with.
 */
import type { Changes } from '#lib/domain/decision.ts';
import { mergeFootprints } from '#lib/domain/footprint.ts';
import type { SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { applyChanges } from '#lib/domain/world.ts';
import { gather, type Substitute } from './gather.ts';
import { kindOfLookup, lookupKinds, lookupsOf, readKeys, rowKey, rowOfKey, writeKeys } from './keys.ts';
import type { Tx } from './ports.ts';
import { viewStore, type BaseRecord, type StoredMutation, type StoredRow, type TableSet } from './records.ts';
import { decideMutation, footprintOf, leasesForReplay } from './replay.ts';
import { Undos } from './undos.ts';
import { codesOf, toStored } from './views.ts';

export interface Move {
	set: TableSet;
	replicaId: string;
	/** The server's rows as they are now, by `rowKey`. */
	patch: Map<string, Substitute>;
	/** Mutations that are in the fold no longer: decided, or dismissed. */
	leaving: readonly StoredMutation[];
	/** Those that stay in it, in mid order. */
	fold: readonly StoredMutation[];
	/** Replay all of the fold, as after a snapshot. */
	everything?: boolean;
}

/** Moves views, base and the fold's own records within the caller's transaction over `mutations`, `base` and the views of `set`. */
export async function rebase(tx: Tx, move: Move): Promise<void> {
	const { set, patch, fold } = move;
	const changed = new Set<string>();
	const seen = new Set<string>();
	if (fold.length > 0)
		for (const key of touchedBy(patch, await rowsAround(tx, set, foundByFold(fold, patch)))) changed.add(key);
	for (const mutation of move.everything ? [...move.leaving, ...fold] : move.leaving)
		for (const key of mutation.writes) changed.add(key);
	const undos = await Undos.read(tx, fold);

	for (;;) {
		const replayed = move.everything ? [...fold] : concerned(fold, changed, seen);
		const substitutes = await baseRows(tx, changed, patch);
		const outcome = await replay(tx, move, replayed, substitutes, undos.copy());
		if (absorb(outcome, fold, replayed, changed, seen)) continue;
		await save(tx, move, substitutes, outcome);
		return;
	}
}

/**
 * Sync §5: the fixed point. A replayed mutation needs its rows as they were before any later one, so readers and writers of
 * its rows come along. So do its undos: what they take back is decided anew, though they may have touched nothing so far.
 */
function concerned(fold: readonly StoredMutation[], changed: Set<string>, seen: Set<string>): StoredMutation[] {
	const chosen = new Set<StoredMutation>();
	const retold = new Set<string>();
	for (let grew = true; grew;) {
		grew = false;
		for (const mutation of fold) {
			if (chosen.has(mutation)) continue;
			const concerns =
				mutation.writes.some((key) => changed.has(key) || seen.has(key)) ||
				mutation.reads.some((key) => changed.has(key)) ||
				(mutation.undoes !== undefined && retold.has(mutation.undoes));
			if (!concerns) continue;
			chosen.add(mutation);
			retold.add(mutation.undoes ?? mutation.uid);
			for (const key of mutation.writes) changed.add(key);
			for (const key of mutation.reads) seen.add(key);
			grew = true;
		}
	}
	return fold.filter((mutation) => chosen.has(mutation));
}

interface Outcome {
	/** The replayed mutations, with what they read and wrote this time. */
	mutations: { before: StoredMutation; after: StoredMutation }[];
	/** Rows that they wrote, as the last of them left them. */
	written: Map<string, { table: SyncedTable; row: SyncedRows[SyncedTable] }>;
	/** Stored rows that the world was gathered from, by `rowKey`. */
	stored: Map<string, StoredRow>;
}

async function replay(
	tx: Tx,
	move: Move,
	replayed: readonly StoredMutation[],
	substitutes: Map<string, Substitute>,
	undos: Undos
): Promise<Outcome> {
	const outcome: Outcome = { mutations: [], written: new Map(), stored: new Map() };
	if (replayed.length === 0) return outcome;
	const { world, stored } = await gather(
		tx,
		move.set,
		mergeFootprints(replayed.map((mutation) => footprintOf(undos.wishOf(mutation)))),
		substitutes
	);
	outcome.stored = stored;

	for (const mutation of replayed) {
		const wish = undos.wishOf(mutation);
		const reads = readKeys(footprintOf(wish), world);
		const decision = decideMutation(mutation, wish, world, move.replicaId, leasesForReplay(wish));
		let after: StoredMutation;
		if (decision.kind === 'ok') {
			after = {
				...mutation,
				reads,
				writes: writeKeys(decision.changes, world),
				undo: decision.undo ?? null,
				conflict: null
			};
			collect(outcome, decision.changes);
			applyChanges(world, decision.changes);
		} else {
			after = {
				...mutation,
				reads,
				writes: [],
				undo: null,
				conflict: decision.kind === 'rejected' ? decision.rejection : null
			};
		}
		undos.replayed(after, decision.kind === 'ok');
		outcome.mutations.push({ before: mutation, after });
	}
	return outcome;
}

function collect(outcome: Outcome, changes: Changes): void {
	for (const row of changes.cartons) outcome.written.set(rowKey('cartons', row.id), { table: 'cartons', row });
	for (const row of changes.shipments) outcome.written.set(rowKey('shipments', row.id), { table: 'shipments', row });
	for (const row of changes.timeline) outcome.written.set(rowKey('timeline', row.id), { table: 'timeline', row });
	for (const row of changes.contacts) outcome.written.set(rowKey('contacts', row.id), { table: 'contacts', row });
	for (const row of changes.destinations)
		outcome.written.set(rowKey('destinations', row.id), { table: 'destinations', row });
}

/** A replay may take another path than before: does it now touch what a mutation outside it read or wrote? Then that one joins. */
function absorb(
	outcome: Outcome,
	fold: readonly StoredMutation[],
	replayed: readonly StoredMutation[],
	changed: Set<string>,
	seen: Set<string>
): boolean {
	if (replayed.length === fold.length) return false;
	const inside = new Set(replayed);
	const writes = new Set(outcome.mutations.flatMap(({ after }) => after.writes));
	const reads = new Set(outcome.mutations.flatMap(({ after }) => after.reads));
	const collides = (mutation: StoredMutation) =>
		mutation.writes.some((key) => writes.has(key) || reads.has(key)) || mutation.reads.some((key) => writes.has(key));
	if (!fold.some((mutation) => !inside.has(mutation) && collides(mutation))) return false;
	for (const key of writes) changed.add(key);
	for (const key of reads) seen.add(key);
	return true;
}

async function save(tx: Tx, move: Move, substitutes: Map<string, Substitute>, outcome: Outcome): Promise<void> {
	const puts = new Map<SyncedTable, StoredRow[]>();
	const removals = new Map<SyncedTable, string[]>();
	const bases: BaseRecord[] = [];
	const freed: string[] = [];

	for (const [key, { table, id, stored }] of substitutes) {
		if (outcome.written.has(key)) continue;
		freed.push(key);
		if (stored) push(puts, table, toStored(table, stored.version, stored.row, false));
		else push(removals, table, id);
	}
	for (const [key, { table, row }] of outcome.written) {
		const known = outcome.stored.get(key);
		const base = substitutes.has(key)
			? substitutes.get(key)!.stored
			: known
				? { version: known.version, row: known.row }
				: null;
		bases.push({ key, table, id: row.id, stored: base });
		push(puts, table, toStored(table, base?.version ?? 0, row, true));
	}
	const moved = outcome.mutations.filter(({ before, after }) => !sameRun(before, after)).map(({ after }) => after);

	await Promise.all([
		...[...puts].map(([table, rows]) => tx.put(viewStore(move.set, table), rows as never[])),
		...[...removals].map(([table, ids]) => tx.remove(viewStore(move.set, table), ids)),
		freed.length > 0 ? tx.remove('base', freed) : null,
		bases.length > 0 ? tx.put('base', bases) : null,
		moved.length > 0 ? tx.put('mutations', moved) : null
	]);
}

const sameRun = (a: StoredMutation, b: StoredMutation): boolean =>
	JSON.stringify([a.reads, a.writes, a.conflict, a.undo]) === JSON.stringify([b.reads, b.writes, b.conflict, b.undo]);

/** The rows to return to base: the patch's where it has them, else those under earlier replays. */
async function baseRows(
	tx: Tx,
	changed: Set<string>,
	patch: Map<string, Substitute>
): Promise<Map<string, Substitute>> {
	const substitutes = new Map(patch);
	const keys = [...changed].filter((key) => !patch.has(key) && rowOfKey(key) !== null);
	if (keys.length > 0) {
		for (const record of await tx.get('base', keys)) {
			if (record) substitutes.set(record.key, { table: record.table, id: record.id, stored: record.stored });
		}
	}
	return substitutes;
}

/** The rows of a patch that a lookup of the fold may find, as they were or as they are now: of others, the key says it all. */
function foundByFold(fold: readonly StoredMutation[], patch: Map<string, Substitute>): Substitute[] {
	const lookups = new Set(
		fold.flatMap(({ reads, writes }) => [...reads, ...writes].filter((key) => rowOfKey(key) === null).map(kindOfLookup))
	);
	if (lookups.size === 0) return [];
	return [...patch.values()].filter(({ table }) => lookupKinds(table).some((kind) => lookups.has(kind)));
}

/** The stored rows that a patch replaces. */
async function rowsAround(tx: Tx, set: TableSet, patch: readonly Substitute[]): Promise<Map<string, StoredRow>> {
	const ids = new Map<SyncedTable, string[]>();
	for (const { table, id } of patch) push(ids, table, id);
	const around = new Map<string, StoredRow>();
	await Promise.all(
		[...ids].map(async ([table, list]) => {
			for (const stored of await tx.get(viewStore(set, table), list))
				if (stored) around.set(rowKey(table, stored.id), stored);
		})
	);
	return around;
}

/** A patched row's key, and the lookups that find it before or after. */
function touchedBy(patch: Map<string, Substitute>, around: Map<string, StoredRow>): Set<string> {
	const touched = new Set<string>();
	for (const [key, { table, stored }] of patch) {
		touched.add(key);
		const before = around.get(key);
		if (before) for (const lookup of lookupsOf(table, before.row, before.codes)) touched.add(lookup);
		if (stored) for (const lookup of lookupsOf(table, stored.row, codesOf(table, stored.row))) touched.add(lookup);
	}
	return touched;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
	const list = lists.get(key);
	if (list) list.push(value);
	else lists.set(key, [value]);
}
