/**
 * The one way to write. What arrives in one turn of the event loop shares one `BEGIN IMMEDIATE` transaction, and nobody is
 * answered before its COMMIT: that makes a flush to the disk affordable. Each job fails alone; an error of the storage rolls
 * the whole group back and decides nothing (I1, I39).
 *
 *   enqueue ─▶ waiting ──turn──▶ BEGIN ─▶ savepoint per job ─▶ settle ─▶ COMMIT ─▶ answers, pokes
 *                                          └ job's own error: only it is rolled back
 *                                 └ storage error anywhere: ROLLBACK, every job of the group hears busy or storage_full
 */
import type { Database } from 'better-sqlite3';
import { groupRefusal, isMutationFault, isStorageFault, TransactionLost } from './faults.ts';
import { inSavepoint } from './savepoint.ts';
import { sql } from './sql.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

/** A group takes no more than this, so that nobody waits long for somebody else's storm (I35). */
export const MAX_GROUP_MUTATIONS = 2_000;
const MAX_GROUP_MS = 25;
/** I30: more than this waiting, and the server says so instead of promising. */
export const MAX_WAITING_MUTATIONS = 20_000;

export interface Job<T> {
	/** At most one push per replica and turn. Null: no phone's push. */
	replicaId: string | null;
	/** Mutations in it; 1 for other writes. */
	size: number;
	run: (db: Database) => T;
	/** After a mutation's fault in `run` was rolled back: decides the same again, each mutation alone. */
	runAlone?: (db: Database) => T;
}

/** What a committed job changed: for the pokes. */
export interface News {
	replicaId: string | null;
	scopes: string[];
	/** The synced tables of its rows: a desk's page follows only some. */
	tables: string[];
}

export interface GroupHooks {
	/** Last thing before COMMIT; an error here fails the group. */
	beforeCommit: (db: Database) => void;
	/** After COMMIT, before the answers leave. */
	committed: (news: News[], headSeq: number) => void;
	/** A group was rolled back. */
	failed: (error: unknown) => void;
}

interface Waiting extends Job<unknown> {
	resolve: (value: unknown) => void;
	reject: (error: unknown) => void;
}

type Outcome = { job: Waiting } & ({ kind: 'done'; value: unknown } | { kind: 'failed'; error: unknown });

export const headSeq = (db: Database): number =>
	sql<{ seq: number }>(db, `SELECT seq FROM sqlite_sequence WHERE name = 'change'`).get()?.seq ?? 0;

export class GroupCommit {
	readonly #db: Database;
	readonly #hooks: GroupHooks;
	readonly #now: () => number;
	#waiting: Waiting[] = [];
	#waitingSize = 0;
	#isScheduled = false;
	#whenIdle: (() => void)[] = [];
	readonly stats = { groups: 0, jobs: 0, faults: 0, lastGroupMs: 0, slowestGroupMs: 0 };

	/** @param now milliseconds that only go forward; they bound a group and order nothing */
	constructor(db: Database, hooks: GroupHooks, now: () => number = () => performance.now()) {
		this.#db = db;
		this.#hooks = hooks;
		this.#now = now;
	}

	get waiting(): number {
		return this.#waiting.length;
	}

	/** @returns the job's result after COMMIT. Rejects with the job's own error, or with TransportError when the group failed */
	enqueue<T>(job: Job<T>): Promise<T> {
		if (this.#waitingSize + job.size > MAX_WAITING_MUTATIONS) {
			return Promise.reject(new TransportError('busy', 'Too many writes are waiting.', { retryAfterMs: 1_000 }));
		}
		return new Promise<T>((resolve, reject) => {
			this.#waiting.push({ ...job, resolve: resolve as (value: unknown) => void, reject });
			this.#waitingSize += job.size;
			this.#schedule();
		});
	}

	/** Resolves when nothing waits any more. */
	idle(): Promise<void> {
		return this.#waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
	}

	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.#group();
			if (this.#waiting.length > 0) return this.#schedule();
			for (const tell of this.#whenIdle.splice(0)) tell();
		});
	}

	#group(): void {
		const started = this.#now();
		const outcomes: Outcome[] = [];
		const news: News[] = [];
		let head: number;
		try {
			sql(this.#db, 'BEGIN IMMEDIATE').run();
			head = this.#runJobs(outcomes, news, started);
			this.#hooks.beforeCommit(this.#db);
			sql(this.#db, 'COMMIT').run();
		} catch (error) {
			this.#fail(error, outcomes);
			return;
		}
		this.#count(outcomes, this.#now() - started);
		this.#hooks.committed(news, head);
		for (const outcome of outcomes) {
			if (outcome.kind === 'done') outcome.job.resolve(outcome.value);
			else outcome.job.reject(outcome.error);
		}
	}

	/** Takes jobs from the front until the group is full; a replica's second push stays for the next turn. */
	#runJobs(outcomes: Outcome[], news: News[], started: number): number {
		const queue = this.#waiting;
		const replicas = new Set<string>();
		const later: Waiting[] = [];
		let taken = 0;
		let size = 0;
		let head = headSeq(this.#db);
		try {
			for (const job of queue.slice()) {
				const isFull = size + job.size > MAX_GROUP_MUTATIONS || this.#now() - started > MAX_GROUP_MS;
				if (size > 0 && isFull) break;
				taken++;
				if (job.replicaId !== null && replicas.has(job.replicaId)) {
					later.push(job);
					continue;
				}
				if (job.replicaId !== null) replicas.add(job.replicaId);
				size += job.size;
				// Known to the group before it runs: if the storage fails under it, it must hear so.
				const outcome: Outcome = { job, kind: 'failed', error: null };
				outcomes.push(outcome);
				this.#runJob(outcome);
				const after = headSeq(this.#db);
				if (after > head) news.push({ replicaId: job.replicaId, ...touchedBetween(this.#db, head, after) });
				head = after;
			}
		} finally {
			this.#waiting = [...later, ...queue.slice(taken)];
			this.#waitingSize -= size;
		}
		return head;
	}

	#runJob(outcome: Outcome): void {
		try {
			Object.assign(outcome, { kind: 'done', value: runOnce(this.#db, outcome.job) });
		} catch (error) {
			if (isStorageFault(error) || error instanceof TransactionLost) throw error;
			Object.assign(outcome, { kind: 'failed', error });
		}
	}

	#fail(error: unknown, outcomes: Outcome[]): void {
		if (this.#db.inTransaction) sql(this.#db, 'ROLLBACK').run();
		this.stats.faults++;
		this.#hooks.failed(error);
		// BEGIN itself failed: whoever waits now would only wait for the same again.
		if (outcomes.length === 0) {
			for (const job of this.#waiting.splice(0)) job.reject(groupRefusal(error));
			this.#waitingSize = 0;
		}
		for (const { job } of outcomes) job.reject(groupRefusal(error));
	}

	#count(outcomes: Outcome[], tookMs: number): void {
		this.stats.groups++;
		this.stats.jobs += outcomes.length;
		this.stats.lastGroupMs = tookMs;
		this.stats.slowestGroupMs = Math.max(this.stats.slowestGroupMs, tookMs);
	}
}

function runOnce(db: Database, { run, runAlone }: Waiting): unknown {
	try {
		return inSavepoint(db, 'job', () => run(db));
	} catch (error) {
		if (runAlone === undefined || !isMutationFault(error)) throw error;
	}
	return inSavepoint(db, 'job', () => runAlone(db));
}

function touchedBetween(db: Database, after: number, until: number): Pick<News, 'scopes' | 'tables'> {
	const rows = sql<{ scope: string; table: string }>(
		db,
		`SELECT DISTINCT scope, "table" FROM change WHERE seq > ? AND seq <= ?`
	).all(after, until);
	return { scopes: distinct(rows.map(({ scope }) => scope)), tables: distinct(rows.map(({ table }) => table)) };
}

const distinct = (words: string[]): string[] => [...new Set(words)];
