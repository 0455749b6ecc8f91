import Dexie from 'dexie';
import { afterEach, describe, expect, test } from 'vitest';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import { mutation, storeContract } from '../../../tests/sync/store-contract.ts';
import { makeDatabase } from './database.ts';
import { DexieStore } from './dexie-store.ts';

const databases: Dexie[] = [];
let count = 0;

function open(name = `contract-${++count}`): { database: Dexie; store: ReplicaStore } {
	const database = makeDatabase(name);
	databases.push(database);
	return { database, store: new DexieStore(database) };
}

afterEach(async () => {
	for (const database of databases.splice(0)) await database.delete();
});

describe('the store contract, in IndexedDB', () => storeContract(async () => open().store));

test('[I16] write transactions are strict and committed explicitly', async () => {
	const { store } = open();
	let durability: string | null = null;
	let commits = 0;
	await store.transaction('write', ['mutations'], async (tx) => {
		const running = Dexie.currentTransaction!.idbtrans;
		durability = running.durability;
		const commit = running.commit.bind(running);
		running.commit = () => {
			commits++;
			commit();
		};
		await tx.put('mutations', [mutation(1)]);
	});
	expect(durability).toBe('strict');
	expect(commits).toBe(1);
});

test('[I17] a transaction that the browser aborts stores nothing and says so', async () => {
	const { store } = open();
	const aborted = store.transaction('write', ['mutations'], async (tx) => {
		await tx.put('mutations', [mutation(1)]);
		Dexie.currentTransaction!.idbtrans.abort();
		await tx.put('mutations', [mutation(2)]);
	});
	await expect(aborted).rejects.toThrow();
	expect(await store.transaction('read', ['mutations'], (tx) => tx.size('mutations'))).toBe(0);
});

test('no index is unique: two rows may share every code', async () => {
	const { database } = open();
	await database.open();
	const unique = database.tables.flatMap((table) =>
		table.schema.indexes.filter((index) => index.unique).map((index) => `${table.name}.${index.name}`)
	);
	expect(unique).toEqual([]);
});
