/**
 * Which rows a transaction changed, and what they are now: temporary triggers of the writer's own connection note every row of
 * every table, so that no screen, job or hand at a prompt is left out, and the last thing before COMMIT reads them once. A row
 * that changed a hundred times is told once; what was rolled back is not told, since the notes are rolled back with it.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** Derived, of this machine or this hour only, or void after a restore. Every other table is journaled, new ones too. */
export const NOT_JOURNALED: readonly string[] = [
	'change',
	'digest_sum',
	'feed_mark',
	'job_run',
	'login_attempt',
	'one_time_link',
	'session',
	'size_sample',
	'sync_meta',
	'throttle'
];

/** Columns that change by themselves all day: alone they are not worth a line. */
const QUIET: Record<string, readonly string[]> = {
	account: ['last_seen_at'],
	api_key: ['last_used_at'],
	device: ['last_seen_at'],
	in_scope: ['digest'],
	replica: ['last_seen_at', 'reported_queue', 'durable_lmid']
};

export interface JournaledTable {
	name: string;
	columns: string[];
	/** In the order of the key. */
	key: string[];
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (word: string): string => `'${word.replaceAll("'", "''")}'`;

/** Every table that is journaled, with what it consists of in this database. */
export function journaledTables(db: Database): JournaledTable[] {
	const names = db
		.prepare<[], string>(
			`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_prisma%' ESCAPE '\\' ORDER BY name`
		)
		.pluck()
		.all();
	return names
		.filter((name) => !NOT_JOURNALED.includes(name))
		.map((name) => {
			const info = db.pragma(`table_info(${quoted(name)})`) as { name: string; pk: number }[];
			const key = info.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
			return { name, columns: info.map((column) => column.name), key: key.map((column) => column.name) };
		});
}

/** What one transaction left behind, as JSON text. */
export interface Collected {
	/** `"put":{…},"gone":{…}`: rows as they are now, keys of rows that are no more. */
	text: string;
	/** Replicas of phones whose mutations were decided, and how far. */
	replicas: { id: string; lmid: number }[];
}

/** Makes the triggers on this connection; only for the writer. */
export class JournaledRows {
	readonly #tables: readonly JournaledTable[];
	readonly #reads: readonly string[];
	readonly #replica: number;

	constructor(db: Database) {
		this.#tables = journaledTables(db);
		this.#replica = this.#tables.findIndex(({ name }) => name === 'replica');
		this.#reads = this.#tables.map(({ name, columns }) => {
			const told = columns.filter((column) => name !== 'in_scope' || column !== 'digest');
			const pairs = told.map((column) => `${text(column)}, ${quoted(column)}`).join(', ');
			return `SELECT json_object(${pairs}) AS row FROM ${quoted(name)} WHERE rowid IN (SELECT row FROM journal_touched WHERE tbl = ?) ORDER BY rowid`;
		});
		db.pragma('temp_store = MEMORY');
		db.exec(`CREATE TEMP TABLE journal_touched (tbl INTEGER NOT NULL, row INTEGER NOT NULL);
			CREATE TEMP TABLE journal_gone (tbl INTEGER NOT NULL, key TEXT NOT NULL);`);
		for (const [n, table] of this.#tables.entries()) db.exec(triggersOf(n, table));
	}

	/** Inside the transaction, as its last reading. @returns null when nothing was changed that is journaled */
	collect(db: Database): Collected | null {
		const touched = sql<{ tbl: number }>(db, 'SELECT DISTINCT tbl FROM journal_touched').all();
		const gone = sql<{ tbl: number; key: string }>(db, 'SELECT DISTINCT tbl, key FROM journal_gone').all();
		if (touched.length === 0 && gone.length === 0) return null;
		const puts: string[] = [];
		for (const { tbl } of touched) {
			const rows = sql<{ row: string }>(db, this.#reads[tbl]!).all(tbl);
			if (rows.length > 0)
				puts.push(`${JSON.stringify(this.#tables[tbl]!.name)}:[${rows.map(({ row }) => row).join()}]`);
		}
		const replicas = touched.some(({ tbl }) => tbl === this.#replica)
			? sql<{ id: string; lmid: number }>(
					db,
					'SELECT id, lmid FROM replica WHERE device_id IS NOT NULL AND rowid IN (SELECT row FROM journal_touched WHERE tbl = ?)'
				).all(this.#replica)
			: [];
		sql(db, 'DELETE FROM journal_touched').run();
		if (gone.length > 0) sql(db, 'DELETE FROM journal_gone').run();
		return { text: `"put":{${puts.join()}},"gone":{${this.#goneText(gone)}}`, replicas };
	}

	#goneText(gone: readonly { tbl: number; key: string }[]): string {
		const byTable = new Map<number, string[]>();
		for (const { tbl, key } of gone) byTable.set(tbl, [...(byTable.get(tbl) ?? []), key]);
		return [...byTable].map(([tbl, keys]) => `${JSON.stringify(this.#tables[tbl]!.name)}:[${keys.join()}]`).join();
	}
}

function triggersOf(n: number, { name, columns, key }: JournaledTable): string {
	const quiet = QUIET[name] ?? [];
	const loud = columns.filter((column) => !quiet.includes(column)).map(quoted);
	const touch = `INSERT INTO journal_touched VALUES (${n}, NEW.rowid);`;
	const old = key.map((column) => `OLD.${quoted(column)}`);
	return [
		`CREATE TEMP TRIGGER journal_${n}_insert AFTER INSERT ON main.${quoted(name)} BEGIN ${touch} END`,
		`CREATE TEMP TRIGGER journal_${n}_update AFTER UPDATE OF ${loud.join(', ')} ON main.${quoted(name)} BEGIN ${touch} END`,
		`CREATE TEMP TRIGGER journal_${n}_delete AFTER DELETE ON main.${quoted(name)} BEGIN INSERT INTO journal_gone VALUES (${n}, json_array(${old.join(', ')})); END`
	].join(';\n');
}
