/**
 * The store port over IndexedDB. Strict durability and an explicit commit: when a write transaction resolves, it is on
 * disk, and nobody waited for the browser to notice that it had ended.
 */
import type Dexie from 'dexie';
import type { Collection, Table } from 'dexie';
import type { ReplicaStore, Tx } from '#lib/sync/ports.ts';
import { keyField, type StoreName } from '#lib/sync/records.ts';

type AnyKey = string | number;
type AnyTable = Table<Record<string, unknown>, AnyKey>;

export class DexieStore implements ReplicaStore {
	#database: Dexie;

	constructor(database: Dexie) {
		this.#database = database;
	}

	transaction<T>(mode: 'read' | 'write', stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
		const run = this.#database.transaction(mode === 'read' ? 'r' : 'rw', [...stores], async (transaction) => {
			const result = await work(new DexieTx((name) => transaction.table(name)));
			if (mode === 'write') transaction.idbtrans.commit();
			return result;
		});
		return run as unknown as Promise<T>;
	}
}

class DexieTx implements Tx {
	#table: (name: StoreName) => AnyTable;

	constructor(table: (name: StoreName) => AnyTable) {
		this.#table = table;
	}

	get(store: StoreName, keys: readonly AnyKey[]): Promise<never> {
		const table = this.#table(store);
		if (keys.length === 1) return table.get(keys[0]!).then((record) => [record]) as unknown as Promise<never>;
		return table.bulkGet([...keys]) as unknown as Promise<never>;
	}

	/** One range read a value: Dexie's `anyOf` would walk a cursor record by record. */
	async find(store: StoreName, index: string, values: readonly string[], limit?: number): Promise<never> {
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

	async count(store: StoreName, index: string, values: readonly string[]): Promise<number> {
		const table = this.#table(store);
		const counts = await Promise.all([...new Set(values)].map((value) => table.where(index).equals(value).count()));
		return counts.reduce((sum, count) => sum + count, 0);
	}

	list(store: StoreName, how: { after?: AnyKey; limit?: number; newest?: boolean } = {}): Promise<never> {
		const table = this.#table(store);
		let records: Collection = how.after === undefined ? table.toCollection() : table.where(':id').above(how.after);
		if (how.newest) records = records.reverse();
		if (how.limit !== undefined) records = records.limit(how.limit);
		return records.toArray() as unknown as Promise<never>;
	}

	async lastKey(store: StoreName): Promise<never> {
		const [last] = await this.#table(store).toCollection().reverse().limit(1).primaryKeys();
		return (last ?? null) as never;
	}

	size(store: StoreName): Promise<number> {
		return this.#table(store).count() as unknown as Promise<number>;
	}

	async put(store: StoreName, records: readonly unknown[]): Promise<void> {
		if (records.length > 0) await this.#table(store).bulkPut(records as Record<string, unknown>[]);
	}

	async add(store: StoreName, records: readonly unknown[]): Promise<void> {
		if (records.length > 0) await this.#table(store).bulkAdd(records as Record<string, unknown>[]);
	}

	async remove(store: StoreName, keys: readonly AnyKey[]): Promise<void> {
		if (keys.length > 0) await this.#table(store).bulkDelete([...keys]);
	}

	async clear(store: StoreName): Promise<void> {
		await this.#table(store).clear();
	}
}
