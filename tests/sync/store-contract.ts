/**
 * What every store must do for the sync logic: the same suite runs against the in-memory fake (node) and IndexedDB
 * (browser). `make` gives an empty store each time.
 */
import { expect, test } from 'vitest';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import type { BaseRecord, LoggedScan, StoredMutation, StoredRow } from '#lib/sync/records.ts';

export const scan = (id: string): LoggedScan => ({
	id,
	uid: null,
	code: id,
	at: '2026-03-02T08:00:00.000Z',
	command: null,
	opened: null,
	rejection: null,
	note: null,
	actorId: 'operator'
});

export const mutation = (mid: number, more: Partial<StoredMutation> = {}): StoredMutation => ({
	mid,
	uid: `uid-${mid}`,
	stands: 'queued',
	name: 'carton.label',
	version: 1,
	schema: 1,
	args: '{"cartonId":"c"}',
	actorId: 'operator',
	deviceTime: '2026-03-02T08:00:00.000Z',
	clockOffset: 0,
	code: 'C',
	actor: { name: 'Test', structure: 'Test', role: 'operator' },
	reads: [],
	writes: [],
	undo: null,
	conflict: null,
	verdict: null,
	decidedAt: null,
	settledAt: null,
	...more
});

const product = (id: string, codes: string[]): StoredRow<'products'> => ({
	id,
	version: 1,
	codes,
	row: {
		id,
		sku: id,
		name: id,
		brand: '',
		gtin: null,
		barcode: null,
		weightGrams: null,
		perishable: false,
		active: true
	}
});

const base = (id: string): BaseRecord => ({ key: `cartons:${id}`, table: 'cartons', id, stored: null });

export function storeContract(make: () => Promise<ReplicaStore>): void {
	test('gets records in the order of the keys, undefined where there is none', async () => {
		const store = await make();
		await store.transaction('write', ['scanlog'], (tx) => tx.put('scanlog', [scan('b'), scan('a')]));
		const found = await store.transaction('read', ['scanlog'], (tx) => tx.get('scanlog', ['a', 'x', 'b']));
		expect(found).toEqual([scan('a'), undefined, scan('b')]);
	});

	test('finds by an index: each record once, in key order, the first of them with a limit', async () => {
		const store = await make();
		const rows = [mutation(3), mutation(1, { stands: 'accepted' }), mutation(2, { stands: 'todo' }), mutation(10)];
		await store.transaction('write', ['mutations'], (tx) => tx.put('mutations', rows));
		const mids = (found: StoredMutation[]) => found.map(({ mid }) => mid);
		await store.transaction('read', ['mutations'], async (tx) => {
			expect(mids(await tx.find('mutations', 'stands', ['queued']))).toEqual([3, 10]);
			expect(mids(await tx.find('mutations', 'stands', ['queued', 'accepted']))).toEqual([1, 3, 10]);
			expect(mids(await tx.find('mutations', 'stands', ['accepted', 'queued', 'queued'], 2))).toEqual([1, 3]);
			expect(mids(await tx.find('mutations', 'stands', []))).toEqual([]);
			expect(await tx.count('mutations', 'stands', ['queued', 'todo'])).toBe(3);
		});
	});

	test('finds a row by any of its codes, and a row without any by none', async () => {
		const store = await make();
		const uncoded: StoredRow<'products'> = { id: 'p3', version: 1, row: product('p3', []).row };
		await store.transaction('write', ['a_products'], (tx) =>
			tx.put('a_products', [product('p1', ['X', 'Y']), product('p2', ['Y']), uncoded])
		);
		await store.transaction('read', ['a_products'], async (tx) => {
			const ids = async (...codes: string[]) => (await tx.find('a_products', 'codes', codes)).map(({ id }) => id);
			expect(await ids('X')).toEqual(['p1']);
			expect(await ids('X', 'Y')).toEqual(['p1', 'p2']);
			expect(await ids('Z')).toEqual([]);
		});
	});

	test('a row that a snapshot brought is found as it is now, and only as it is now', async () => {
		const store = await make();
		const rows = Array.from({ length: 40 }, (_, n) => product(`p${100 + n}`, [`C${n}`, 'all']));
		await store.transaction('write', ['a_products'], (tx) => tx.fill('a_products', rows));
		await store.transaction('write', ['a_products'], async (tx) => {
			await tx.put('a_products', [product('p101', ['C1', 'new']), product('p102', []), product('p500', ['all'])]);
			await tx.remove('a_products', ['p103', 'p999']);
		});
		await store.transaction('read', ['a_products'], async (tx) => {
			const ids = async (...codes: string[]) => (await tx.find('a_products', 'codes', codes)).map(({ id }) => id);
			expect(await tx.get('a_products', ['p102', 'p103', 'p104'])).toEqual([product('p102', []), undefined, rows[4]]);
			expect(await ids('new', 'C0')).toEqual(['p100', 'p101']);
			expect(await ids('C2', 'C3')).toEqual([]);
			const all = rows.map(({ id }) => id).filter((id) => !['p101', 'p102', 'p103'].includes(id));
			expect(await ids('all')).toEqual([...all, 'p500']);
			const listed = await tx.list('a_products', { after: 'p101', limit: 3 });
			expect(listed.map(({ id }) => id)).toEqual(['p102', 'p104', 'p105']);
			expect(await tx.list('a_products')).toHaveLength(40);
		});
		await store.transaction('write', ['a_products'], (tx) => tx.clear('a_products'));
		expect(await store.transaction('read', ['a_products'], (tx) => tx.list('a_products'))).toEqual([]);
	});

	test('lists in key order, after a key, with a limit, or the newest first; knows the last key and the size', async () => {
		const store = await make();
		await store.transaction('write', ['mutations'], (tx) =>
			tx.put(
				'mutations',
				[2, -1, 11, 1].map((mid) => mutation(mid))
			)
		);
		await store.transaction('read', ['mutations', 'base'], async (tx) => {
			const mids = async (how?: Parameters<typeof tx.list<'mutations'>>[1]) =>
				(await tx.list('mutations', how)).map(({ mid }) => mid);
			expect(await mids()).toEqual([-1, 1, 2, 11]);
			expect(await mids({ after: 1 })).toEqual([2, 11]);
			expect(await mids({ after: -1, limit: 1 })).toEqual([1]);
			expect(await mids({ newest: true, limit: 2 })).toEqual([11, 2]);
			expect(await tx.lastKey('mutations')).toBe(11);
			expect(await tx.lastKey('base')).toBeNull();
			expect(await tx.size('mutations')).toBe(4);
		});
	});

	test('replaces with put, refuses a taken key with add, forgets with remove and clear', async () => {
		const store = await make();
		await store.transaction('write', ['base'], (tx) => tx.put('base', [base('1'), base('2'), base('3')]));
		const changed: BaseRecord = { ...base('1'), stored: null, id: 'other' };
		await store.transaction('write', ['base'], (tx) => tx.put('base', [changed]));
		await expect(
			store.transaction('write', ['base'], (tx) => tx.add('base', [base('4'), base('2')]))
		).rejects.toThrow();
		await store.transaction('write', ['base'], (tx) => tx.remove('base', ['cartons:3', 'cartons:9']));
		expect(await store.transaction('read', ['base'], (tx) => tx.list('base'))).toEqual([changed, base('2')]);
		await store.transaction('write', ['base'], (tx) => tx.clear('base'));
		expect(await store.transaction('read', ['base'], (tx) => tx.size('base'))).toBe(0);
	});

	test('[I28] stores nothing of a transaction that throws, over all of its stores', async () => {
		const store = await make();
		const failing = store.transaction('write', ['base', 'mutations'], async (tx) => {
			await tx.put('base', [base('1')]);
			await tx.put('mutations', [mutation(1)]);
			throw new Error('changed my mind');
		});
		await expect(failing).rejects.toThrow('changed my mind');
		await store.transaction('read', ['base', 'mutations'], async (tx) => {
			expect([await tx.size('base'), await tx.size('mutations')]).toEqual([0, 0]);
		});
	});

	test('lets one writer in at a time, so that what it read still holds when it writes', async () => {
		const store = await make();
		const addOne = () =>
			store.transaction('write', ['mutations'], async (tx) => {
				const last = (await tx.lastKey('mutations')) ?? 0;
				await tx.add('mutations', [mutation(last + 1)]);
			});
		await Promise.all(Array.from({ length: 20 }, addOne));
		expect(await store.transaction('read', ['mutations'], (tx) => tx.lastKey('mutations'))).toBe(20);
	});

	test('hands out copies: what a reader changes is not what is stored', async () => {
		const store = await make();
		const mine = mutation(1, { reads: ['a'] });
		await store.transaction('write', ['mutations'], (tx) => tx.put('mutations', [mine]));
		mine.reads.push('b');
		const [stored] = await store.transaction('read', ['mutations'], (tx) => tx.get('mutations', [1]));
		expect(stored!.reads).toEqual(['a']);
	});
}
