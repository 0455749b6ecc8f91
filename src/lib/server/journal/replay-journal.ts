/**
 * Brings a restored copy up to where its journals end: each transaction's rows as it left them, in order, on the staged copy,
 * before anything else is decided about it. The triggers of the feed are away meanwhile (what they had made is in the journal
 * too); membership and digests are made good afterwards.
 */
import { join } from 'node:path';
import { isSyncedTable } from '#lib/protocol/envelope.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { TABLES } from '#lib/server/store/synced-tables.ts';
import { dropFeed, installFeed } from '#lib/server/store/triggers.ts';
import { readSegment, segmentsIn, type JournalEntry } from './journal-files.ts';
import { readJournalMeta } from './journal.ts';
import { journaledTables, type JournaledTable } from './journaled-rows.ts';
import type { Stretch } from './lineage.ts';

export interface Replayed {
	transactions: number;
	/** When the last of them was committed; null: none. */
	until: string | null;
	/** Transactions that no journal has, as ranges of their numbers. */
	holes: { from: number; through: number }[];
	/** Rows that this program's tables do not take, by table. */
	refused: Record<string, number>;
	/** It ended before the journal's end, as asked. */
	isCut: boolean;
}

/** The transactions of these stretches, in order, each once. */
function* entriesOf(stretches: readonly Stretch[]): Generator<JournalEntry & { epoch: string }> {
	for (const { folder, epoch, after, through } of stretches) {
		let last = after;
		for (const name of segmentsIn(folder)) {
			for (const entry of readSegment(join(folder, name)).entries) {
				if (entry.j <= last || (through !== null && entry.j > through)) continue;
				last = entry.j;
				yield { ...entry, epoch };
			}
		}
	}
}

/**
 * Inside a write transaction on the copy, which stands at `seq`.
 * @param until ISO: what was committed later is left out
 */
export function replayJournal(
	db: Database,
	seq: number,
	stretches: readonly Stretch[],
	until: string | null
): Replayed {
	const replayed: Replayed = { transactions: 0, until: null, holes: [], refused: {}, isCut: false };
	const rows = new RowWriter(db, replayed.refused);
	let last = seq;
	let { epoch } = readJournalMeta(db);
	dropFeed(db);
	for (const entry of entriesOf(stretches)) {
		if (until !== null && entry.at > until) {
			replayed.isCut = true;
			break;
		}
		if (entry.j > last + 1) replayed.holes.push({ from: last + 1, through: entry.j - 1 });
		for (const [table, keys] of Object.entries(entry.gone)) for (const key of keys) rows.remove(table, key);
		for (const [table, puts] of Object.entries(entry.put)) rows.put(table, puts);
		last = entry.j;
		epoch = entry.epoch;
		replayed.transactions++;
		replayed.until = entry.at;
	}
	installFeed(db, 'the restored copy');
	rows.settleMembership();
	sql(db, 'UPDATE sync_meta SET journal_seq = ?, epoch = ? WHERE id = 1').run(last, epoch);
	sql(db, 'UPDATE replica SET durable_lmid = lmid').run();
	return replayed;
}

class RowWriter {
	readonly #db: Database;
	readonly #tables: ReadonlyMap<string, JournaledTable>;
	readonly #refused: Record<string, number>;
	/** `in_scope`, by key: kept for when its triggers are there. The last word counts. */
	readonly #membership = new Map<string, { scope: string; table: string; rowId: string; isIn: boolean }>();
	/** Synced rows that were written: what they add to the digests is another number now. */
	readonly #synced = new Map<string, Set<string>>();
	readonly #syncedName = new Map(Object.entries(TABLES).map(([table, { sqlName }]) => [sqlName, table]));

	constructor(db: Database, refused: Record<string, number>) {
		this.#db = db;
		this.#tables = new Map(journaledTables(db).map((table) => [table.name, table]));
		this.#refused = refused;
	}

	/** All of them leave before the first comes back: a code that one frees and another takes would be held twice in between. */
	put(name: string, rows: readonly Record<string, unknown>[]): void {
		if (name === 'in_scope') {
			for (const row of rows) this.#member(row['table'], row['row_id'], row['scope'], true);
			return;
		}
		const table = this.#tables.get(name);
		if (table === undefined) return this.#refuse(name);
		for (const row of rows)
			this.remove(
				name,
				table.key.map((column) => row[column])
			);
		for (const row of rows) {
			const columns = table.columns.filter((column) => column in row);
			const names = columns.map((column) => `"${column}"`).join(', ');
			const text = `INSERT INTO "${name}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`;
			this.#run(
				name,
				text,
				columns.map((column) => row[column])
			);
		}
		const synced = this.#syncedName.get(name);
		if (synced === undefined) return;
		const ids = this.#synced.get(synced) ?? new Set();
		for (const { id } of rows) ids.add(String(id));
		this.#synced.set(synced, ids);
	}

	remove(name: string, key: unknown[]): void {
		const table = this.#tables.get(name);
		if (table === undefined) return this.#refuse(name);
		if (name === 'in_scope') {
			const part = (column: string) => key[table.key.indexOf(column)];
			return this.#member(part('table'), part('row_id'), part('scope'), false);
		}
		const text = `DELETE FROM "${name}" WHERE ${table.key.map((column) => `"${column}" = ?`).join(' AND ')}`;
		this.#run(name, text, key);
	}

	/** With the feed's triggers back: rows enter and leave the scopes as they did, and every digest is made anew. */
	settleMembership(): void {
		for (const { scope, table, rowId, isIn } of this.#membership.values()) {
			const where = [scope, table, rowId];
			if (isIn)
				sql(
					this.#db,
					`INSERT INTO in_scope (scope, "table", row_id) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM in_scope WHERE scope = ? AND "table" = ? AND row_id = ?)`
				).run(...where, ...where);
			else sql(this.#db, `DELETE FROM in_scope WHERE scope = ? AND "table" = ? AND row_id = ?`).run(...where);
		}
		for (const [table, ids] of this.#synced) {
			if (!isSyncedTable(table)) continue;
			for (const id of ids)
				sql(this.#db, `UPDATE in_scope SET digest = NULL WHERE "table" = ? AND row_id = ?`).run(table, id);
		}
	}

	#member(table: unknown, rowId: unknown, scope: unknown, isIn: boolean): void {
		const [t, r, s] = [String(table), String(rowId), String(scope)];
		this.#membership.set(JSON.stringify([t, r, s]), { scope: s, table: t, rowId: r, isIn });
	}

	/** What this program's tables do not take is counted, and the rest goes on: most of a day is better than none of it. */
	#run(table: string, text: string, values: readonly unknown[]): void {
		try {
			sql(this.#db, text).run(...values);
		} catch (error) {
			if (this.#db.inTransaction && String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT'))
				this.#refuse(table);
			else throw error;
		}
	}

	#refuse(table: string): void {
		this.#refused[table] = (this.#refused[table] ?? 0) + 1;
	}
}
