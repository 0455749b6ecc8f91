/**
 * How the rows of a snapshot lie in IndexedDB: many to a record. What a record costs is its way between two processes, not its
 * bytes, so that ten thousand rows in blocks are stored five times as fast as ten thousand records. A block is never written
 * again; a row that changes is stored beside it and hides what the block says (`view-table.ts`).
 */
import type { SyncedTable } from '#lib/domain/rows.ts';
import { TABLE_SETS, viewStore, type StoredRow, type StoreName, type ViewStore } from '#lib/sync/records.ts';

/** Few enough that reading one row does not read many, and many enough that storing them is cheap (docs/decisions/0010). */
export const BLOCK_ROWS = 16;

export interface RowBlock {
	/** The highest id in it, by which it is found: a row lies in the first block whose `last` is not below its id. */
	last: string;
	/** In order of their ids; no other block has a row between them. */
	rows: StoredRow[];
	/** Indexed: every code and every parent of its rows. */
	codes: string[];
	parents: string[];
}

/** Those that grow with the work. Of the others a warehouse has a few dozen rows, and asking in two places would cost more. */
const IN_BLOCKS = ['cartons', 'shipments', 'timeline', 'products', 'contacts'] as const satisfies SyncedTable[];

/** The views whose rows lie in blocks. */
export const blockViews: readonly ViewStore[] = TABLE_SETS.flatMap((set) =>
	IN_BLOCKS.map((table) => viewStore(set, table))
);
const BLOCK_VIEWS: ReadonlySet<string> = new Set(blockViews);
export const isInBlocks = (store: StoreName): store is ViewStore => BLOCK_VIEWS.has(store);

export const blockStore = (view: ViewStore): string => `${view}_blocks`;

/** The object stores that a store of the ports lies in. */
export const physicalStores = (stores: readonly StoreName[]): string[] =>
	stores.flatMap((store) => (isInBlocks(store) ? [store, blockStore(store)] : [store]));

/** @param rows in order of their ids */
export function blocksOf(rows: readonly StoredRow[]): RowBlock[] {
	const blocks: RowBlock[] = [];
	for (let at = 0; at < rows.length; at += BLOCK_ROWS) {
		const some = rows.slice(at, at + BLOCK_ROWS);
		const parents = new Set<string>();
		for (const { parent } of some) if (parent !== undefined) parents.add(parent);
		const codes = new Set(some.flatMap((row) => row.codes ?? []));
		blocks.push({ last: some.at(-1)!.id, rows: some, codes: [...codes], parents: [...parents] });
	}
	return blocks;
}

/** The values of an index that find a row. */
export const indexValues = (row: StoredRow, index: 'codes' | 'parent'): readonly string[] =>
	index === 'codes' ? (row.codes ?? []) : row.parent === undefined ? [] : [row.parent];
