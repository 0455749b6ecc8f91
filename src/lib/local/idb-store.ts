/**
 * The store port over IndexedDB. What a write puts is not waited for: the transaction fails as a whole when one of its
 * requests does, and each answer would be a way between two processes.
 */
import type { ReplicaStore, Tx } from '#lib/sync/ports.ts';
import { keyField, type PlainStore, type StoredRow, type StoreName, type ViewStore } from '#lib/sync/records.ts';
import { above, lastKeyOf, newest } from './key-ranges.ts';
import { answered, type PhoneDatabase } from './phone-database.ts';
import { blockStore, isInBlocks, physicalStores } from './row-blocks.ts';
import { ChangeNews, Touches } from './touches.ts';
import { ViewTable } from './view-table.ts';

type AnyKey = string | number;
type AnyRecord = Record<string, unknown>;

export class IdbStore implements ReplicaStore {
	readonly news: ChangeNews;
	#database: PhoneDatabase;

	constructor(database: PhoneDatabase) {
		this.#database = database;
		this.news = new ChangeNews(database.name);
	}

	transaction<T>(mode: 'read' | 'write', stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
		return mode === 'read' ? this.#read(stores, work, new Touches()) : this.#write(stores, work);
	}

	close(): void {
		this.news.close();
		this.#database.close();
	}

	/** The same storage, whose reads are noted in `reads`. */
	watched(reads: Touches): ReplicaStore {
		return {
			transaction: (mode, stores, work) =>
				mode === 'read' ? this.#read(stores, work, reads) : this.#write(stores, work)
		};
	}

	#read<T>(stores: readonly StoreName[], work: (tx: Tx) => Promise<T>, reads: Touches): Promise<T> {
		return this.#database.transaction('readonly', physicalStores(stores), (transaction) =>
			work(new IdbTx(transaction, { reads, writes: new Touches() }))
		);
	}

	async #write<T>(stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
		const writes = new Touches();
		const result = await this.#database.transaction('readwrite', physicalStores(stores), (transaction) =>
			work(new IdbTx(transaction, { reads: new Touches(), writes }))
		);
		this.news.tell(writes);
		return result;
	}
}

class IdbTx implements Tx {
	#transaction: IDBTransaction;
	#reads: Touches;
	#writes: Touches;
	#views = new Map<ViewStore, ViewTable>();

	constructor(transaction: IDBTransaction, { reads, writes }: { reads: Touches; writes: Touches }) {
		this.#transaction = transaction;
		this.#reads = reads;
		this.#writes = writes;
	}

	#table(store: string): IDBObjectStore {
		return this.#transaction.objectStore(store);
	}

	#view(store: ViewStore): ViewTable {
		let view = this.#views.get(store);
		if (!view) {
			view = new ViewTable(this.#table(store), this.#table(blockStore(store)));
			this.#views.set(store, view);
		}
		return view;
	}

	async get(store: StoreName, keys: readonly AnyKey[]): Promise<never> {
		this.#reads.keys(store, keys);
		if (isInBlocks(store)) return this.#view(store).get(keys as string[]) as Promise<never>;
		if (store === 'meta' && keys.length > 1) return (await this.#metaRange(keys as string[])) as never;
		const table = this.#table(store);
		return (await Promise.all(keys.map((key) => answered(table.get(key))))) as never;
	}

	/** `meta` has a dozen records: all between two of them in one request cost less than a request each. */
	async #metaRange(keys: readonly string[]): Promise<unknown[]> {
		const sorted = [...keys].sort();
		const range = IDBKeyRange.bound(sorted[0], sorted.at(-1));
		const records = (await answered(this.#table('meta').getAll(range))) as AnyRecord[];
		const byKey = new Map(records.map((record) => [record['key'] as string, record]));
		return keys.map((key) => byKey.get(key));
	}

	/** One range read a value. */
	async find(store: StoreName, index: string, values: readonly string[], limit?: number): Promise<never> {
		this.#reads.whole(store);
		if (isInBlocks(store)) return (await this.#view(store).find(index as 'codes' | 'parent', values, limit)) as never;
		const entries = this.#table(store).index(index);
		const wanted = [...new Set(values)];
		const lists = await Promise.all(
			wanted.map((value) => answered(entries.getAll(value, limit)) as Promise<AnyRecord[]>)
		);
		if (lists.length === 1) return lists[0] as never;
		const field = keyField(store);
		const found = new Map(lists.flat().map((record) => [record[field] as AnyKey, record]));
		const sorted = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
		return sorted.slice(0, limit) as never;
	}

	async count(store: PlainStore, index: string, values: readonly string[]): Promise<number> {
		this.#reads.whole(store);
		const entries = this.#table(store).index(index);
		const counts = await Promise.all([...new Set(values)].map((value) => answered(entries.count(value))));
		return counts.reduce((sum, count) => sum + count, 0);
	}

	async list(store: StoreName, how: { after?: AnyKey; limit?: number; newest?: boolean } = {}): Promise<never> {
		this.#reads.whole(store);
		if (isInBlocks(store)) return (await this.#view(store).list(how as { after?: string })) as never;
		const table = this.#table(store);
		if (how.newest) return (await newest(table, how.limit)) as never;
		return (await answered(table.getAll(above(how.after), how.limit))) as never;
	}

	async lastKey(store: PlainStore): Promise<never> {
		this.#reads.whole(store);
		return (await lastKeyOf(this.#table(store))) as never;
	}

	size(store: PlainStore): Promise<number> {
		this.#reads.whole(store);
		return answered(this.#table(store).count());
	}

	async put(store: StoreName, records: readonly unknown[]): Promise<void> {
		if (records.length === 0) return;
		const field = keyField(store);
		this.#writes.keys(
			store,
			records.map((record) => (record as AnyRecord)[field] as AnyKey)
		);
		if (isInBlocks(store)) return this.#view(store).put(records as StoredRow[]);
		const table = this.#table(store);
		for (const record of records) table.put(record);
	}

	async fill(store: ViewStore, rows: readonly StoredRow[]): Promise<void> {
		if (!isInBlocks(store)) return this.put(store, rows);
		this.#writes.whole(store);
		await this.#view(store).fill(rows);
	}

	async add(store: PlainStore, records: readonly unknown[]): Promise<void> {
		const [table, field] = [this.#table(store), keyField(store)];
		for (const record of records) {
			this.#writes.keys(store, [(record as AnyRecord)[field] as AnyKey]);
			table.add(record);
		}
	}

	async remove(store: StoreName, keys: readonly AnyKey[]): Promise<void> {
		if (keys.length === 0) return;
		this.#writes.keys(store, keys);
		if (isInBlocks(store)) return this.#view(store).remove(keys as string[]);
		const table = this.#table(store);
		for (const key of keys) table.delete(key);
	}

	async clear(store: StoreName): Promise<void> {
		this.#writes.whole(store);
		if (isInBlocks(store)) this.#view(store).clear();
		else this.#table(store).clear();
	}
}
