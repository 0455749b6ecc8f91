/**
 * Writes down beside the backups what was committed since, a line for each transaction, so that a restore loses a second and
 * not a day (sync §6). A line leaves after COMMIT and is flushed within a second; only then does a phone hear that what it
 * sent is durable. A disk that is full or gone stops nobody's work: lines wait in memory up to a bound, then there is a hole,
 * which is told and which a restore reports.
 *
 *   COMMIT ─▶ line appended ─▶ (≤ 1 s) flushed ─▶ durable_lmid
 *                └ fails: it waits, and is tried again each second
 */
import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '#lib/server/backup/durable-files.ts';
import { headSeq } from '#lib/server/store/group-commit.ts';
import { makeFolder } from '#lib/server/make-folder.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import {
	journalFolder,
	lastJournaled,
	pruneJournals,
	sealed,
	segmentName,
	type JournalHeader
} from './journal-files.ts';
import { JournaledRows, type Collected } from './journaled-rows.ts';

const FLUSH_MS = 1_000;
const SEGMENT_BYTES = 16_000_000;
/** I30: what waits for a disk that does not take it. */
const MAX_WAITING_BYTES = 32_000_000;

export interface JournalState {
	/** Bytes that the disk has not taken; 0: all is well. */
	waitingBytes: number;
	/** Since when, ISO; null: nothing waits. */
	failingSince: string | null;
	/** Transactions that are in the database and in no journal: a backup must be made. */
	hasHole: boolean;
}

export interface JournalOptions {
	db: Database;
	backupDir: string;
	clock: () => Date;
	warn: (event: string, detail: Record<string, unknown>) => void;
	/** Replicas whose mutations are flushed, and how far: `Store.write` of their `durable_lmid`. */
	flushed: (replicas: ReadonlyMap<string, number>) => void;
}

export class Journal {
	readonly #options: JournalOptions;
	readonly #rows: JournaledRows;
	readonly #header: Omit<JournalHeader, 'from' | 'at'>;
	readonly #timer: NodeJS.Timeout;
	#seq: number;
	#committedSeq: number;
	#file: { handle: number; bytes: number } | null = null;
	#isClosed = false;
	#ready: (Collected & { line: string }) | null = null;
	#waiting: string[] = [];
	#waitingBytes = 0;
	/** Written to the file, not flushed. */
	#isDirty = false;
	#unflushed = new Map<string, number>();
	#isFlushing = false;
	#failingSince: string | null = null;
	#hasHole: boolean;

	/** Inside no transaction; before anything is written. */
	constructor(options: JournalOptions) {
		const { db, backupDir, clock } = options;
		this.#options = options;
		this.#rows = new JournaledRows(db);
		const meta = readJournalMeta(db);
		this.#seq = meta.seq;
		this.#header = { escale: 'journal', epoch: meta.epoch, instance: meta.instance, parent: meta.parent };
		const last = this.#try(() => lastJournaled(journalFolder(backupDir, meta.epoch))) ?? 0;
		// Served before it had a journal: older backups must not look as if the journal went on from them.
		if (this.#seq === 0 && headSeq(db) > 0) this.#count(db, 1);
		this.#committedSeq = this.#seq;
		// Only the beginning of an epoch has nothing behind it here: that stands in its parent's journal.
		this.#hasHole = last < this.#seq && !(last === 0 && meta.parent?.seq === this.#seq);
		this.#try(() => pruneJournals(backupDir, meta.epoch, clock()));
		this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
		this.#timer.unref();
	}

	get state(): JournalState {
		return { waitingBytes: this.#waitingBytes, failingSince: this.#failingSince, hasHole: this.#hasHole };
	}

	/** A backup holds everything up to now. */
	backedUp(): void {
		this.#hasHole = this.#waitingBytes > 0 && this.#hasHole;
	}

	/** The last thing before COMMIT. */
	collect(db: Database): void {
		const collected = this.#rows.collect(db);
		if (collected === null) return;
		this.#count(db, this.#seq + 1);
		const at = this.#options.clock().toISOString();
		this.#ready = { ...collected, line: sealed(`{"j":${this.#seq},"at":"${at}",${collected.text}}`) };
	}

	#count(db: Database, seq: number): void {
		sql(db, 'UPDATE sync_meta SET journal_seq = ? WHERE id = 1').run(seq);
		this.#seq = seq;
	}

	/** The transaction is rolled back: it never was. */
	rolledBack(): void {
		this.#seq = this.#committedSeq;
		this.#ready = null;
	}

	committed(): void {
		if (this.#ready === null) return;
		const { line, replicas } = this.#ready;
		this.#ready = null;
		this.#committedSeq = this.#seq;
		this.#waiting.push(line);
		this.#waitingBytes += line.length;
		for (const { id, lmid } of replicas) this.#unflushed.set(id, lmid);
		this.#append();
	}

	/** Everything that waits is written and flushed; the file is closed. */
	close(): void {
		clearInterval(this.#timer);
		this.#append();
		this.#isClosed = true;
		if (this.#file === null) return;
		this.#try(() => fdatasyncSync(this.#file!.handle));
		closeSync(this.#file.handle);
		this.#file = null;
	}

	#append(): void {
		if (this.#waiting.length === 0) return;
		const taken = this.#try(() => {
			this.#file ??= this.#begin();
			const bytes = Buffer.from(this.#waiting.join(''));
			for (let at = 0; at < bytes.length;) at += writeSync(this.#file.handle, bytes, at);
			this.#file.bytes += bytes.length;
			this.#isDirty = true;
			return true;
		});
		if (taken) {
			this.#failingSince = null;
			this.#waiting = [];
			this.#waitingBytes = 0;
			return;
		}
		// Half of it may stand there: what follows goes into a file of its own, from the first line that waits.
		this.#abandon();
		if (this.#waitingBytes <= MAX_WAITING_BYTES) return;
		this.#options.warn('journal_hole', { bytes: this.#waitingBytes });
		this.#hasHole = true;
		this.#waiting = [];
		this.#waitingBytes = 0;
		// What is in no journal is not durable: only the next decision of each of them will say so again.
		this.#unflushed.clear();
	}

	#begin(): { handle: number; bytes: number } {
		const { backupDir, clock } = this.#options;
		const folder = journalFolder(backupDir, this.#header.epoch);
		makeFolder(folder, PRIVATE_FOLDER);
		const from = this.#seq - this.#waiting.length + 1;
		const handle = openSync(join(folder, segmentName(from)), 'w', PRIVATE_FILE);
		const header: JournalHeader = { ...this.#header, from, at: clock().toISOString() };
		writeSync(handle, sealed(JSON.stringify(header)));
		const names = openSync(folder, 'r');
		fdatasyncSync(names);
		closeSync(names);
		return { handle, bytes: 0 };
	}

	#flush(): void {
		this.#append();
		if (this.#file === null || !this.#isDirty || this.#isFlushing || this.#waiting.length > 0) return;
		const flushed = this.#unflushed;
		this.#unflushed = new Map();
		this.#isDirty = false;
		this.#isFlushing = true;
		const { handle, bytes } = this.#file;
		const isFull = bytes > SEGMENT_BYTES;
		if (isFull) this.#file = null;
		fdatasync(handle, (error) => {
			this.#isFlushing = false;
			if (isFull) closeSync(handle);
			// `close` has flushed it, too.
			if (this.#isClosed) return;
			if (error === null) {
				if (flushed.size > 0) this.#options.flushed(flushed);
				return;
			}
			this.#fails(error);
			this.#isDirty = true;
			for (const [id, lmid] of flushed) this.#unflushed.set(id, Math.max(lmid, this.#unflushed.get(id) ?? 0));
		});
	}

	#abandon(): void {
		const file = this.#file;
		this.#file = null;
		if (file !== null) this.#try(() => closeSync(file.handle));
	}

	#try<T>(work: () => T): T | null {
		try {
			return work();
		} catch (error) {
			this.#fails(error);
			return null;
		}
	}

	#fails(error: unknown): void {
		if (this.#failingSince !== null) return;
		this.#failingSince = this.#options.clock().toISOString();
		this.#options.warn('journal_failed', { err: error });
	}
}

/** Where a database stands in its installation's journals. */
export function readJournalMeta(db: Database): {
	epoch: string;
	instance: string;
	seq: number;
	parent: { epoch: string; seq: number } | null;
} {
	const meta = sql<{ epoch: string; instance: string; seq: number; parentEpoch: string | null; parentSeq: number }>(
		db,
		`SELECT epoch, instance, journal_seq AS seq, parent_epoch AS parentEpoch, parent_seq AS parentSeq FROM sync_meta WHERE id = 1`
	).get();
	if (meta === undefined) throw new Error('sync_meta has no row');
	const { epoch, instance, seq, parentEpoch, parentSeq } = meta;
	return { epoch, instance, seq, parent: parentEpoch === null ? null : { epoch: parentEpoch, seq: parentSeq } };
}

/** A new epoch, which goes on from what this database holds of the former. Inside a write transaction. */
export function beginEpoch(db: Database, epoch: string): void {
	sql(db, `UPDATE sync_meta SET parent_epoch = epoch, parent_seq = journal_seq, epoch = ? WHERE id = 1`).run(epoch);
}
