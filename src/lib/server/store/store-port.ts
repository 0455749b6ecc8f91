/**
 * What the rest of the server may ask of its one database: reads, writes that join the group transaction, the sync calls,
 * desk commands and the "there is news" hub. `store.ts` implements it; nothing here opens or prepares anything.
 */
import type { Database } from 'better-sqlite3';
import type { Command, CommandArgs } from '#lib/domain/commands.ts';
import type { SignInKind } from '#lib/domain/roles.ts';
import type { SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import type {
	DigestInput,
	DigestOutput,
	HelloInput,
	HelloOutput,
	Mutation,
	PullInput,
	PullOutput,
	PushInput,
	PushOutput,
	Verdict
} from '#lib/protocol/envelope.ts';

import type { HealInput, HealOutput } from '#lib/protocol/healing.ts';
import type { HereDecided } from '#lib/server/sync/desk-command.ts';
import type { JournalState } from '#lib/server/journal/journal.ts';
import type { RuleBook } from '#lib/server/sync/sync-context.ts';

export type { Database } from 'better-sqlite3';

export interface StoreOptions {
	/** The database file, or `:memory:` (one connection, nothing on disk). */
	file: string;
	/** What `:memory:` begins with, as `Database.serialize` gave it. Default: an empty database. */
	image?: Buffer;
	/** False: refuse a file that does not exist or is empty. Default true. */
	create?: boolean;
	/** The folder of migrations in Prisma's format. */
	migrations: string;
	/** R1 counts references by the local year of this zone. */
	siteTimeZone: string;
	/** P5: the name of the shipper that every new recipient is linked to, if there is such a contact. */
	defaultShipper?: string;
	/** Where notices lead (`https://escale.example.org`); absent: status changes queue none. */
	origin?: string;
	clock: () => Date;
	/** Bytes that nobody can guess: tracking tokens. */
	randomBytes: (size: number) => Uint8Array;
	/** A new UUIDv7: epoch, instance. */
	newId: () => string;
	/** BACKUP_DIR: what is committed is written down there, too (server/journal). Absent: nowhere. */
	journalDir?: string;
	/** It is worked on beside the one that is served: nobody is asked anything. */
	isCopy?: boolean;
	/** Where snapshot files are built; a folder of its own below the system's temporary one when absent. */
	snapshotFolder?: string;
	/** The rule book; tests hand in one that throws. Default: the domain's. */
	rules?: RuleBook;
	/** Told of what an operator should know: a database copied back by hand, a rule that threw. Never a scan's content. */
	warn?: (event: string, detail: Record<string, unknown>) => void;
	/** Told of each verdict that was made now. */
	decided?: (name: string, status: Verdict['status']) => void;
	/** Told of statements that took long: their text with place-holders, milliseconds. */
	statementTook?: (statement: string, ms: number) => void;
}

export interface WriterStats {
	groups: number;
	jobs: number;
	/** Verdicts made since the start, by status. */
	verdicts: Record<Verdict['status'], number>;
	/** Groups rolled back by an error that was not the rule's. */
	faults: number;
	/** Jobs waiting for the next group. */
	waiting: number;
	lastGroupMs: number;
	slowestGroupMs: number;
}

export interface SnapshotFile {
	/** Gzip NDJSON on disk; removed when a newer one replaces it or the store closes. */
	path: string;
	name: string;
	/** Bytes. */
	size: number;
	etag: string;
	/** The seq that it is complete through, its header's `seq`. */
	seq: number;
}

export interface Poke {
	epoch: string;
	headSeq: number;
	/** Which synced tables have news since the last poke, sorted; told to desks alone. */
	tables?: string[];
}

export interface Subscriber {
	/** Feed scopes (`*`, `warehouse:<id>`) whose news it wants, or `all` for a desk. */
	scopes: readonly string[] | 'all';
	/** News that only this replica caused is not sent to it. */
	replicaId?: string;
	/** `desk` and `server` (a part of this process, counted as no stream): at most one poke per 250 ms; `phone`: per 2 s, jittered. */
	kind: 'desk' | 'phone' | 'server';
	poke: (news: Poke) => void;
}

export interface EventHub {
	/** The first poke after quiet comes at once. @returns what unsubscribes. */
	subscribe(subscriber: Subscriber): () => void;
	/** There is news of something that is no synced row; desks hear of what, phones only that they should ask. */
	announce(topic: string, to: 'everybody' | 'desks'): void;
	/** Streams now open, by kind. */
	streams(): { desk: number; phone: number };
}

export interface DeskCommand {
	personId: string;
	/** [§9] How the session that asks was opened. Absent: with the password. */
	signedInBy?: SignInKind;
	command: Command;
	/** Makes the command repeatable: the same uid gets the stored verdict. */
	uid: string;
	/** When the person did it, ISO; absent: now. */
	occurredAt?: string;
	/** The uid of the mutation to take back; `command` is then the command that it was. */
	undoes?: string;
}

/** [T5] A reception step that the holder of a tracking link records. */
export interface LinkCommand {
	/** Must be the token of `args.shipmentId` when the step is decided. */
	token: string;
	args: CommandArgs['shipment.track'];
	/** Of the form: sending it twice records it once. Counted apart from everybody else's uids. */
	uid: string;
}

/** A command that the server gives itself, as the job of this name. No role stands in its way. */
export interface JobCommand extends Pick<DeskCommand, 'command' | 'uid'> {
	job: string;
}

/** A command that a program gives over /api/v1, under the replica `api:<key>`. */
export interface ApiCommand extends Pick<DeskCommand, 'command' | 'uid'> {
	keyId: string;
	/** Who the history says it was. */
	name: string;
	/** The key must have it when the command is decided. */
	scope: string;
	/** Of what was asked: the same uid with another one is a mistake of the program. */
	fingerprint: string;
}

/** Of one phone; at most MAX_IMPORT_MUTATIONS at once. */
export interface ImportedQueue {
	/** The replica that they were queued in. */
	replicaId: string;
	deviceId: string;
	mutations: readonly Mutation[];
}

export interface Store {
	/** Changes with every restore: what phones knew of another epoch is void. */
	readonly epoch: string;
	/** Which installation this is: staging beside production has another one. */
	readonly instance: string;
	readonly siteTimeZone: string;
	writerStats(): WriterStats;
	/** Connections to the database that are open now. */
	connections(): number;

	/**
	 * Runs `work` in the next group transaction and resolves after its COMMIT. When `work` throws, its own writes are rolled
	 * back and the promise rejects with that error. @throws TransportError `busy` or `storage_full` when the group failed
	 */
	write<T>(work: (db: Database) => T): Promise<T>;
	/** Runs `work` on the read-only connection, in one read transaction. */
	read<T>(work: (db: Database) => T): T;

	/** `deviceId` is the authenticated device everywhere below; its status is read again inside. @throws TransportError */
	hello(input: HelloInput, deviceId: string): Promise<HelloOutput>;
	push(input: PushInput, deviceId: string): Promise<PushOutput>;
	/** [I24] What a phone remembers after a restore. */
	heal(input: HealInput, deviceId: string): Promise<HealOutput>;
	/** An admin waits no longer for phones: what they have told is decided now. */
	endHealing(personId: string): Promise<void>;
	pull(input: PullInput, deviceId: string): PullOutput;
	digest(input: DigestInput, deviceId: string): DigestOutput;
	/** The feed scopes of a replica of this device: what `events.subscribe` takes. @throws TransportError */
	scopesOf(replicaId: string, deviceId: string): string[];
	/** The snapshot of a replica's scope. @throws TransportError */
	snapshotFor(replicaId: string, schema: number, deviceId: string): Promise<SnapshotFile>;
	/** `scope`: `*` (no warehouse) or `warehouse:<id>`, which includes `*`. */
	snapshot(scope: string, schema: number): Promise<SnapshotFile>;

	/** A desk command: same rules, log and group as a phone's mutation, under the replica `desk:<personId>`. */
	runCommand(command: DeskCommand): Promise<Verdict>;
	/** The same for the server's own work, under the replica `job:<job>`. */
	runByJob(command: JobCommand): Promise<Verdict>;
	/** [T5] The same as role `link`, under the replica `link:<shipmentId>`. */
	runByLink(command: LinkCommand): Promise<Verdict>;
	/**
	 * The same for a program, with its key's scopes. `isFresh`: decided now, not remembered.
	 * @throws ApiCommandRefused when the key does not hold any more, or the uid was used for another question; nothing is decided
	 */
	runByApi(command: ApiCommand): Promise<{ verdict: Verdict; isFresh: boolean }>;
	/**
	 * [I31] What a phone's exported queue holds, decided as if that device pushed it, in the order given, under a replica of its
	 * own. Uids that are decided keep their verdict; from a mutation on that only a newer server can read, nothing is decided.
	 * @throws TransportError `device_unknown`, `device_revoked`
	 */
	importQueue(queue: ImportedQueue): Promise<HereDecided[]>;
	/** Saves reference rows (people, products, contacts, …) with feed, scope, hash and digests. Unchanged rows stay as they are. */
	saveReference<T extends SyncedTable>(table: T, rows: readonly SyncedRows[T][]): Promise<void>;
	/** Nightly: rows of shipments closed for more than 30 days leave the phones. @returns how many shipments left, or would */
	leaveScope(now: Date, how?: { dryRun?: boolean }): Promise<number>;

	/** How writing down what is committed goes; null: it is not. */
	journal(): JournalState | null;
	/** A backup holds all that was committed before it was begun. */
	backedUp(): Promise<void>;

	/** Bytes of the database, and how many of them hold nothing. */
	size(): { bytes: number; freeBytes: number };
	/** Brings the log home as far as nobody reads it, and renews the planner's statistics. @returns pages of the log */
	upkeep(): { log: number; checkpointed: number };
	/** Writes the whole file anew: everybody waits meanwhile. */
	vacuum(): void;

	events: EventHub;
	/** Finishes waiting writes, checkpoints, removes snapshot files and the lock. */
	close(): Promise<void>;
}
