/**
 * A phone's storage in memory: the fake that the contract suite holds against IndexedDB. Writers run one at a time over
 * the whole store and leave nothing behind when they throw; records are copied on the way in, as a structured clone would.
 */
import type { ReplicaStore, Tx } from '#lib/sync/ports.ts';
import { keyField, type StoreName, type Stores } from '#lib/sync/records.ts';

type AnyKey = string | number;
type AnyRecord = Record<string, unknown>;

export class MemoryStore implements ReplicaStore {
	#stores = new Map<StoreName, Map<AnyKey, AnyRecord>>();
	#tail: Promise<unknown> = Promise.resolve();
	/** How often a transaction may still begin; below zero it throws as a closed or full database does. */
	failAfter = Infinity;
	/** Called when a writer has committed: where a test looks at the invariants. */
	onCommit: ((touched: ReadonlySet<StoreName>) => void) | null = null;

	transaction<T>(mode: 'read' | 'write', stores: readonly StoreName[], work: (tx: Tx) => Promise<T>): Promise<T> {
		const run = this.#tail.then(async () => {
			if (this.failAfter-- <= 0) throw new DOMException('no space left', 'QuotaExceededError');
			const scope = new Map(stores.map((name) => [name, new Map(this.#stores.get(name))]));
			const tx = new MemoryTx(scope, mode);
			const result = await work(tx);
			if (mode === 'write') {
				for (const [name, content] of scope) this.#stores.set(name, content);
				this.onCommit?.(tx.touched);
			}
			return result;
		});
		this.#tail = run.catch(() => undefined);
		return run;
	}

	/** A copy that goes its own way, as of a whole browser profile. */
	clone(): MemoryStore {
		const copy = new MemoryStore();
		for (const [name, content] of this.#stores) copy.#stores.set(name, new Map(content));
		return copy;
	}

	/** The stores that hold something. */
	names = (): StoreName[] => [...this.#stores.keys()];

	/** Everything, for comparing: store → key → record. Only between transactions. */
	content<S extends StoreName>(store: S): Stores[S]['record'][] {
		return sortedRecords(this.#stores.get(store) ?? new Map()) as unknown as Stores[S]['record'][];
	}
}

const compare = (a: AnyKey, b: AnyKey): number => (a < b ? -1 : a > b ? 1 : 0);
const sortedRecords = (content: Map<AnyKey, AnyRecord>): AnyRecord[] =>
	[...content.entries()].sort(([a], [b]) => compare(a, b)).map(([, record]) => record);

class MemoryTx implements Tx {
	#scope: Map<StoreName, Map<AnyKey, AnyRecord>>;
	#mode: 'read' | 'write';
	readonly touched = new Set<StoreName>();

	constructor(scope: Map<StoreName, Map<AnyKey, AnyRecord>>, mode: 'read' | 'write') {
		this.#scope = scope;
		this.#mode = mode;
	}

	async get(store: StoreName, keys: readonly AnyKey[]): Promise<never> {
		const content = this.#content(store);
		return keys.map((key) => content.get(key)) as never;
	}

	async find(store: StoreName, index: string, values: readonly string[], limit?: number): Promise<never> {
		return this.#matching(store, index, values).slice(0, limit) as never;
	}

	async count(store: StoreName, index: string, values: readonly string[]): Promise<number> {
		return this.#matching(store, index, values).length;
	}

	async list(store: StoreName, how: { after?: AnyKey; limit?: number; newest?: boolean } = {}): Promise<never> {
		const field = keyField(store);
		let records = sortedRecords(this.#content(store));
		if (how.after !== undefined)
			records = records.filter((record) => compare(record[field] as AnyKey, how.after as AnyKey) > 0);
		if (how.newest) records.reverse();
		return records.slice(0, how.limit) as never;
	}

	async lastKey(store: StoreName): Promise<never> {
		return ([...this.#content(store).keys()].sort(compare).at(-1) ?? null) as never;
	}

	async size(store: StoreName): Promise<number> {
		return this.#content(store).size;
	}

	async put(store: StoreName, records: readonly unknown[]): Promise<void> {
		const content = this.#writable(store);
		for (const record of records as AnyRecord[])
			content.set(record[keyField(store)] as AnyKey, freeze(structuredClone(record)));
	}

	async add(store: StoreName, records: readonly unknown[]): Promise<void> {
		const content = this.#writable(store);
		for (const record of records as AnyRecord[]) {
			if (content.has(record[keyField(store)] as AnyKey)) throw new DOMException('key is taken', 'ConstraintError');
			content.set(record[keyField(store)] as AnyKey, freeze(structuredClone(record)));
		}
	}

	async remove(store: StoreName, keys: readonly AnyKey[]): Promise<void> {
		const content = this.#writable(store);
		for (const key of keys) content.delete(key);
	}

	async clear(store: StoreName): Promise<void> {
		this.#writable(store).clear();
	}

	#matching(store: StoreName, index: string, values: readonly string[]): AnyRecord[] {
		const wanted = new Set(values);
		return sortedRecords(this.#content(store)).filter((record) => {
			const value = record[index];
			return Array.isArray(value) ? value.some((each) => wanted.has(each as string)) : wanted.has(value as string);
		});
	}

	#content(store: StoreName): Map<AnyKey, AnyRecord> {
		const content = this.#scope.get(store);
		if (!content) throw new DOMException(`${store} is not part of this transaction`, 'NotFoundError');
		return content;
	}

	#writable(store: StoreName): Map<AnyKey, AnyRecord> {
		if (this.#mode === 'read') throw new DOMException('the transaction is read-only', 'ReadOnlyError');
		this.touched.add(store);
		return this.#content(store);
	}
}

/** A stored record changed in place would be a bug that IndexedDB hides; here it throws. */
function freeze<T extends object>(record: T): T {
	// Bytes cannot be frozen, and a key's inside is not ours.
	if (ArrayBuffer.isView(record) || record instanceof CryptoKey) return record;
	for (const value of Object.values(record)) if (typeof value === 'object' && value !== null) freeze(value as object);
	return Object.freeze(record);
}
