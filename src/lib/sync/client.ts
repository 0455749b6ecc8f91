/**
 * What a screen may ask of this phone's replica: one interface, implemented over IndexedDB and tRPC in `local/`, wired
 * in `state/app.svelte.ts`. Screens never see a table or a request. Every promise here resolves from local data; none waits
 * for the network unless it says so.
 */
import type { Command } from '#lib/domain/commands.ts';
import type { MaintenanceWindow } from '#lib/domain/maintenance.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type {
	CartonRow,
	ContactRow,
	DestinationRow,
	PersonRow,
	ProductRow,
	Role,
	ShipmentRow,
	SyncedRows,
	SyncedTable,
	TimelineRow
} from '#lib/domain/rows.ts';
import type { VerdictStatus } from '#lib/protocol/envelope.ts';
import type { PhotoShelf } from './photos.ts';
import type { ReplicaStore } from './ports.ts';

/** Who is working with this phone now. Every mutation carries its operator (I21). */
export interface Operator {
	personId: string;
	name: string;
	structure: string;
	role: Role;
	/** [§9] By badge and PIN, operator at most. Absent: with a password. */
	signedInBy?: 'pin';
	/** The end of the shift, ISO, of a sign-in by badge and PIN: then nothing is recorded before the PIN is typed again. */
	until?: string;
}

/** Somebody who can take this phone over without network. */
export interface OfflineOperator {
	personId: string;
	name: string;
	badgeCode: string;
	/** The end of their shift, ISO. */
	until: string;
}

/** What became of a badge and a PIN. */
export type Switched =
	| { kind: 'switched'; operator: Operator; how: 'online' | 'offline' }
	/** `left`: tries before this phone forgets the person; null where the server counts them. */
	| { kind: 'wrong'; left: number | null }
	| { kind: 'wait'; seconds: number }
	/** The PIN is right, the account deactivated. */
	| { kind: 'inactive' }
	/**
	 * Only the server can tell. `unknown`: it never let this person in here, or not with this PIN; `shift_over`; `clock`: this
	 * phone's went back; `forgotten`: too many wrong PINs.
	 */
	| { kind: 'needs_network'; why: 'unknown' | 'shift_over' | 'clock' | 'forgotten' }
	/** The server answers, and does not decide. */
	| { kind: 'refused'; why: 'device_unknown' | 'device_revoked' | 'busy' };

/** Taking the phone over by badge and PIN; loaded when somebody does. */
export interface Badges {
	/**
	 * `ask`: the server first, and this phone's own memory when it is silent; else only that.
	 * @param leaving called before the operator changes without the server: its session is still the former one's
	 */
	switchTo(badge: { badgeCode: string; pin: string }, how: { ask: boolean; leaving: () => void }): Promise<Switched>;
	/** By name. */
	offline(): Promise<OfflineOperator[]>;
}

/** Why the queue waits, when it does (I18). Null: nothing waits, or it is being sent. */
export type WaitReason =
	| 'offline'
	| 'captive_portal'
	| 'device_unknown'
	| 'device_revoked'
	| 'upgrade_required'
	| 'newer_client'
	| 'busy'
	| 'storage_full'
	| 'healing'
	| 'server_error';

export interface SyncStatus {
	/** `empty`: no working set yet and none coming (offline before the first download). */
	phase: 'starting' | 'empty' | 'downloading' | 'ready';
	connection: 'online' | 'offline' | 'syncing';
	/** Since when the server has not answered, ISO; null while it does. */
	offlineSince: string | null;
	pending: number;
	oldestPendingAt: string | null;
	/** Refused and not yet dealt with: what stands in À traiter. */
	rejected: number;
	/** Handed to the office, settled there, and not yet read here. */
	settled: number;
	waits: WaitReason | null;
	/** Planned, or on: then the queue waits for its end. */
	maintenance: MaintenanceWindow | null;
	/** First download or a snapshot under way: rows so far and in all (0 when not known yet). */
	download: { done: number; total: number } | null;
	/** When the last complete pull or snapshot ended, ISO: how old the data is. */
	dataAt: string | null;
	/** Was storage made persistent? Null: not asked yet. */
	persisted: boolean | null;
	/** Bytes free as the browser estimates them; null when it does not say. */
	storageFreeBytes: number | null;
	headMatches: boolean | null;
	/** Mutations that a former database of this phone took with it; until an admin has seen that. Absent or 0: none that is known. */
	lostScans?: number;
	/**
	 * `outdated`: another tab runs a newer program, this one must be loaded anew. `unavailable`: this browser does not let us
	 * store anything. Nothing is lost by either. `erased`: the server took this phone out of service, and it holds nothing
	 * any more (I26).
	 */
	storage?: 'ok' | 'outdated' | 'unavailable' | 'erased';
}

export type Submitted =
	/** The IndexedDB transaction completed. `despite`: queued although this phone refuses it; not shown as done. */
	| { kind: 'saved'; uid: string; despite: boolean; notes: Rejection[] }
	| { kind: 'noop'; rejection: Rejection }
	/** Nothing queued. `keepable`: may rest on old knowledge, *Garder quand même* can queue it with `despite`. */
	| { kind: 'refused'; rejection: Rejection; keepable: boolean };

/** One scan, its meaning and its fate: *every* scan leaves one (I37). */
export interface ScanLogEntry {
	id: string;
	code: string;
	at: string;
	/** The command that it became, or null: opened something, unknown code, chose a shipment… */
	command: Command['name'] | null;
	uid: string | null;
	fate: 'queued' | 'accepted' | 'rejected';
	/** A noop's or an accepted mutation's note. */
	note: Rejection | null;
	rejection: Rejection | null;
	/** What it opened or chose, when it became no command: `carton`, `shipment`, `product`, … */
	opened: string | null;
	actorId: string;
}

/** One refused mutation in À traiter. */
export interface TodoItem {
	uid: string;
	command: Command;
	status: Extract<VerdictStatus, 'rejected' | 'dead'>;
	rejection: Rejection;
	/** As it was scanned. */
	code: string;
	/** The refused mutation that this one stood on. */
	causedBy: string | null;
	at: string;
	actorId: string;
}

/** A refusal that was handed to the office from this phone. */
export interface HandedOver {
	uid: string;
	/** What was meant, and the code that it was about. */
	command: string;
	code: string;
	/** '' where the worker added nothing. */
	note: string;
	at: string;
	fate: 'queued' | 'accepted';
	/** What the office did about it; null while it has not. */
	settlement: { by: string; at: string; note: string } | null;
}

/** A pending mutation, oldest first, with why it waits. */
export interface PendingItem {
	uid: string;
	mid: number;
	command: Command | null;
	at: string;
	actorId: string;
	despite: boolean;
	/** Replayed over newer base data, this phone would now refuse it: "conflict expected" (sync §5). */
	conflict: Rejection | null;
}

/** R4: what a scanned code means here. `several`: the worker chooses. */
export type Meaning =
	| { kind: 'carton'; carton: CartonRow }
	| { kind: 'shipment'; shipment: ShipmentRow }
	| { kind: 'location'; id: string; code: string }
	| { kind: 'person'; person: PersonRow }
	| { kind: 'product'; product: ProductRow; lotCode: string | null; expiresOn: string | null; quantity: number | null };
/** What can be scanned and is nobody's badge. */
export type Thing = Exclude<Meaning, { kind: 'person' }>;
export type Resolution =
	| { kind: 'one'; meaning: Meaning }
	| { kind: 'several'; meanings: Meaning[] }
	/** `creatable`: a worker may make it a carton's code (R3); otherwise `refusal` says why not. */
	| { kind: 'unknown'; code: string; creatable: boolean; refusal: Rejection };

/** A value that stays current: calls back now and after every committed change, until the returned function is called. */
export type Live<T> = (listener: (value: T) => void) => () => void;

export interface ReplicaClient {
	/** Opens storage, starts syncing; the working set is there when status says `ready`. */
	start(): Promise<void>;
	/** Ends timers and streams; nothing stored changes. */
	stop(): void;
	status: Live<SyncStatus>;
	operator: Live<Operator | null>;
	/** Asks the server who is signed in and remembers it. Network; null means no answer or signed out. */
	refreshOperator(): Promise<Operator | null>;
	/** @throws where the part of the program cannot be loaded */
	badges(): Promise<Badges>;
	/** Forgets the operator on this phone. The queue stays and is still sent. */
	signOut(): Promise<void>;

	/** Decides locally; enqueues in one durable transaction when the rule says yes (or `despite`). */
	submit(command: Command, how: { code: string; despite?: string }): Promise<Submitted>;
	/** Takes back one's own mutation, before or after its verdict (sync §2). */
	undo(uid: string): Promise<Submitted>;
	/** The newest mutation of this operator that can be taken back, or null. */
	lastUndoable: Live<{ uid: string; command: Command } | null>;
	/** A scan that became no command still leaves a record (I37). */
	logScan(entry: { code: string; opened: string | null; rejection: Rejection | null }): Promise<void>;
	/** The newest first. */
	scanLog(limit: number): Live<ScanLogEntry[]>;

	todo: Live<TodoItem[]>;
	/** Dealt with, or the office's answer read: leaves À traiter, stays in the history. */
	settle(uid: string): Promise<void>;
	/** The newest first, as far back as this phone remembers. */
	handedOver: Live<HandedOver[]>;
	pendingList: Live<PendingItem[]>;
	/** Only for what was never sent (sync §2); `false` when it has been. */
	dismiss(uid: string): Promise<boolean>;

	resolve(text: string): Promise<Resolution>;
	/** The next code of this phone's lease, or null when it is empty. Nothing is used up until a carton is created with it. */
	nextLeasedCode(): Promise<string | null>;
	leasedCodesLeft(): Promise<number>;

	row<T extends SyncedTable>(table: T, id: string): Live<SyncedRows[T] | null>;
	cartonsOf(shipmentId: string): Live<CartonRow[]>;
	timelineOf(shipmentId: string): Live<TimelineRow[]>;
	/** Shipments neither archived nor closed, newest first. */
	liveShipments: Live<ShipmentRow[]>;
	products: Live<ProductRow[]>;
	/** What a shipment's form chooses from, by name; inactive ones too, which tell why a list is empty. */
	contacts: Live<ContactRow[]>;
	destinations: Live<DestinationRow[]>;
	warehouseId(): Promise<string | null>;
	siteTimeZone(): Promise<string>;

	/** The photos of disputes on this phone; loaded at the first call. Rejects where that part of the program cannot be loaded. */
	photos(): Promise<PhotoShelf>;

	/** Tries now (a person asked, the page became visible). */
	syncNow(): void;
	/** Asks the browser to keep this origin's data; resolves to what it said. */
	persistStorage(): Promise<boolean>;
	/** A read that few screens need; it comes with the screen that does (docs/decisions/0006). */
	ask<T>(read: (store: ReplicaStore) => Promise<T>): Promise<T>;
	/** Compares digests with the server at an empty queue (I15). Network; null when it could not be compared. */
	compareDigests(): Promise<boolean | null>;
}
