/**
 * One view table within one transaction: the blocks that a snapshot brought, and over them the rows that changed since, a
 * record each. The upper row wins; `hides` tells by which values its block would still find the lower one, and a row that is
 * gone leaves such a record behind.
 */
import type { Table } from 'dexie';
import type { StoredRow } from '#lib/sync/records.ts';
import { BLOCK_ROWS, blocksOf, indexValues, type RowBlock } from './row-blocks.ts';

interface UpperRow extends StoredRow {
	/** Indexed: `hiding` of each value by which the row in the block is found. Absent: no block has this row. */
	hides?: string[];
}
interface GoneRow {
	id: string;
	gone: true;
	hides: string[];
}
type Upper = UpperRow | GoneRow;

type ViewIndex = 'codes' | 'parent';
const hiding = (index: ViewIndex, value: string): string => `${index}:${value}`;
const BLOCK_INDEX = { codes: 'codes', parent: 'parents' } as const;

/** More rows than this are looked for in the list of blocks, which one request brings. */
const FEW = 8;

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

export class ViewTable {
	#upper: Table<Upper, string>;
	#blocks: Table<RowBlock, string>;
	/** What the blocks say about the ids that this transaction asked for; null: nothing. */
	#lower = new Map<string, StoredRow | null>();

	constructor(upper: Table<Upper, string>, blocks: Table<RowBlock, string>) {
		this.#upper = upper;
		this.#blocks = blocks;
	}

	/** In the order of `ids`; undefined where there is no such row. */
	async get(ids: readonly string[]): Promise<(StoredRow | undefined)[]> {
		const [uppers] = await Promise.all([
			ids.length === 1 ? this.#upper.get(ids[0]!).then((one) => [one]) : this.#upper.bulkGet([...ids]),
			this.#readLower(ids)
		]);
		return ids.map((id, at) => {
			const upper = uppers[at];
			return upper ? shown(upper) : (this.#lower.get(id) ?? undefined);
		});
	}

	/** Rows whose `index` holds one of `values`, each once, in order of their ids; the first `limit` of them. */
	async find(index: ViewIndex, values: readonly string[], limit?: number): Promise<StoredRow[]> {
		const found = new Map<string, StoredRow>();
		await Promise.all(
			[...new Set(values)].map(async (value) => {
				const [uppers, blocks] = await Promise.all([
					this.#upper.where(index).equals(value).toArray(),
					this.#blocks.where(BLOCK_INDEX[index]).equals(value).toArray()
				]);
				// Most codes are in no block of most tables: then nothing is hidden, either.
				const hides = this.#upper.where('hides').equals(hiding(index, value));
				const isHidden = new Set(blocks.length > 0 ? await hides.primaryKeys() : []);
				for (const { rows } of blocks)
					for (const row of rows) {
						if (!indexValues(row, index).includes(value) || isHidden.has(row.id)) continue;
						found.set(row.id, row);
						this.#lower.set(row.id, row);
					}
				// What is gone has no codes and no parent.
				for (const upper of uppers as UpperRow[]) found.set(upper.id, withoutHides(upper));
			})
		);
		return [...found.values()].sort(byId).slice(0, limit);
	}

	/** In order of their ids: those above `after`, at most `limit`. */
	async list({ after, limit }: { after?: string; limit?: number }): Promise<StoredRow[]> {
		const listed: StoredRow[] = [];
		for (let from = after; ;) {
			const { rows, through } = await this.#page(from, limit);
			for (const row of rows) listed.push(row);
			if (through === null || (limit !== undefined && listed.length >= limit)) return listed.slice(0, limit);
			from = through;
		}
	}

	/** Rows above `after` as far as both layers were read: `through` that id, or to the end (null). */
	async #page(
		after: string | undefined,
		limit: number | undefined
	): Promise<{ rows: StoredRow[]; through: string | null }> {
		const above = <T>(table: Table<T, string>) =>
			after === undefined ? table.toCollection() : table.where(':id').above(after);
		const most = limit === undefined ? undefined : Math.ceil(limit / BLOCK_ROWS) + 1;
		const [uppers, blocks] = await Promise.all([
			limit === undefined ? above(this.#upper).toArray() : above(this.#upper).limit(limit).toArray(),
			most === undefined ? above(this.#blocks).toArray() : above(this.#blocks).limit(most).toArray()
		]);
		const ends: string[] = [];
		if (uppers.length === limit) ends.push(uppers.at(-1)!.id);
		if (blocks.length === most) ends.push(blocks.at(-1)!.last);
		const through = ends.length === 0 ? null : ends.sort()[0]!;
		const isWithin = ({ id }: { id: string }) =>
			(after === undefined || id > after) && (through === null || id <= through);
		const rows = new Map<string, StoredRow>();
		for (const block of blocks) for (const row of block.rows) if (isWithin(row)) rows.set(row.id, row);
		for (const upper of uppers) {
			if (!isWithin(upper)) continue;
			const row = shown(upper);
			if (row) rows.set(row.id, row);
			else rows.delete(upper.id);
		}
		return { rows: [...rows.values()].sort(byId), through };
	}

	async put(rows: readonly StoredRow[]): Promise<void> {
		await this.#readLower(rows.map(({ id }) => id));
		await this.#upper.bulkPut(
			rows.map((row) => {
				const lower = this.#lower.get(row.id);
				return lower ? { ...row, hides: hidesOf(lower) } : row;
			})
		);
	}

	/** Rows none of which the table holds yet. What does not lie above every block is stored row by row. */
	async fill(rows: readonly StoredRow[]): Promise<void> {
		const [end] = await this.#blocks.toCollection().reverse().limit(1).primaryKeys();
		const [above, others]: [StoredRow[], StoredRow[]] = [[], []];
		let last = end ?? '';
		for (const row of rows) {
			if (row.id > last) above.push(row);
			else others.push(row);
			if (row.id > last) last = row.id;
		}
		await this.#blocks.bulkAdd(blocksOf(above));
		this.#lower.clear();
		if (others.length > 0) await this.#upper.bulkPut(others);
	}

	async remove(ids: readonly string[]): Promise<void> {
		await this.#readLower(ids);
		const gone: GoneRow[] = [];
		const deleted: string[] = [];
		for (const id of ids) {
			const lower = this.#lower.get(id);
			if (lower) gone.push({ id, gone: true, hides: hidesOf(lower) });
			else deleted.push(id);
		}
		await Promise.all([
			gone.length > 0 ? this.#upper.bulkPut(gone) : null,
			deleted.length > 0 ? this.#upper.bulkDelete(deleted) : null
		]);
	}

	async clear(): Promise<void> {
		this.#lower.clear();
		await Promise.all([this.#upper.clear(), this.#blocks.clear()]);
	}

	/** Asks the blocks for what this transaction does not know of them. */
	async #readLower(ids: readonly string[]): Promise<void> {
		const unknown = ids.filter((id) => !this.#lower.has(id));
		if (unknown.length === 0) return;
		const blocks = await (unknown.length > FEW ? this.#blocksAmongAll(unknown) : this.#blocksOfFew(unknown));
		const wanted = new Set(unknown);
		for (const id of unknown) this.#lower.set(id, null);
		for (const block of blocks) for (const row of block.rows) if (wanted.has(row.id)) this.#lower.set(row.id, row);
	}

	async #blocksOfFew(ids: readonly string[]): Promise<RowBlock[]> {
		const found = await Promise.all(ids.map((id) => this.#blocks.where(':id').aboveOrEqual(id).limit(1).toArray()));
		return found.flat();
	}

	async #blocksAmongAll(ids: readonly string[]): Promise<RowBlock[]> {
		const lasts = await this.#blocks.toCollection().primaryKeys();
		const wanted = new Set<string>();
		for (const id of ids) {
			const last = firstNotBelow(lasts, id);
			if (last !== undefined) wanted.add(last);
		}
		return wanted.size === lasts.length
			? this.#blocks.toArray()
			: ((await this.#blocks.bulkGet([...wanted])) as RowBlock[]);
	}
}

const hidesOf = (lower: StoredRow): string[] =>
	(['codes', 'parent'] as const).flatMap((index) => indexValues(lower, index).map((value) => hiding(index, value)));

const shown = (upper: Upper): StoredRow | undefined => ('gone' in upper ? undefined : withoutHides(upper));

function withoutHides(upper: UpperRow): StoredRow {
	if (upper.hides === undefined) return upper;
	const { hides: _hides, ...row } = upper;
	return row;
}

/** @param keys in order */
function firstNotBelow(keys: readonly string[], id: string): string | undefined {
	let [low, high] = [0, keys.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (keys[middle]! < id) low = middle + 1;
		else high = middle;
	}
	return keys[low];
}
