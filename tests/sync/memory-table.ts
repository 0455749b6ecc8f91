/**
 * One store of a phone in memory: records by key, read in the order of their keys or by an index. An index is made when it is
 * first asked for and kept from then on, so that a long queue costs a scan no more than a short one.
 */
export type AnyKey = string | number;
export type AnyRecord = Record<string, unknown>;

const compare = (a: AnyKey, b: AnyKey): number => (a < b ? -1 : a > b ? 1 : 0);

export class MemoryTable {
	readonly #records = new Map<AnyKey, AnyRecord>();
	/** All keys in order; null: not known at present. */
	#order: AnyKey[] | null = [];
	/** Index → value → keys. */
	readonly #indexes = new Map<string, Map<unknown, Set<AnyKey>>>();

	get size(): number {
		return this.#records.size;
	}

	get = (key: AnyKey): AnyRecord | undefined => this.#records.get(key);

	/** Undefined: there is none any more. @returns what stood there */
	set(key: AnyKey, record: AnyRecord | undefined): AnyRecord | undefined {
		const former = this.#records.get(key);
		if (record === undefined) this.#records.delete(key);
		else this.#records.set(key, record);
		if (former === undefined && record !== undefined) this.#keyCame(key);
		if (former !== undefined && record === undefined) this.#keyWent(key);
		for (const [name, index] of this.#indexes) {
			for (const value of valuesOf(former, name)) index.get(value)?.delete(key);
			for (const value of valuesOf(record, name)) put(index, value, key);
		}
		return former;
	}

	keys(): readonly AnyKey[] {
		return (this.#order ??= [...this.#records.keys()].sort(compare));
	}

	/** In the order of their keys. */
	all = (): AnyRecord[] => this.keys().map((key) => this.#records.get(key)!);

	/** Those with one of these values, or, of a list, with one in it; in the order of their keys. */
	find(name: string, values: readonly string[]): AnyRecord[] {
		const index = this.#indexes.get(name) ?? this.#makeIndex(name);
		const keys = new Set(values.flatMap((value) => [...(index.get(value) ?? [])]));
		return [...keys].sort(compare).map((key) => this.#records.get(key)!);
	}

	clone(): MemoryTable {
		const copy = new MemoryTable();
		for (const [key, record] of this.#records) copy.set(key, record);
		return copy;
	}

	#keyCame(key: AnyKey): void {
		if (this.#order === null) return;
		const last = this.#order.at(-1);
		if (last === undefined || compare(last, key) < 0) this.#order.push(key);
		else this.#order = null;
	}

	#keyWent(key: AnyKey): void {
		if (this.#order?.at(-1) === key) this.#order.pop();
		else this.#order = null;
	}

	#makeIndex(name: string): Map<unknown, Set<AnyKey>> {
		const index = new Map<unknown, Set<AnyKey>>();
		for (const [key, record] of this.#records) for (const value of valuesOf(record, name)) put(index, value, key);
		this.#indexes.set(name, index);
		return index;
	}
}

function put(index: Map<unknown, Set<AnyKey>>, value: unknown, key: AnyKey): void {
	const keys = index.get(value);
	if (keys) keys.add(key);
	else index.set(value, new Set([key]));
}

function valuesOf(record: AnyRecord | undefined, name: string): readonly unknown[] {
	if (record === undefined) return [];
	const value = record[name];
	return Array.isArray(value) ? value : [value];
}
