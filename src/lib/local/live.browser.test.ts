import { afterEach, expect, test, vi } from 'vitest';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import { mutation } from '../../../tests/sync/store-contract.ts';
import { IdbStore } from './idb-store.ts';
import { live } from './live.ts';
import { PhoneDatabase } from './phone-database.ts';

let count = 0;
const ends: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of ends.splice(0).reverse()) await end();
});

function open(name = `live-${++count}`) {
	const database = new PhoneDatabase(name);
	const store = new IdbStore(database);
	ends.push(() => database.delete(), () => store.close()); // prettier-ignore
	return { name, store };
}

/** Every value that a query gave so far. */
function watch<T>(store: IdbStore, query: (store: ReplicaStore) => Promise<T>) {
	const [seen, errors]: [T[], unknown[]] = [[], []];
	const stop = live(store, query, (error) => errors.push(error))((value) => seen.push(value));
	ends.push(stop);
	return { seen, errors, stop };
}

const write = (store: ReplicaStore, ...mids: number[]) =>
	store.transaction('write', ['mutations'], (tx) => tx.put('mutations', mids.map((mid) => mutation(mid)))); // prettier-ignore
const log = (store: ReplicaStore) => store.transaction('write', ['scanlog'], (tx) => tx.clear('scanlog'));
const size = (store: ReplicaStore) => store.transaction('read', ['mutations'], (tx) => tx.size('mutations'));
const uidOf = (mid: number) => async (store: ReplicaStore) =>
	(await store.transaction('read', ['mutations'], (tx) => tx.get('mutations', [mid])))[0]?.uid ?? null;

/** Longer than a query takes. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

test('a query runs again when what it read is written, by key or as a whole, and not for anything else', async () => {
	const { store } = open();
	const [one, all] = [watch(store, uidOf(1)), watch(store, size)];
	await vi.waitFor(() => expect([one.seen, all.seen]).toEqual([[null], [0]]));
	await write(store, 2);
	await vi.waitFor(() => expect(all.seen).toEqual([0, 1]));
	await log(store);
	await settled();
	expect([one.seen, all.seen]).toEqual([[null], [0, 1]]);
	await write(store, 1);
	await vi.waitFor(() => expect([one.seen.length, all.seen.at(-1)]).toEqual([2, 2]));
	await store.transaction('write', ['mutations'], (tx) => tx.remove('mutations', [1]));
	await vi.waitFor(() => expect([one.seen.at(-1), all.seen.at(-1)]).toEqual([null, 1]));
	await store.transaction('write', ['mutations'], (tx) => tx.clear('mutations'));
	await vi.waitFor(() => expect(all.seen.at(-1)).toBe(0));
	expect(one.errors).toEqual([]);
});

test('a write of very many keys is told as one of the whole', async () => {
	const { store } = open();
	const one = watch(store, uidOf(777));
	await vi.waitFor(() => expect(one.seen).toEqual([null]));
	await write(store, ...Array.from({ length: 300 }, (_one, at) => at + 1));
	await vi.waitFor(() => expect(one.seen).toEqual([null, null]));
});

test('[I20] what another tab writes is seen in this one', async () => {
	const { name, store } = open();
	const other = open(name);
	const all = watch(store, size);
	await vi.waitFor(() => expect(all.seen).toEqual([0]));
	await write(other.store, 1);
	await vi.waitFor(() => expect(all.seen).toEqual([0, 1]));
});

test('what is written while it runs makes it run once more, however late it reads', async () => {
	const { store } = open();
	let release: () => void = () => undefined;
	const held = new Promise<void>((resolve) => (release = resolve));
	let runs = 0;
	const all = watch(store, async (watched) => {
		const before = await size(watched);
		if (++runs === 1) await held;
		return [before, await uidOf(2)(watched)];
	});
	await vi.waitFor(() => expect(runs).toBe(1));
	await write(store, 1);
	release();
	await vi.waitFor(() => expect(all.seen).toEqual([[0, null], [1, null]])); // prettier-ignore
	await settled();
	expect(runs).toBe(2);
});

test('one that fails says so, keeps its value, and runs again with the next change, whatever that is', async () => {
	const { store } = open();
	let isBroken = false;
	const all = watch(store, async (watched) => {
		if (isBroken) throw new Error('broken');
		return size(watched);
	});
	await vi.waitFor(() => expect(all.seen).toEqual([0]));
	isBroken = true;
	await write(store, 1);
	await vi.waitFor(() => expect(all.errors).toHaveLength(1));
	isBroken = false;
	await log(store);
	await vi.waitFor(() => expect(all.seen).toEqual([0, 1]));
});

test('a page that comes back as it was left reads everything again', async () => {
	const { store } = open();
	const all = watch(store, size);
	await vi.waitFor(() => expect(all.seen).toEqual([0]));
	dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
	await settled();
	expect(all.seen).toEqual([0]);
	dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
	await vi.waitFor(() => expect(all.seen).toEqual([0, 0]));
});

test('what nobody listens to any more says nothing, and a transaction that failed tells of no change', async () => {
	const { store } = open();
	const [stopped, all] = [watch(store, size), watch(store, size)];
	await vi.waitFor(() => expect([stopped.seen, all.seen]).toEqual([[0], [0]]));
	stopped.stop();
	const failing = store.transaction('write', ['mutations'], async (tx) => {
		await tx.put('mutations', [mutation(1)]);
		throw new Error('changed my mind');
	});
	await expect(failing).rejects.toThrow('changed my mind');
	await settled();
	expect(all.seen).toEqual([0]);
	await write(store, 1);
	await vi.waitFor(() => expect(all.seen).toEqual([0, 1]));
	expect(stopped.seen).toEqual([0]);
});
