/**
 * The one place that opens a database: the writer with its pragmas, a read-only connection for reads, and every reason not
 * to start (a foreign, newer, corrupt or busy file). What the tables mean is no business of this module.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder } from '#lib/server/make-folder.ts';
import { takeLock } from './lock-file.ts';
import { StartRefusal } from './start-refusal.ts';

export const IN_MEMORY = ':memory:';
/** `sync_meta.application`: this database is ours. */
export const APPLICATION = 'escale';

const MAGIC = 'SQLite format 3\0';

/** What makes a commit last and references hold; 2 is FULL. */
const WRITER_PRAGMAS = {
	busy_timeout: 5000,
	journal_mode: 'wal',
	synchronous: 2,
	foreign_keys: 1,
	journal_size_limit: 67_108_864
};

export interface OpenDatabase {
	file: string;
	writer: Database.Database;
	/** The writer itself in memory; a read-only connection on a file. */
	reader: Database.Database;
	/** One more read-only connection, to be closed by who asked: a long read must not hold up the others. Null in memory. */
	openReader(): Database.Database | null;
	/** How many connections of this process are open now. */
	connections(): number;
	/** Checkpoints, closes both, gives the lock back. */
	close(): void;
}

/**
 * @param image what a database in memory begins with; none: empty
 * @throws StartRefusal
 */
export function openDatabase(file: string, create: boolean, image?: Buffer): OpenDatabase {
	if (file === IN_MEMORY) return openInMemory(image);
	const isEmpty = !existsSync(file) || statSync(file).size === 0;
	if (isEmpty && !create) {
		throw new StartRefusal(
			'missing',
			file,
			'there is no database here.',
			'Check DATABASE_URL, or make one with: npm run ops -- migrate'
		);
	}
	try {
		makeFolder(dirname(file));
	} catch (error) {
		throw new StartRefusal(
			'not_writable',
			file,
			'its folder cannot be made.',
			'Check DATABASE_URL and its rights.',
			error
		);
	}
	const unlock = takeLock(file);
	let writer: Database.Database | undefined;
	try {
		if (!isEmpty) checkMagic(file);
		writer = openWriter(file);
		if (!isEmpty) {
			checkSound(writer, file);
			checkOurs(writer, file);
		}
		const held = writer;
		let reader: Database.Database | undefined;
		let connections = [held];
		const openOneMore = () => {
			const one = openReader(file);
			connections = [...connections.filter((other) => other.open), one];
			return one;
		};
		return {
			file,
			writer: held,
			// The first reader must not come before the writer has made the tables.
			get reader() {
				return (reader ??= openOneMore());
			},
			openReader: openOneMore,
			connections: () => connections.filter((one) => one.open).length,
			close() {
				try {
					reader?.close();
					held.pragma('wal_checkpoint(TRUNCATE)');
					held.close();
				} finally {
					unlock();
				}
			}
		};
	} catch (error) {
		writer?.close();
		unlock();
		throw error;
	}
}

function openInMemory(image?: Buffer): OpenDatabase {
	const writer = new Database(image ?? IN_MEMORY);
	writer.pragma('foreign_keys = ON');
	return {
		file: IN_MEMORY,
		writer,
		reader: writer,
		openReader: () => null,
		connections: () => 1,
		close: () => writer.close()
	};
}

function openWriter(file: string): Database.Database {
	try {
		const db = new Database(file);
		for (const [name, value] of Object.entries(WRITER_PRAGMAS)) db.pragma(`${name} = ${value}`);
		return db;
	} catch (error) {
		throw refusalOf(error, file);
	}
}

/**
 * A connection that only reads, beside a server that may be writing. Takes no lock; the caller closes it.
 * @throws StartRefusal when there is no database of ours
 */
export function openToRead(file: string): Database.Database {
	if (!existsSync(file) || statSync(file).size === 0) {
		throw new StartRefusal('missing', file, 'there is no database here.', 'Check DATABASE_URL.');
	}
	checkMagic(file);
	let db: Database.Database | undefined;
	try {
		db = openReader(file);
		checkOurs(db, file);
		return db;
	} catch (error) {
		db?.close();
		throw refusalOf(error, file);
	}
}

/** Which pragmas this program's SQLite does not take, tried on a throw-away file; none: an empty list. */
export function writerFaults(scratch: string): string[] {
	const db = openWriter(scratch);
	try {
		const found = Object.entries(WRITER_PRAGMAS).map(([name, value]) => ({
			name,
			value,
			got: db.pragma(name, { simple: true })
		}));
		return found.filter(({ value, got }) => got !== value).map(({ name, got }) => `${name} = ${String(got)}`);
	} finally {
		db.close();
	}
}

/**
 * Brings what stands in the `-wal` file into the database file, which is whole without it afterwards. Only for who holds the
 * lock of `file` and has it open nowhere.
 */
export function settleFile(file: string): void {
	const db = openWriter(file);
	try {
		db.pragma('wal_checkpoint(TRUNCATE)');
	} catch (error) {
		throw refusalOf(error, file);
	} finally {
		db.close();
	}
}

/**
 * Writes a whole, defragmented copy of what `db` sees at this moment to a new file. It runs in one read transaction, so a
 * writer goes on meanwhile; this process stands still for as long as it takes. The copy is not flushed to the disk.
 */
export const copyInto = (db: Database.Database, target: string): void => {
	db.prepare<[string]>('VACUUM INTO ?').run(target);
};

function openReader(file: string): Database.Database {
	const db = new Database(file, { readonly: true });
	db.pragma('busy_timeout = 5000');
	return db;
}

function checkMagic(file: string): void {
	const head = Buffer.alloc(MAGIC.length);
	try {
		const handle = openSync(file, 'r');
		readSync(handle, head, 0, head.length, 0);
		closeSync(handle);
	} catch (error) {
		throw new StartRefusal('not_writable', file, 'it cannot be read.', 'Check what it is and its rights.', error);
	}
	if (head.toString('latin1') !== MAGIC) notSqlite(file);
}

function notSqlite(file: string, cause?: unknown): never {
	throw new StartRefusal(
		'not_sqlite',
		file,
		'it is not an SQLite database.',
		'Check DATABASE_URL; the file was left as it is.',
		cause
	);
}

/** Pages, b-trees and records; the indexes are compared by `ops verify`. */
function checkSound(db: Database.Database, file: string): void {
	let found: string;
	try {
		found = db.pragma('quick_check(1)', { simple: true }) as string;
	} catch (error) {
		throw refusalOf(error, file);
	}
	if (found !== 'ok') corrupt(file, found.replaceAll('\n', ' '));
}

function corrupt(file: string, what: string, cause?: unknown): never {
	throw new StartRefusal(
		'corrupt',
		file,
		`it is damaged (${what}).`,
		'Restore the newest backup: npm run ops -- restore FILE',
		cause
	);
}

/** Ours says so itself. One that only has our migrations was made by `ops migrate` and never served. */
function checkOurs(db: Database.Database, file: string): void {
	const tables = new Set(db.prepare<[], string>(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all());
	if (tables.size === 0) return;
	if (tables.has('sync_meta')) {
		const columns = db.pragma('table_info(sync_meta)') as { name: string }[];
		if (columns.some(({ name }) => name === 'application')) {
			const application = db.prepare<[], string>('SELECT application FROM sync_meta').pluck().get();
			if (application === APPLICATION || (application === undefined && tables.has('_prisma_migrations'))) return;
		}
	}
	throw new StartRefusal(
		'foreign',
		file,
		'this database belongs to another program.',
		'Check DATABASE_URL; nothing in it was changed.'
	);
}

function refusalOf(error: unknown, file: string): unknown {
	const code = error instanceof Database.SqliteError ? error.code : '';
	if (code === 'SQLITE_NOTADB') notSqlite(file, error);
	if (code.startsWith('SQLITE_CORRUPT')) corrupt(file, (error as Error).message, error);
	if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) {
		return new StartRefusal(
			'not_writable',
			file,
			'it cannot be opened for writing.',
			'Check the file, its folder and their rights.',
			error
		);
	}
	if (code.startsWith('SQLITE_BUSY')) {
		return new StartRefusal('in_use', file, 'another program holds it.', 'Close that program and start again.', error);
	}
	return error;
}
