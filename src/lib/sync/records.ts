/**
 * What a phone stores, by the names that the ports use: mutations, the two sets of view tables, base rows, the inbox
 * of pull pages, what the phone knows about itself, and the scans that became no command. It does not know how they
 * are stored: `local/` keeps them in IndexedDB, the simulator in memory.
 */
import type { UndoMemo } from '#lib/domain/decision.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { SYNCED_TABLES, type Role, type SyncedRows, type SyncedTable } from '#lib/domain/rows.ts';
import type { Patch, Settlement, Verdict } from '#lib/protocol/envelope.ts';
import type { Operator } from './client.ts';

/** The two sets of view tables: screens read the live one while a snapshot fills the other (sync §5). */
export const TABLE_SETS = ['a', 'b'] as const;
export type TableSet = (typeof TABLE_SETS)[number];
export const otherSet = (set: TableSet): TableSet => (set === 'a' ? 'b' : 'a');

export type ViewStore<T extends SyncedTable = SyncedTable> = `${TableSet}_${T}`;
export const viewStore = <T extends SyncedTable>(set: TableSet, table: T): ViewStore<T> => `${set}_${table}`;
export const viewStores = (set: TableSet): ViewStore[] => SYNCED_TABLES.map((table) => viewStore(set, table));

/** One row of a view table, with what the lookups need beside it. */
export interface StoredRow<T extends SyncedTable = SyncedTable> {
	id: string;
	/** The server's version of the row that this one stands on; 0 while the server does not know it. */
	version: number;
	row: SyncedRows[T];
	/** Indexed: the normalised codes by which it is found (R4). */
	codes?: string[];
	/** Indexed: the shipment of a carton or of a timeline entry. */
	parent?: string;
	/** A mutation in the fold wrote it, so `base` holds the server's row. */
	dirty?: true;
}

/** The server's row (or its absence) under a row that mutations in the fold wrote. */
export interface BaseRecord {
	/** `rowKey(table, id)` */
	key: string;
	table: SyncedTable;
	id: string;
	/** Null: the server has no such row (yet). */
	stored: { version: number; row: SyncedRows[SyncedTable] } | null;
}

/**
 * Where a mutation stands. Undecided ones are `queued`; `accepted` (ok or noop) ones stay in the fold until a pull
 * brings their effect, so that nothing accepted flickers (I36); `todo` ones were refused and wait for a person. `handed`: a
 * hand-over that the office has; `settled`: what it did is to be read (§11).
 */
export type Stands = 'queued' | 'accepted' | 'todo' | 'handed' | 'settled' | 'done';

export interface StoredMutation {
	/** 1, 2, 3… without holes while undecided; those of a former replicaId are moved below zero (`renumber.ts`). */
	mid: number;
	uid: string;
	stands: Stands;
	/** The shape of the wire: `protocol/envelope.ts`. */
	name: string;
	version: number;
	schema: number;
	/** The JSON text that will be sent, made at enqueue. */
	args: string;
	actorId: string;
	deviceTime: string;
	clockOffset: number;
	signedInBy?: 'pin';
	undoes?: string;
	despite?: string;
	dismissed?: { by: string; at: string };
	refusedBy?: number;

	/** The code that was scanned, as read: the mutation is its own record in the scan log (I37). */
	code: string;
	/** The operator as they stood at enqueue: what a replay decides with. */
	actor: { name: string; structure: string; role: Role };
	/** Row keys and lookups that the rule read and wrote when it last ran: what the rebase follows (`keys.ts`). */
	reads: string[];
	writes: string[];
	/** What taking it back needs; null where nothing can be taken back. */
	undo: UndoMemo | null;
	/** A replay over newer rows was refused: "conflict expected". */
	conflict: Rejection | null;
	/** The server's answer; null while there is none. */
	verdict: Omit<Verdict, 'mid' | 'uid'> | null;
	decidedAt: string | null;
	settledAt: string | null;
	/** Of a hand-over: what the office did about it. */
	settlement?: Omit<Settlement, 'refusalId'>;
}

/** One pull page, kept until the last one of its pull has arrived. */
export interface InboxPage {
	/** The cookie that it was asked with: pages chain by it. */
	from: number;
	cookie: number;
	epoch: string;
	patch: Patch[];
	results: Verdict[];
}

/** A scan that became no mutation, or whose mutation was pruned (I37). */
export interface LoggedScan {
	id: string;
	/** Of the pruned mutation. */
	uid: string | null;
	code: string;
	at: string;
	command: string | null;
	opened: string | null;
	rejection: Rejection | null;
	note: Rejection | null;
	actorId: string;
}

/** One leased range of carton numbers and the next one that this phone has not used. */
export interface HeldLease {
	from: number;
	until: number;
	nextFree: number;
}

/** What this replica knows about itself and about its server. */
export interface ReplicaState {
	key: 'replica';
	replicaId: string;
	/** Of the stored data; null before the first snapshot. */
	epoch: string | null;
	/** The seq through which the views are complete; null before the first snapshot. */
	cookie: number | null;
	/** The fold starts above it: mids whose effects the base rows contain. */
	lmid: number;
	/** The highest mid that any answer called decided. */
	decidedThrough: number;
	durableLmid: number;
	/** The highest mid that may have left this phone: what is above can still be dismissed. */
	sentThrough: number;
	leases: HeldLease[];
	/** Milliseconds to add to this device's clock. */
	clockOffset: number;
	warehouseId: string | null;
	siteTimeZone: string;
	schema: number;
	protocol: number;
	/** When the views were last complete, ISO of the device. */
	dataAt: string | null;
	/** A snapshot must come first; `epoch`: and nothing is pushed before it. */
	needsSnapshot: 'first' | 'epoch' | 'floor' | 'scope' | 'schema' | 'behind' | 'digest' | null;
	headMatches: boolean | null;
	/** When the last digest mismatch took its snapshot, epoch ms: at most one in six hours. */
	mismatchAt: number | null;
	/** The tables that differed then. */
	mismatchTables: string[];
	/** The epoch of the server that was told last what this phone remembers of a former one. Absent: none ever was. */
	healedEpoch?: string;
	/** What a former database of this phone took with it, until an admin has seen that. Absent: nothing, or never asked. */
	lost?: { scans: number; at: string } | null;
}

export interface SetState {
	key: 'set';
	live: TableSet;
	/** The snapshot that is filling the idle set, so that two tabs never fill it together. */
	loading: string | null;
}

export interface OperatorState {
	key: 'operator';
	operator: Operator | null;
}

/** By which this phone recognises somebody's PIN without network: never the PIN, and of use on this phone only. */
export interface VerifierState {
	/** `verifierKey(personId)` */
	key: string;
	badgeCode: string;
	/** Who they become. */
	operator: Operator & { signedInBy: 'pin'; until: string };
	/** Of the server: another one makes this void. */
	pinGeneration: number;
	/** The server's time of its making, ISO. */
	serverAt: string;
	/** This phone's own, corrected, epoch ms: a clock that went back behind it is not believed. */
	madeAt: number;
	salt: Uint8Array<ArrayBuffer>;
	iterations: number;
	proof: Uint8Array<ArrayBuffer>;
	/** Wrong PINs in a row, the one being looked at included: counted before it is compared. */
	failures: number;
	/** Corrected, epoch ms. */
	lockedUntil: number | null;
}
const VERIFIER = 'verifier:';
export const verifierKey = (personId: string): string => VERIFIER + personId;
export const isVerifier = (record: MetaRecord): record is VerifierState => record.key.startsWith(VERIFIER);

/** A key that this browser uses and never shows. `local/` knows what it is. */
export interface DeviceKeyState {
	key: 'device-key';
	hmac: unknown;
}

export interface ScanLogState {
	key: 'scanlog';
	/** Older entries were dropped to keep the log bounded (I30). */
	trimmed: boolean;
}

export type MetaRecord = ReplicaState | SetState | OperatorState | ScanLogState | VerifierState | DeviceKeyState;

/** Every store by name, its record and its key. */
export type Stores = {
	meta: { record: MetaRecord; key: string; index: never };
	mutations: { record: StoredMutation; key: number; index: 'uid' | 'stands' | 'undoes' };
	base: { record: BaseRecord; key: string; index: never };
	inbox: { record: InboxPage; key: number; index: never };
	scanlog: { record: LoggedScan; key: string; index: never };
} & {
	[S in ViewStore]: {
		record: S extends ViewStore<infer T> ? StoredRow<T> : never;
		key: string;
		index: 'codes' | 'parent';
	};
};
export type StoreName = keyof Stores;
/** A store whose records are written one by one, as against the views, which a snapshot fills. */
export type PlainStore = Exclude<StoreName, ViewStore>;

/** The field of a store's record that is its key. */
export const KEY_OF: Record<string, string> = {
	meta: 'key',
	mutations: 'mid',
	base: 'key',
	inbox: 'from',
	scanlog: 'id'
};
export const keyField = (store: StoreName): string => KEY_OF[store] ?? 'id';
