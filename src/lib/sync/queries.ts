/**
 * What screens read: each is one read transaction over the live set. `local/` turns them into live values by running them
 * again when what they read has changed, in whichever tab.
 */
import type {
	CartonRow,
	ContactRow,
	DestinationRow,
	ProductRow,
	ShipmentRow,
	SyncedRows,
	SyncedTable,
	TimelineRow
} from '#lib/domain/rows.ts';
import { UNDOABLE } from '#lib/domain/undo.ts';
import type { HandedOver, Operator, PendingItem, ScanLogEntry, TodoItem } from './client.ts';
import type { ReplicaStore, Tx } from './ports.ts';
import {
	viewStore,
	type LoggedScan,
	type OperatorState,
	type SetState,
	type StoredMutation,
	type StoredRow
} from './records.ts';
import { commandOf } from './replay.ts';

/** Reads the live set of some tables. */
async function live<T>(
	store: ReplicaStore,
	tables: readonly SyncedTable[],
	read: (tx: Tx, view: <N extends SyncedTable>(table: N) => `${'a' | 'b'}_${N}`) => Promise<T>
): Promise<T> {
	const stores = tables.flatMap((table) => [viewStore('a', table), viewStore('b', table)]);
	return store.transaction('read', ['meta', ...stores], async (tx) => {
		const [set] = (await tx.get('meta', ['set'])) as [SetState | undefined];
		return read(tx, (table) => viewStore(set?.live ?? 'a', table));
	});
}

const rowsOf = <T extends SyncedTable>(stored: readonly StoredRow<T>[]): SyncedRows[T][] =>
	stored.map(({ row }) => row);

export const readRow = <T extends SyncedTable>(
	store: ReplicaStore,
	table: T,
	id: string
): Promise<SyncedRows[T] | null> =>
	live(store, [table], async (tx, view) => {
		const [stored] = (await tx.get(view(table), [id] as never[])) as (StoredRow<T> | undefined)[];
		return stored?.row ?? null;
	});

/** By code. */
export const readCartonsOf = (store: ReplicaStore, shipmentId: string): Promise<CartonRow[]> =>
	live(store, ['cartons'], async (tx, view) => {
		const rows = rowsOf<'cartons'>(await tx.find(view('cartons'), 'parent', [shipmentId]));
		return rows.sort((a, b) => (a.code < b.code ? -1 : 1));
	});

/** In order of acceptance. */
export const readTimelineOf = (store: ReplicaStore, shipmentId: string): Promise<TimelineRow[]> =>
	live(store, ['timeline'], async (tx, view) => {
		const rows = rowsOf<'timeline'>(await tx.find(view('timeline'), 'parent', [shipmentId]));
		return rows.sort((a, b) => a.ordinal - b.ordinal);
	});

/** Neither archived nor closed, newest first. */
export const readLiveShipments = (store: ReplicaStore): Promise<ShipmentRow[]> =>
	live(store, ['shipments'], async (tx, view) => {
		const rows = rowsOf<'shipments'>(await tx.list(view('shipments')));
		return rows
			.filter((shipment) => shipment.archivedAt === null && shipment.closedAt === null)
			.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? 1 : -1));
	});

/** Active ones, by name. */
export const readProducts = (store: ReplicaStore): Promise<ProductRow[]> =>
	live(store, ['products'], async (tx, view) => {
		const rows = rowsOf<'products'>(await tx.list(view('products')));
		return rows.filter((product) => product.active).sort((a, b) => a.name.localeCompare(b.name, 'fr'));
	});

/** By name. */
export const readContacts = (store: ReplicaStore): Promise<ContactRow[]> =>
	live(store, ['contacts'], async (tx, view) => {
		const rows = rowsOf<'contacts'>(await tx.list(view('contacts')));
		return rows.sort((a, b) => a.name.localeCompare(b.name, 'fr'));
	});

/** By city. */
export const readDestinations = (store: ReplicaStore): Promise<DestinationRow[]> =>
	live(store, ['destinations'], async (tx, view) => {
		const rows = rowsOf<'destinations'>(await tx.list(view('destinations')));
		return rows.sort((a, b) => a.city.localeCompare(b.city, 'fr'));
	});

export const readOperatorLive = (store: ReplicaStore): Promise<Operator | null> =>
	store.transaction('read', ['meta'], async (tx) => {
		const [record] = (await tx.get('meta', ['operator'])) as [OperatorState | undefined];
		return record?.operator ?? null;
	});

const shownTime = (mutation: StoredMutation): string => mutation.deviceTime;

/** Refused and not dealt with, newest first. */
export const readTodo = (store: ReplicaStore): Promise<TodoItem[]> =>
	store.transaction('read', ['mutations'], async (tx) => {
		const refused = await tx.find('mutations', 'stands', ['todo']);
		return refused.reverse().map((mutation) => ({
			uid: mutation.uid,
			command: commandOf(mutation),
			status: mutation.verdict?.status === 'dead' ? 'dead' : 'rejected',
			rejection: mutation.verdict?.rejection ?? { code: 'server_fault', params: {}, entities: [] },
			code: mutation.code,
			causedBy: mutation.verdict?.detail.causedBy ?? null,
			at: shownTime(mutation),
			actorId: mutation.actorId
		}));
	});

/** How far back one looks for refusals that were handed over; what the office settled is found however old. */
const HANDED_AMONG = 200;

/** The newest first. One that was itself refused stands in À traiter. */
export const readHandedOver = (store: ReplicaStore): Promise<HandedOver[]> =>
	store.transaction('read', ['mutations'], async (tx) => {
		const [newest, settled] = await Promise.all([
			tx.list('mutations', { newest: true, limit: HANDED_AMONG }),
			tx.find('mutations', 'stands', ['settled'])
		]);
		const seen = new Set(newest.map(({ uid }) => uid));
		return [...newest, ...settled.reverse().filter(({ uid }) => !seen.has(uid))].flatMap((mutation) => {
			const command = commandOf(mutation);
			if (command.name !== 'refusal.handOver' || mutation.dismissed) return [];
			const { uid, code, stands, settlement = null } = mutation;
			const { fate } = entryOfMutation(mutation);
			// What the office did was read: nothing is left to say.
			if (fate === 'rejected' || (settlement && stands === 'done')) return [];
			const { command: meant, note = '' } = command.args;
			return [{ uid, command: meant, code, note, at: shownTime(mutation), fate, settlement }];
		});
	});

/** Undecided, oldest first. */
export const readPending = (store: ReplicaStore): Promise<PendingItem[]> =>
	store.transaction('read', ['mutations'], async (tx) => {
		const queue = await tx.find('mutations', 'stands', ['queued']);
		return queue.map((mutation) => ({
			uid: mutation.uid,
			mid: mutation.mid,
			command: mutation.dismissed ? null : commandOf(mutation),
			at: shownTime(mutation),
			actorId: mutation.actorId,
			despite: mutation.despite !== undefined,
			conflict: mutation.conflict
		}));
	});

export interface QueueCounts {
	/** Undecided mutations. */
	pending: number;
	oldestPendingAt: string | null;
	rejected: number;
	settled: number;
}

export const readCounts = (store: ReplicaStore): Promise<QueueCounts> =>
	store.transaction('read', ['mutations'], async (tx) => {
		const [pending, rejected, settled, [oldest]] = await Promise.all([
			tx.count('mutations', 'stands', ['queued']),
			tx.count('mutations', 'stands', ['todo']),
			tx.count('mutations', 'stands', ['settled']),
			tx.find('mutations', 'stands', ['queued'], 1)
		]);
		return { pending, oldestPendingAt: oldest ? shownTime(oldest) : null, rejected, settled };
	});

/** How far back one looks for a mutation to take back. */
const UNDO_AMONG = 30;

/** The newest mutation of this operator that can be taken back and was not, or null. */
export const readLastUndoable = (
	store: ReplicaStore
): Promise<{ uid: string; command: ReturnType<typeof commandOf> } | null> =>
	store.transaction('read', ['meta', 'mutations'], async (tx) => {
		const [[operator], newest] = await Promise.all([
			tx.get('meta', ['operator']) as Promise<[OperatorState | undefined]>,
			tx.list('mutations', { newest: true, limit: UNDO_AMONG })
		]);
		const undone = new Set(newest.filter((mutation) => !isRefused(mutation)).map((mutation) => mutation.undoes));
		const found = newest.find(
			(mutation) => mutation.actorId === operator?.operator?.personId && canUndo(mutation) && !undone.has(mutation.uid)
		);
		return found ? { uid: found.uid, command: commandOf(found) } : null;
	});

const isRefused = (mutation: StoredMutation): boolean => mutation.verdict !== null && mutation.verdict.status !== 'ok';

const canUndo = (mutation: StoredMutation): boolean =>
	mutation.undo !== null &&
	mutation.undoes === undefined &&
	mutation.dismissed === undefined &&
	!isRefused(mutation) &&
	UNDOABLE[commandOf(mutation).name];

/** [I37] The newest first: mutations are their own records, scans that became none have theirs. */
export const readScanLog = (store: ReplicaStore, limit: number): Promise<ScanLogEntry[]> =>
	store.transaction('read', ['mutations', 'scanlog'], async (tx) => {
		const [mutations, scans] = await Promise.all([
			tx.list('mutations', { newest: true, limit }),
			tx.list('scanlog', { newest: true, limit })
		]);
		const entries = [...mutations.map(entryOfMutation), ...scans.map(entryOfScan)];
		// Ids are UUIDv7 of one source: their order is the order of scanning.
		return entries.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
	});

export function entryOfMutation(mutation: StoredMutation): ScanLogEntry {
	const { verdict } = mutation;
	const passed = verdict?.status === 'ok' || verdict?.status === 'noop';
	return {
		id: mutation.uid,
		code: mutation.code,
		at: mutation.deviceTime,
		command: commandOf(mutation).name,
		uid: mutation.uid,
		fate: verdict === null ? 'queued' : passed ? 'accepted' : 'rejected',
		note: verdict?.status === 'noop' ? verdict.rejection : (verdict?.notes[0] ?? null),
		rejection: verdict && !passed ? verdict.rejection : null,
		opened: null,
		actorId: mutation.actorId
	};
}

function entryOfScan(scan: LoggedScan): ScanLogEntry {
	return {
		id: scan.id,
		code: scan.code,
		at: scan.at,
		command: scan.command as ScanLogEntry['command'],
		uid: scan.uid,
		fate: scan.rejection ? 'rejected' : 'accepted',
		note: scan.note,
		rejection: scan.rejection,
		opened: scan.opened,
		actorId: scan.actorId
	};
}
