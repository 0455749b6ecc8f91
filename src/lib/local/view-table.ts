/**
 * One view table within one transaction: the blocks that a snapshot brought, and over them the rows that changed since, a
 * record each. The upper row wins; `hides` tells by which values its block would still find the lower one, and a row that is
 * gone leaves such a record behind.
 */
import type { StoredRow } from '#lib/sync/records.ts';
import { above, lastKeyOf } from './key-ranges.ts';
import { answered } from './phone-database.ts';
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
	#upper: IDBObjectStore;
	#blocks: IDBObjectStore;
	/** What the blocks say about the ids that this transaction asked for; null: nothing. */
	#lower = new Map<string, StoredRow | null>();

	constructor(upper: IDBObjectStore, blocks: IDBObjectStore) {
		this.#upper = upper;
		this.#blocks = blocks;
	}

	/** In the order of `ids`; undefined where there is no such row. */
	async get(ids: readonly string[]): Promise<(StoredRow | undefined)[]> {
		const [uppers] = await Promise.all([
			Promise.all(ids.map((id) => answered<Upper | undefined>(this.#upper.get(id)))),
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
					answered<UpperRow[]>(this.#upper.index(index).getAll(value)),
					answered<RowBlock[]>(this.#blocks.index(BLOCK_INDEX[index]).getAll(value))
				]);
				// Most codes are in no block of most tables: then nothing is hidden, either.
				const hides = this.#upper.index('hides');
				const isHidden = new Set(blocks.length > 0 ? await answered(hides.getAllKeys(hiding(index, value))) : []);
				for (const { rows } of blocks)
					for (const row of rows) {
						if (!indexValues(row, index).includes(value) || isHidden.has(row.id)) continue;
						found.set(row.id, row);
						this.#lower.set(row.id, row);
					}
				// What is gone has no codes and no parent.
				for (const upper of uppers) found.set(upper.id, withoutHides(upper));
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
		const most = limit === undefined ? undefined : Math.ceil(limit / BLOCK_ROWS) + 1;
		const [uppers, blocks] = await Promise.all([
			answered<Upper[]>(this.#upper.getAll(above(after), limit)),
			answered<RowBlock[]>(this.#blocks.getAll(above(after), most))
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
		for (const row of rows) {
			const lower = this.#lower.get(row.id);
			this.#upper.put(lower ? { ...row, hides: hidesOf(lower) } : row);
		}
	}

	/** Rows none of which the table holds yet. What does not lie above every block is stored row by row. */
	async fill(rows: readonly StoredRow[]): Promise<void> {
		let last = (await lastKeyOf<string>(this.#blocks)) ?? '';
		const ordered: StoredRow[] = [];
		for (const row of rows)
			if (row.id > last) {
				ordered.push(row);
				last = row.id;
			} else this.#upper.put(row);
		for (const block of blocksOf(ordered)) this.#blocks.add(block);
		this.#lower.clear();
	}

	async remove(ids: readonly string[]): Promise<void> {
		await this.#readLower(ids);
		for (const id of ids) {
			const lower = this.#lower.get(id);
			if (lower) this.#upper.put({ id, gone: true, hides: hidesOf(lower) } satisfies GoneRow);
			else this.#upper.delete(id);
		}
	}

	clear(): void {
		this.#lower.clear();
		this.#upper.clear();
		this.#blocks.clear();
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
		const first = (id: string) => answered<RowBlock[]>(this.#blocks.getAll(IDBKeyRange.lowerBound(id), 1));
		return (await Promise.all(ids.map(first))).flat();
	}

	async #blocksAmongAll(ids: readonly string[]): Promise<RowBlock[]> {
		const lasts = (await answered(this.#blocks.getAllKeys())) as string[];
		const wanted = new Set<string>();
		for (const id of ids) {
			const last = firstNotBelow(lasts, id);
			if (last !== undefined) wanted.add(last);
		}
		return wanted.size === lasts.length
			? answered<RowBlock[]>(this.#blocks.getAll())
			: Promise.all([...wanted].map((last) => answered<RowBlock>(this.#blocks.get(last))));
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
