/**
 * Fills the idle table set from a snapshot, completes it with pull pages, and flips (sync §5). Screens and scans use the
 * live set meanwhile; `mutations` is not touched before the flip, and then only by verdicts (I23).
 */
import { SYNCED_TABLES, type SyncedTable } from '#lib/domain/rows.ts';
import { addDigest, rowDigest } from '#lib/protocol/canonical.ts';
import type {
	Patch,
	PullOutput,
	SnapshotHeader,
	SnapshotLine,
	SnapshotTrailer,
	TableDigests
} from '#lib/protocol/envelope.ts';
import { MAX_PULL_ROWS, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import type { Pause } from './attempts.ts';
import type { Contact } from './contact.ts';
import { flipSets, type Pulled } from './flip.ts';
import type { Clock, ReplicaStore, Transport, Tx } from './ports.ts';
import {
	otherSet,
	viewStore,
	viewStores,
	type ReplicaState,
	type SetState,
	type StoredRow,
	type TableSet
} from './records.ts';
import { acknowledged, readState } from './state.ts';
import { toStored } from './views.ts';

/** Rows so far and in all; null: no download under way. */
export type SnapshotProgress = (progress: { done: number; total: number } | null) => void;

/** Another tab took the idle set over: this load stops, the other's goes on. */
class Superseded extends Error {}

/** @returns `unknown` when the server must be greeted first: it has not heard of this replica by its present name, or was restored */
export async function loadSnapshot(
	ports: { store: ReplicaStore; transport: Transport; clock: Clock },
	contact: Contact,
	newId: () => string,
	progress: SnapshotProgress
): Promise<'loaded' | 'unknown' | Pause> {
	const { store, transport, clock } = ports;
	const token = newId();
	const { replica, idle } = await claimIdleSet(store, token);
	if (!contact.isGreeted(replica.replicaId)) return 'unknown';
	const filling = new Filling(store, idle, token, progress);
	progress({ done: 0, total: 0 });
	try {
		const answer = await transport.snapshot({ replicaId: replica.replicaId, schema: SCHEMA_CURRENT }, filling);
		const pause = contact.report(answer);
		// It does not know us: greeted anew.
		if (answer.kind === 'refused' && answer.refusal === 'epoch') contact.forget();
		if (answer.kind !== 'ok') return pause ?? { kind: 'failed' };
		await filling.written();
		// A file that does not add up is no copy of anything: ask for another one, after a pause.
		if (!filling.isWhole(answer.value)) return { kind: 'failed' };
		// Of a restored server, and we have not heard of that: it will say what else it lost (I24).
		const { epoch } = filling.header!;
		if (replica.epoch !== null && replica.epoch !== epoch && replica.needsSnapshot !== 'epoch') {
			contact.forget();
			return 'unknown';
		}
		const completed = await complete(ports, contact, replica, filling);
		if ('kind' in completed) return completed;
		const flipped = await flipSets(store, clock, token, completed, { newId, healFrom: contact.healFrom });
		if (flipped !== 'done') return { kind: 'failed' };
		contact.settled();
		// The server was restored, perhaps while the file was on its way: what else it says now, a hello tells, and under
		// which name this phone goes on (I10: what was never greeted has no scope).
		if (replica.needsSnapshot === 'epoch' || contact.epoch !== completed.epoch) contact.forget();
		await empty(store, otherSet(idle));
		return 'loaded';
	} catch (error) {
		if (error instanceof Superseded) return { kind: 'failed' };
		throw error;
	} finally {
		// A chunk that is still being stored would tell of a download that is over.
		await filling.written().catch(() => undefined);
		progress(null);
	}
}

async function claimIdleSet(store: ReplicaStore, token: string): Promise<{ replica: ReplicaState; idle: TableSet }> {
	return store.transaction('write', ['meta'], async (tx) => {
		const { replica, set } = await readState(tx);
		await tx.put('meta', [{ ...set, loading: token }]);
		return { replica, idle: otherSet(set.live) };
	});
}

async function empty(store: ReplicaStore, set: TableSet): Promise<void> {
	await store.transaction('write', ['meta', ...viewStores(set)], async (tx) => {
		const state = await readState(tx);
		// Somebody may have begun to fill it again.
		if (state.set.live !== set && state.set.loading === null)
			await Promise.all(viewStores(set).map((name) => tx.clear(name)));
	});
}

class Filling {
	#store: ReplicaStore;
	#set: TableSet;
	#token: string;
	#progress: SnapshotProgress;
	#tables: TableDigests = {};
	#done = 0;
	/** The chunk that is being stored while the next one is read. */
	#writing: Promise<void> = Promise.resolve();
	header: SnapshotHeader | null = null;

	constructor(store: ReplicaStore, set: TableSet, token: string, progress: SnapshotProgress) {
		this.#store = store;
		this.#set = set;
		this.#token = token;
		this.#progress = progress;
	}

	async begin(header: SnapshotHeader): Promise<void> {
		await this.written();
		await this.#within(viewStores(this.#set), (tx) => Promise.all(viewStores(this.#set).map((name) => tx.clear(name))));
		this.header = header;
		this.#tables = {};
		this.#done = 0;
		this.#progress({ done: 0, total: header.rows });
	}

	/** Resolves when the chunk before is stored, so that two at most are in memory. */
	async rows(lines: SnapshotLine[]): Promise<void> {
		const byTable = new Map<SyncedTable, StoredRow[]>();
		for (const [table, version, hash, row] of lines) {
			const sum = this.#tables[table] ?? { count: 0, sum: 0 };
			this.#tables[table] = { count: sum.count + 1, sum: addDigest(sum.sum, rowDigest(table, row.id, version, hash)) };
			const stored = toStored(table, version, row, false);
			const rows = byTable.get(table);
			if (rows) rows.push(stored);
			else byTable.set(table, [stored]);
		}
		const names = [...byTable.keys()].map((table) => viewStore(this.#set, table));
		const before = this.#writing;
		this.#writing = this.#within(names, (tx) =>
			Promise.all([...byTable].map(([table, rows]) => tx.fill(viewStore(this.#set, table), rows as never[])))
		).then(() => {
			this.#done += lines.length;
			this.#progress({ done: this.#done, total: this.header?.rows ?? 0 });
		});
		// What went wrong is heard by whoever waits for it next.
		this.#writing.catch(() => undefined);
		await before;
	}

	/** Resolves when every chunk is stored. */
	written(): Promise<void> {
		return this.#writing;
	}

	/** The rows of a pull that follows the snapshot. */
	async patch(patch: readonly Patch[]): Promise<void> {
		if (patch.length === 0) return;
		const names = [...new Set(patch.map((each) => viewStore(this.#set, each.table)))];
		await this.#within(names, async (tx) => {
			for (const each of patch) {
				const name = viewStore(this.#set, each.table);
				if (each.op === 'put') await tx.put(name, [toStored(each.table, each.version, each.row, false)] as never[]);
				else await tx.remove(name, [each.id]);
			}
		});
	}

	/** Does what arrived add up to what the trailer says? */
	isWhole(trailer: SnapshotTrailer): boolean {
		return SYNCED_TABLES.every((table) => {
			const [mine, theirs] = [this.#tables[table], trailer.tables[table]];
			return (mine?.count ?? 0) === (theirs?.count ?? 0) && (mine?.sum ?? 0) === (theirs?.sum ?? 0);
		});
	}

	async #within(names: readonly ReturnType<typeof viewStore>[], work: (tx: Tx) => Promise<unknown>): Promise<void> {
		await this.#store.transaction('write', ['meta', ...names], async (tx) => {
			const [set] = (await tx.get('meta', ['set'])) as [SetState | undefined];
			if (set?.loading !== this.#token) throw new Superseded();
			await work(tx);
		});
	}
}

/** Pulls from the snapshot's seq until nothing is left, into the idle set. */
async function complete(
	ports: { store: ReplicaStore; transport: Transport },
	contact: Contact,
	replica: ReplicaState,
	filling: Filling
): Promise<Pulled | Pause> {
	const { seq, epoch } = filling.header!;
	// A server that lost what it knew must say all of its verdicts again.
	const ackResultsThrough = replica.needsSnapshot === 'epoch' ? 0 : await acknowledged(ports.store);
	let cookie = seq;
	const results: Extract<PullOutput, { kind: 'page' }>['results'] = [];
	for (;;) {
		const answer = await ports.transport.pull({
			epoch,
			replicaId: replica.replicaId,
			cookie,
			ackResultsThrough,
			limit: MAX_PULL_ROWS,
			schema: SCHEMA_CURRENT
		});
		const pause = contact.report(answer);
		if (answer.kind === 'refused' && answer.refusal === 'replica_ahead') await contact.lost();
		if (answer.kind !== 'ok') return pause ?? { kind: 'failed' };
		if (answer.value.kind === 'reset') {
			contact.forget();
			return { kind: 'failed' };
		}
		const page = answer.value;
		contact.sawHead(page.headSeq);
		await filling.patch(page.patch);
		results.push(...page.results);
		cookie = page.cookie;
		if (page.more) continue;
		return {
			replicaId: replica.replicaId,
			epoch,
			from: seq,
			cookie,
			lmid: page.lmid,
			durableLmid: page.durableLmid,
			patch: [],
			results
		};
	}
}
