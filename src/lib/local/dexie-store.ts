/**
 * The store port over IndexedDB. Strict durability and an explicit commit: when a write transaction resolves, it is on
 * disk, and nobody waited for the browser to notice that it had ended.
 */
import type Dexie from 'dexie';
import type { Collection, Table } from 'dexie';
import type { ReplicaStore, Tx } from '#lib/sync/ports.ts';
import { keyField, type PlainStore, type StoredRow, type StoreName, type ViewStore } from '#lib/sync/records.ts';
import { blockStore, isInBlocks, physicalStores } from './row-blocks.ts';
import { ViewTable } from './view-table.ts';

type AnyKey = string | number;
type AnyTable = Table<Record<string, unknown>, AnyKey>;

export class DexieStore implements ReplicaStore {
	#database: Dexie;

	constructor(database: Dexie) {
		this.#database = database;
	}

	transaction<T>(mode: 'read' | 'write', stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
		const run = this.#database.transaction(
			mode === 'read' ? 'r' : 'rw',
			physicalStores(stores),
			async (transaction) => {
				const result = await work(new DexieTx((name) => transaction.table(name)));
				if (mode === 'write') transaction.idbtrans.commit();
				return result;
			}
		);
		return run as unknown as Promise<T>;
	}
}

class DexieTx implements Tx {
	#table: (name: string) => AnyTable;
	#views = new Map<ViewStore, ViewTable>();

	constructor(table: (name: string) => AnyTable) {
		this.#table = table;
	}

	#view(store: ViewStore): ViewTable {
		let view = this.#views.get(store);
		if (!view) {
			view = new ViewTable(this.#table(store) as never, this.#table(blockStore(store)) as never);
			this.#views.set(store, view);
		}
		return view;
	}

	get(store: StoreName, keys: readonly AnyKey[]): Promise<never> {
		if (isInBlocks(store)) return this.#view(store).get(keys as string[]) as Promise<never>;
		const table = this.#table(store);
		if (store === 'meta' && keys.length > 1) return this.#metaRange(keys as string[]) as Promise<never>;
		if (keys.length === 1) return table.get(keys[0]!).then((record) => [record]) as unknown as Promise<never>;
		return table.bulkGet([...keys]) as unknown as Promise<never>;
	}

	/** `meta` has a dozen records: all between two of them in one request cost less than a request each. */
	async #metaRange(keys: readonly string[]): Promise<unknown[]> {
		const sorted = [...keys].sort();
		const records = await this.#table('meta').where(':id').between(sorted[0]!, sorted.at(-1)!, true, true).toArray();
		const byKey = new Map(records.map((record) => [record['key'] as string, record]));
		return keys.map((key) => byKey.get(key));
	}

	/** One range read a value: Dexie's `anyOf` would walk a cursor record by record. */
	async find(store: StoreName, index: string, values: readonly string[], limit?: number): Promise<never> {
		if (isInBlocks(store)) return (await this.#view(store).find(index as 'codes' | 'parent', values, limit)) as never;
		const table = this.#table(store);
		const equal = (value: string): Collection => {
			const found = table.where(index).equals(value);
			return limit === undefined ? found : found.limit(limit);
		};
		if (values.length === 1) return (await equal(values[0]!).toArray()) as never;
		const field = keyField(store);
		const found = new Map<AnyKey, Record<string, unknown>>();
		const lists = await Promise.all([...new Set(values)].map((value) => equal(value).toArray()));
		for (const record of lists.flat()) found.set(record[field] as AnyKey, record);
		const sorted = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
		return sorted.slice(0, limit) as never;
	}

	async count(store: PlainStore, index: string, values: readonly string[]): Promise<number> {
		const table = this.#table(store);
		const counts = await Promise.all([...new Set(values)].map((value) => table.where(index).equals(value).count()));
		return counts.reduce((sum, count) => sum + count, 0);
	}

	list(store: StoreName, how: { after?: AnyKey; limit?: number; newest?: boolean } = {}): Promise<never> {
		if (isInBlocks(store)) return this.#view(store).list(how as { after?: string }) as Promise<never>;
		const table = this.#table(store);
		let records: Collection = how.after === undefined ? table.toCollection() : table.where(':id').above(how.after);
		if (how.newest) records = records.reverse();
		if (how.limit !== undefined) records = records.limit(how.limit);
		return records.toArray() as unknown as Promise<never>;
	}

	async lastKey(store: PlainStore): Promise<never> {
		const [last] = await this.#table(store).toCollection().reverse().limit(1).primaryKeys();
		return (last ?? null) as never;
	}

	size(store: PlainStore): Promise<number> {
		return this.#table(store).count() as unknown as Promise<number>;
	}

	async put(store: StoreName, records: readonly unknown[]): Promise<void> {
		if (records.length === 0) return;
		if (isInBlocks(store)) await this.#view(store).put(records as StoredRow[]);
		else await this.#table(store).bulkPut(records as Record<string, unknown>[]);
	}

	async fill(store: ViewStore, rows: readonly StoredRow[]): Promise<void> {
		if (isInBlocks(store)) await this.#view(store).fill(rows);
		else await this.put(store, rows);
	}

	async add(store: PlainStore, records: readonly unknown[]): Promise<void> {
		if (records.length > 0) await this.#table(store).bulkAdd(records as Record<string, unknown>[]);
	}

	async remove(store: StoreName, keys: readonly AnyKey[]): Promise<void> {
		if (keys.length === 0) return;
		if (isInBlocks(store)) await this.#view(store).remove(keys as string[]);
		else await this.#table(store).bulkDelete([...keys]);
	}

	async clear(store: StoreName): Promise<void> {
		await (isInBlocks(store) ? this.#view(store).clear() : this.#table(store).clear());
	}
}
