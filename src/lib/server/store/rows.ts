/**
 * Domain rows to SQL and back. Everything here is one statement per table, made from `synced-tables.ts`; what a row means
 * is the domain's business, and which rows are wanted is `gather.ts`'s and `pull.ts`'s.
 */
import type { Database } from 'better-sqlite3';
import type { CartonRow, SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { holdsCode } from '#lib/domain/world.ts';
import { contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import { setDigest } from './row-digest.ts';
import { sql } from './sql.ts';
import { TABLES, type Column } from './synced-tables.ts';

/** A row with what the feed knows about it. `hash` is null when something else than this program wrote it last. */
export interface StoredRow<T extends SyncedTable> {
	row: SyncedRows[T];
	version: number;
	hash: number | null;
}

interface TableStatements {
	select: string;
	insert: string;
	fields: readonly string[];
	kinds: readonly Column['kind'][];
	/** The columns: those of the fields, then the derived one. */
	stored: readonly string[];
}

/** A stored row as SQLite hands it over: its fields as one JSON list, which is much cheaper than thirty-six columns. */
interface Fetched {
	version: number;
	hash: number | null;
	list: string;
}

const AS_JSON: Record<Column['kind'], (column: string) => string> = {
	plain: (column) => column,
	flag: (column) => `json(iif(${column}, 'true', 'false'))`,
	json: (column) => `json(${column})`,
	maybe: (column) => `json(${column})`
};

const made = new Map<SyncedTable, TableStatements>();

function statements(table: SyncedTable): TableStatements {
	let texts = made.get(table);
	if (texts === undefined) {
		const { sqlName, columns, derived } = TABLES[table];
		const stored = [...columns.map(({ column }) => column), ...derived];
		const list = columns.map(({ column, kind }) => AS_JSON[kind](column)).join(', ');
		texts = {
			select: `SELECT version, content_hash AS hash, json_array(${list}) AS list FROM ${sqlName}`,
			insert: `INSERT OR FAIL INTO ${sqlName} (${stored.join(', ')}, version, content_hash) VALUES (${stored.map(() => '?').join(', ')}, ?, ?)`,
			fields: columns.map(({ field }) => field),
			kinds: columns.map(({ kind }) => kind),
			stored
		};
		made.set(table, texts);
	}
	return texts;
}

function fromFetched<T extends SyncedTable>(table: T, { version, hash, list }: Fetched): StoredRow<T> {
	const { fields, kinds } = statements(table);
	const values = JSON.parse(list) as unknown[];
	const row: Record<string, unknown> = {};
	for (let i = 0; i < fields.length; i++) {
		if (values[i] === null && kinds[i] === 'maybe') continue;
		row[fields[i]!] = values[i];
	}
	return { row: row as unknown as SyncedRows[T], version, hash };
}

/** One row, or null. */
export function readStored<T extends SyncedTable>(db: Database, table: T, id: string): StoredRow<T> | null {
	const fetched = sql<Fetched>(db, `${statements(table).select} WHERE id = ?`).get(id);
	return fetched === undefined ? null : fromFetched(table, fetched);
}

/** Rows by id, in no particular order; those that do not exist are absent. */
export function readMany<T extends SyncedTable>(db: Database, table: T, ids: readonly string[]): StoredRow<T>[] {
	if (ids.length === 0) return [];
	if (ids.length === 1) {
		const one = readStored(db, table, ids[0]!);
		return one === null ? [] : [one];
	}
	return readWhere(db, table, 'id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
}

/** Rows by a condition, which is a constant of the program, and its values. */
export function readWhere<T extends SyncedTable>(
	db: Database,
	table: T,
	condition: string,
	...values: unknown[]
): StoredRow<T>[] {
	const fetched = sql<Fetched>(db, `${statements(table).select} WHERE ${condition}`).all(...values);
	return fetched.map((one) => fromFetched(table, one));
}

/** As `readWhere`, one at a time: for what does not fit in memory twice. */
export function* eachWhere<T extends SyncedTable>(
	db: Database,
	table: T,
	condition: string,
	...values: unknown[]
): Generator<StoredRow<T>> {
	for (const fetched of sql<Fetched>(db, `${statements(table).select} WHERE ${condition}`).iterate(...values)) {
		yield fromFetched(table, fetched);
	}
}

/** A field's value as its column holds it. */
function encode(kind: Column['kind'], value: unknown): unknown {
	if (kind === 'flag') return value ? 1 : 0;
	if (kind === 'maybe' && value === undefined) return null;
	return kind !== 'plain' && value !== null ? JSON.stringify(value) : value;
}

/** A carton's `held_code` follows its own fields (C14); no other table has a derived column. */
const derivedOf = (table: SyncedTable, row: object): unknown[] =>
	table === 'cartons' ? [holdsCode(row as CartonRow) ? (row as CartonRow).code : null] : [];

/** The columns whose values differ, and those values. Rules copy rows, so most fields are the very same value. */
function changesOf<T extends SyncedTable>(table: T, row: SyncedRows[T], before: SyncedRows[T]): [string[], unknown[]] {
	const { fields, kinds, stored } = statements(table);
	const columns: string[] = [];
	const values: unknown[] = [];
	const compare = (column: string, now: unknown, was: unknown) => {
		if (now === was) return;
		columns.push(column);
		values.push(now);
	};
	const [now, was] = [row as unknown as Record<string, unknown>, before as unknown as Record<string, unknown>];
	for (let i = 0; i < fields.length; i++) {
		const field = fields[i]!;
		if (now[field] === was[field]) continue;
		compare(stored[i]!, encode(kinds[i]!, now[field]), encode(kinds[i]!, was[field]));
	}
	const derivedWas = derivedOf(table, before);
	derivedOf(table, row).forEach((value, i) => compare(stored[fields.length + i]!, value, derivedWas[i]));
	return [columns, values];
}

/** What was read before it is saved again. */
export type Known<T extends SyncedTable> = Pick<StoredRow<T>, 'row' | 'version'>;

/**
 * Saves one row. `known` is what the same transaction read, null when the row is new. Feed, membership and sums follow by
 * trigger. Only columns that changed are named: the others' indexes and triggers then cost nothing.
 *
 * `OR FAIL` spares SQLite a copy of every page that a trigger touches, so a failed save is left half done: the caller rolls
 * back to its savepoint.
 * @throws SqliteError on a constraint violation
 */
export function saveRow<T extends SyncedTable>(
	db: Database,
	table: T,
	row: SyncedRows[T],
	known: Known<T> | null
): void {
	const hash = contentHash(row);
	const version = (known?.version ?? 0) + 1;
	if (known === null) {
		const { fields, kinds, insert } = statements(table);
		const record = row as unknown as Record<string, unknown>;
		const values = fields.map((field, i) => encode(kinds[i]!, record[field]));
		sql(db, insert).run(...values, ...derivedOf(table, row), version, hash);
	} else {
		const [columns, values] = changesOf(table, row, known.row);
		const set = columns.map((column) => `${column} = ?, `).join('');
		const text = `UPDATE OR FAIL ${TABLES[table].sqlName} SET ${set}version = ?, content_hash = ? WHERE id = ?`;
		sql(db, text).run(...values, version, hash, row.id);
	}
	setDigest(db, table, row.id, rowDigest(table, row.id, version, hash));
}
