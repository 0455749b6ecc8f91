/**
 * A phone's storage in memory: the fake that the contract suite holds against IndexedDB. Transactions run one at a time over
 * the whole store and leave nothing behind when they throw; records are copied on the way in, as a structured clone would.
 */
import type { ReplicaStore, Tx } from '#lib/sync/ports.ts';
import { keyField, type StoreName, type Stores } from '#lib/sync/records.ts';
import { MemoryTable, type AnyKey, type AnyRecord } from './memory-table.ts';

export class MemoryStore implements ReplicaStore {
	#tables = new Map<StoreName, MemoryTable>();
	#tail: Promise<unknown> = Promise.resolve();
	/** How often a transaction may still begin; below zero it throws as a closed or full database does. */
	failAfter = Infinity;
	/** Called when a writer has committed: where a test looks at the invariants. */
	onCommit: ((touched: ReadonlySet<StoreName>) => void) | null = null;

	transaction<T>(mode: 'read' | 'write', stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
		const run = this.#tail.then(async () => {
			if (this.failAfter-- <= 0) throw new DOMException('no space left', 'QuotaExceededError');
			const tx = new MemoryTx(new Map(stores.map((name) => [name, this.#table(name)])), mode);
			const result = await tx.run(work);
			if (mode === 'write') this.onCommit?.(tx.touched);
			return result;
		});
		this.#tail = run.catch(() => undefined);
		return run;
	}

	/** A copy that goes its own way, as of a whole browser profile. */
	clone(): MemoryStore {
		const copy = new MemoryStore();
		for (const [name, table] of this.#tables) copy.#tables.set(name, table.clone());
		return copy;
	}

	/** The stores that were ever part of a transaction. */
	names = (): StoreName[] => [...this.#tables.keys()];

	/** Everything, for comparing: store → key → record. Only between transactions. */
	content<S extends StoreName>(store: S): Stores[S]['record'][] {
		return this.#table(store).all() as unknown as Stores[S]['record'][];
	}

	#table(name: StoreName): MemoryTable {
		const table = this.#tables.get(name) ?? new MemoryTable();
		this.#tables.set(name, table);
		return table;
	}
}

class MemoryTx implements Tx {
	#tables: Map<StoreName, MemoryTable>;
	#mode: 'read' | 'write';
	#isOver = false;
	/** What stood where this transaction wrote, in that order. */
	#former: [MemoryTable, AnyKey, AnyRecord | undefined][] = [];
	readonly touched = new Set<StoreName>();

	constructor(tables: Map<StoreName, MemoryTable>, mode: 'read' | 'write') {
		this.#tables = tables;
		this.#mode = mode;
	}

	async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
		try {
			return await work(this);
		} catch (error) {
			for (const [table, key, record] of this.#former.reverse()) table.set(key, record);
			throw error;
		} finally {
			this.#isOver = true;
		}
	}

	async get(store: StoreName, keys: readonly AnyKey[]): Promise<never> {
		const table = this.#table(store);
		return keys.map(table.get) as never;
	}

	async find(store: StoreName, index: string, values: readonly string[], limit?: number): Promise<never> {
		return this.#table(store).find(index, values).slice(0, limit) as never;
	}

	async count(store: StoreName, index: string, values: readonly string[]): Promise<number> {
		return this.#table(store).find(index, values).length;
	}

	async list(store: StoreName, how: { after?: AnyKey; limit?: number; newest?: boolean } = {}): Promise<never> {
		const { after, newest, limit } = how;
		const table = this.#table(store);
		const keys = after === undefined ? table.keys() : table.keys().filter((key) => key > after);
		return (newest ? keys.toReversed() : keys).slice(0, limit).map(table.get) as never;
	}

	async lastKey(store: StoreName): Promise<never> {
		return (this.#table(store).keys().at(-1) ?? null) as never;
	}

	async size(store: StoreName): Promise<number> {
		return this.#table(store).size;
	}

	async put(store: StoreName, records: readonly unknown[]): Promise<void> {
		for (const record of records as AnyRecord[]) this.#set(store, record[keyField(store)] as AnyKey, copyOf(record));
	}

	async fill(store: StoreName, rows: readonly unknown[]): Promise<void> {
		await this.put(store, rows);
	}

	async add(store: StoreName, records: readonly unknown[]): Promise<void> {
		for (const record of records as AnyRecord[]) {
			const key = record[keyField(store)] as AnyKey;
			if (this.#table(store).get(key)) throw new DOMException('key is taken', 'ConstraintError');
			this.#set(store, key, copyOf(record));
		}
	}

	async remove(store: StoreName, keys: readonly AnyKey[]): Promise<void> {
		for (const key of keys) this.#set(store, key, undefined);
	}

	async clear(store: StoreName): Promise<void> {
		for (const key of [...this.#table(store).keys()]) this.#set(store, key, undefined);
	}

	#set(store: StoreName, key: AnyKey, record: AnyRecord | undefined): void {
		const table = this.#table(store);
		if (this.#mode === 'read') throw new DOMException('the transaction is read-only', 'ReadOnlyError');
		this.touched.add(store);
		this.#former.push([table, key, table.set(key, record)]);
	}

	#table(store: StoreName): MemoryTable {
		if (this.#isOver) throw new DOMException('the transaction is over', 'TransactionInactiveError');
		const table = this.#tables.get(store);
		if (!table) throw new DOMException(`${store} is not part of this transaction`, 'NotFoundError');
		return table;
	}
}

/** What was stored: nobody can change it any more, so it may be stored again as it is. */
const stored = new WeakSet<object>();

/**
 * A structured clone that cannot be changed: a stored record changed in place would be a bug that IndexedDB hides; here it
 * throws.
 */
function copyOf<T extends object>(record: T): T {
	if (stored.has(record)) return record;
	const copy = isPlain(record) ? copyOfPlain(record) : structuredClone(record);
	// Bytes cannot be frozen, and a key's inside is not ours.
	if (ArrayBuffer.isView(copy) || copy instanceof CryptoKey) return copy;
	stored.add(Object.freeze(copy));
	return copy;
}

const isPlain = (value: object): boolean => Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;

function copyOfPlain<T extends object>(record: T): T {
	const copy = (Array.isArray(record) ? [] : {}) as T;
	for (const key of Object.keys(record) as (keyof T)[]) {
		const value = record[key];
		if (typeof value === 'function' || typeof value === 'symbol')
			throw new DOMException(`${String(key)} cannot be stored`, 'DataCloneError');
		copy[key] = typeof value === 'object' && value !== null ? copyOf(value) : value;
	}
	return copy;
}
