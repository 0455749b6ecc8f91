/** Which keys, in IndexedDB's words. */
import { answered } from './phone-database.ts';

export const above = (key: string | number | undefined): IDBKeyRange | null =>
	key === undefined ? null : IDBKeyRange.lowerBound(key, true);

/** Null: the store is empty. */
export async function lastKeyOf<K extends string | number>(table: IDBObjectStore): Promise<K | null> {
	const cursor = await answered(table.openKeyCursor(null, 'prev'));
	return (cursor?.key as K | undefined) ?? null;
}

/** The highest keys first: a cursor finds where they begin, and one request brings them, rather than one each. */
export async function newest(table: IDBObjectStore, limit = Infinity): Promise<unknown[]> {
	const begin = limit === Infinity ? null : await keyFromTheEnd(table, limit - 1);
	const records = (await answered(table.getAll(begin === null ? null : IDBKeyRange.lowerBound(begin)))) as unknown[];
	return records.reverse();
}

/** Null: there are not so many. */
async function keyFromTheEnd(table: IDBObjectStore, skip: number): Promise<IDBValidKey | null> {
	const request = table.openKeyCursor(null, 'prev');
	const last = await answered(request);
	if (!last || skip === 0) return last?.key ?? null;
	last.advance(skip);
	return (await answered(request))?.key ?? null;
}
