/**
 * What the sync logic needs from its surroundings, and what their silence means. `local/` implements these over
 * IndexedDB, tRPC and the browser; the simulator implements them in memory over real server code. One contract suite
 * runs against both stores.
 */
import type {
	DigestOutput,
	HelloInput,
	HelloOutput,
	PullInput,
	PullOutput,
	PushInput,
	PushOutput,
	SnapshotHeader,
	SnapshotLine,
	SnapshotTrailer,
	TransportRefusal
} from '#lib/protocol/envelope.ts';
import type { HealInput, HealOutput } from '#lib/protocol/healing.ts';
import type { Operator, SyncStatus, WaitReason } from './client.ts';
import type { PlainStore, StoreName, Stores, ViewStore } from './records.ts';

/**
 * The phone's storage: transactions over named stores. All or nothing, one writer at a time per store, and what a
 * writer resolved with has reached the disk (`strict`).
 */
export interface ReplicaStore {
	/**
	 * Runs `work`; its promises may only be those of `tx`, or the transaction ends under it.
	 * @throws when the storage refuses (full, closed, aborted): nothing of `work` is stored then.
	 */
	transaction<T>(mode: 'read' | 'write', stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T>;
}

type Rec<S extends StoreName> = Stores[S]['record'];
type Key<S extends StoreName> = Stores[S]['key'];
type Index<S extends StoreName> = Stores[S]['index'];

export type ListOf<S extends StoreName> = { after?: Key<S>; limit?: number } & (S extends PlainStore
	? { newest?: boolean }
	: unknown);

export interface Tx {
	/** In the order of `keys`; undefined where there is none. */
	get<S extends StoreName>(store: S, keys: readonly Key<S>[]): Promise<(Rec<S> | undefined)[]>;
	/** Records whose `index` holds one of `values`, each once, in key order; the first `limit` of them. */
	find<S extends StoreName>(store: S, index: Index<S>, values: readonly string[], limit?: number): Promise<Rec<S>[]>;
	count<S extends PlainStore>(store: S, index: Index<S>, values: readonly string[]): Promise<number>;
	/** In key order: those above `after`, at most `limit`; or, not of a view, the highest `limit` keys first with `newest`. */
	list<S extends StoreName>(store: S, how?: ListOf<S>): Promise<Rec<S>[]>;
	lastKey<S extends PlainStore>(store: S): Promise<Key<S> | null>;
	size(store: PlainStore): Promise<number>;
	put<S extends StoreName>(store: S, records: readonly Rec<S>[]): Promise<void>;
	/** Rows of a snapshot, none of which the store holds yet, in order of their ids: many at once cost little. */
	fill<S extends ViewStore>(store: S, rows: readonly Rec<S>[]): Promise<void>;
	/** As `put`, but throws when a key is taken. */
	add<S extends PlainStore>(store: S, records: readonly Rec<S>[]): Promise<void>;
	remove<S extends StoreName>(store: S, keys: readonly Key<S>[]): Promise<void>;
	clear(store: StoreName): Promise<void>;
}

/**
 * One call's outcome. `silent` means no answer: nothing is known about what the server did with the call.
 * `refused` means that the server decided nothing.
 */
export type Answer<T> =
	| { kind: 'ok'; value: T }
	| { kind: 'refused'; refusal: TransportRefusal; status: number; retryAfterMs: number | null }
	| { kind: 'silent'; why: Extract<WaitReason, 'offline' | 'captive_portal' | 'server_error'> };

export interface Transport {
	hello(input: HelloInput): Promise<Answer<HelloOutput>>;
	push(input: PushInput): Promise<Answer<PushOutput>>;
	heal(input: HealInput): Promise<Answer<HealOutput>>;
	pull(input: PullInput): Promise<Answer<PullOutput>>;
	digest(input: { epoch: string; replicaId: string; cookie: number }): Promise<Answer<DigestOutput>>;
	/** Streams a snapshot into `sink`. A torn download is taken up where it stopped; when it cannot be, `begin` is called again. */
	snapshot(input: { replicaId: string; schema: number }, sink: SnapshotSink): Promise<Answer<SnapshotTrailer>>;
	/** Who is signed in. `ok` with null: nobody. */
	me(): Promise<Answer<Operator | null>>;
}

export interface SnapshotSink {
	begin(header: SnapshotHeader): Promise<void>;
	rows(lines: SnapshotLine[]): Promise<void>;
}

export interface Timers {
	/** @returns what cancels it. */
	after(ms: number, run: () => void): () => void;
}

export interface Clock {
	/** Epoch milliseconds of this device. Right or not: it orders nothing (I25). */
	now(): number;
}

export interface Random {
	/** 0 ≤ x < 1. */
	fraction(): number;
	/** 16 bytes that nobody can guess or repeat. */
	bytes16(): Uint8Array;
}

/**
 * One drainer per browser profile. Correctness never depends on it: two holders cost requests, not data (I20).
 */
export interface DrainLock {
	/** Asks for the lock until it is stopped; calls `onHeld` when this tab has it and `onLost` when another took it over. */
	start(onHeld: () => void, onLost: () => void): void;
	stop(): void;
}

/** What the tabs of one browser profile tell each other. */
export type PeerMessage =
	{ kind: 'wake'; urgency: 'soon' | 'now' } | { kind: 'line'; line: LineState } | { kind: 'line?' };

export interface Peers {
	tell(message: PeerMessage): void;
	/** Messages of the other tabs, never one's own. */
	listen(listener: (message: PeerMessage) => void): void;
	close(): void;
}

/** The state of the line to the server, as the tab that drains knows it. */
export interface LineState {
	connection: SyncStatus['connection'];
	offlineSince: string | null;
	waits: WaitReason | null;
	download: SyncStatus['download'];
	maintenance: SyncStatus['maintenance'];
}

/** The server's event stream: "there is news", nothing more. */
export interface NewsStream {
	/** `alive(false)`: forty seconds of silence or a broken line; it goes on trying by itself. */
	open(
		replicaId: string,
		listener: { poke(headSeq: number, epoch: string): void; alive(isAlive: boolean): void }
	): void;
	close(): void;
}

export interface ReplicaPorts {
	store: ReplicaStore;
	transport: Transport;
	timers: Timers;
	clock: Clock;
	random: Random;
	lock: DrainLock;
	peers: Peers;
	news: NewsStream;
}
