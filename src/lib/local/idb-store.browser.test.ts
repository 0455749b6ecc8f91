import { afterEach, describe, expect, test } from 'vitest';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import type { StoredRow } from '#lib/sync/records.ts';
import { MemoryStore } from '../../../tests/sync/memory-store.ts';
import { Seeded } from '../../../tests/sync/scheduler.ts';
import { storeContract } from '../../../tests/sync/store-contract.ts';
import { IdbStore } from './idb-store.ts';
import { PhoneDatabase } from './phone-database.ts';

const databases: PhoneDatabase[] = [];
let count = 0;

function open(name = `contract-${++count}`): { database: PhoneDatabase; store: IdbStore } {
	const database = new PhoneDatabase(name);
	databases.push(database);
	return { database, store: new IdbStore(database) };
}

afterEach(async () => {
	for (const database of databases.splice(0)) await database.delete();
});

describe('the store contract, in IndexedDB', () => storeContract(async () => open().store));

test(
	'rows in blocks and rows over them read as plain rows do, whatever was done before',
	{ timeout: 60_000 },
	async () => {
		const seed = Date.now() % 1e6;
		console.log(`seed ${seed}`);
		const random = new Seeded(seed);
		const below = (n: number) => random.between(0, n - 1);
		const real = open().store;
		const model: ReplicaStore = new MemoryStore();
		const both = <T>(work: Parameters<ReplicaStore['transaction']>[2]) =>
			Promise.all([real, model].map((store) => store.transaction('write', ['a_cartons'], work) as Promise<T>));
		const id = () => `carton-${String(below(400)).padStart(3, '0')}`;
		const row = (key: string): StoredRow<'cartons'> => ({
			...{ id: key, version: below(1000), row: { id: key } as never },
			...(below(3) > 0 ? { codes: [`code-${below(60)}`, `code-${below(60)}`].slice(below(2)) } : {}),
			...(below(3) > 0 ? { parent: `parent-${below(9)}` } : {})
		});
		const keys = (n: number): string[] => [...new Set(Array.from({ length: n }, id))];

		const filled = keys(400).sort();
		for (let at = 0; at < filled.length; at += 70) {
			const some = filled.slice(at, at + 70).map(row);
			// Out of order now and then, as no snapshot is.
			if (below(2) === 0) some.reverse();
			await both((tx) => tx.fill('a_cartons', some));
		}
		for (let step = 0; step < 120; step++) {
			const [some, limit, after] = [keys(1 + below(below(4) === 0 ? 60 : 4)), 1 + below(60), id()];
			const rows = some.map(row);
			const kind = below(3);
			const [mine, theirs] = await both(async (tx) => {
				if (kind === 0) await tx.remove('a_cartons', some);
				if (kind === 1) await tx.put('a_cartons', rows);
				const found = await tx.find('a_cartons', 'codes', [`code-${limit}`, `code-${limit + 1}`]);
				const children = await tx.find('a_cartons', 'parent', [`parent-${limit % 9}`], limit);
				if (kind === 2)
					await tx.put(
						'a_cartons',
						[...found, ...children].map((each) => ({ ...each, version: -step }))
					);
				const listed = await tx.list('a_cartons', { after, limit });
				return [found, children, listed, await tx.get('a_cartons', some), await tx.list('a_cartons')];
			});
			expect(mine, `seed ${seed}, step ${step}`).toEqual(theirs);
		}
	}
);
