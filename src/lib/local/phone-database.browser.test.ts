import Dexie from 'dexie';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IdbStore } from './idb-store.ts';
import { mutation } from '../../../tests/sync/store-contract.ts';
import { answered, DatabaseClosed, PhoneDatabase } from './phone-database.ts';

const opened: PhoneDatabase[] = [];
let count = 0;

function make(name = `phone-${++count}`, onOutdated?: () => void): PhoneDatabase {
	const database = new PhoneDatabase(name, onOutdated);
	opened.push(database);
	return database;
}

afterEach(async () => {
	vi.restoreAllMocks();
	for (const database of opened.splice(0)) await database.delete();
});

const put = (database: PhoneDatabase, key: string) =>
	database.transaction('readwrite', ['meta'], async (transaction) => void transaction.objectStore('meta').put({ key }));
const size = (database: PhoneDatabase) =>
	database.transaction('readonly', ['meta'], (transaction) => answered(transaction.objectStore('meta').count()));

describe('writing', () => {
	test('[I16] is strict and committed explicitly', async () => {
		const database = make();
		await database.open();
		const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
		const commit = vi.spyOn(IDBTransaction.prototype, 'commit');
		await put(database, 'a');
		expect(transaction.mock.results.map(({ value }) => (value as IDBTransaction).durability)).toEqual(['strict']);
		expect(commit).toHaveBeenCalledTimes(1);
	});

	test('[I17] what the browser aborts is not stored, and says so', async () => {
		const database = make();
		const aborted = database.transaction('readwrite', ['meta'], async (transaction) => {
			const meta = transaction.objectStore('meta');
			meta.put({ key: 'a' });
			transaction.abort();
			meta.put({ key: 'b' });
		});
		await expect(aborted).rejects.toBeInstanceOf(DOMException);
		expect(await size(database)).toBe(0);
	});

	test('[I17] aborted after everything was put, it says so as well', async () => {
		const database = make();
		vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (this: IDBTransaction) {
			this.abort();
		});
		await expect(put(database, 'a')).rejects.toMatchObject({ name: 'AbortError' });
		expect(await size(database)).toBe(0);
	});

	test('[I28] a request that nobody waited for fails the whole, by its own name', async () => {
		const database = make();
		await put(database, 'a');
		const taken = database.transaction('readwrite', ['meta'], async (transaction) => {
			const meta = transaction.objectStore('meta');
			meta.put({ key: 'b' });
			meta.add({ key: 'a' });
			await answered(meta.count()).catch(() => undefined);
		});
		await expect(taken).rejects.toMatchObject({ name: 'ConstraintError' });
		expect(await size(database)).toBe(1);
	});
});

describe('the connection', () => {
	test('is opened again when the browser had dropped it without a word', async () => {
		const database = make();
		await put(database, 'a');
		const dropped = new DOMException('The database connection is closing.', 'InvalidStateError');
		const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
		transaction.mockImplementationOnce(() => {
			throw dropped;
		});
		await put(database, 'b');
		expect(await size(database)).toBe(2);
		// Not for ever.
		transaction.mockImplementation(() => {
			throw dropped;
		});
		await expect(put(database, 'c')).rejects.toBe(dropped);
	});

	test('is opened again when the browser says that it closed it', async () => {
		const database = make();
		const open = vi.spyOn(IDBFactory.prototype, 'open');
		const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
		await put(database, 'a');
		const opens = open.mock.calls.length;
		const connection = transaction.mock.instances.at(-1) as unknown as IDBDatabase;
		connection.close();
		connection.dispatchEvent(new Event('close'));
		await put(database, 'b');
		expect(open.mock.calls.length).toBe(opens + 1);
		expect(await size(database)).toBe(2);
	});

	test('[I17] makes way for who wants other tables, and says so', async () => {
		const onOutdated = vi.fn();
		const database = make(undefined, onOutdated);
		await put(database, 'a');
		const newer = await answered(indexedDB.open(database.name, 1000));
		expect(onOutdated).toHaveBeenCalledTimes(1);
		await expect(put(database, 'b')).rejects.toBeInstanceOf(DatabaseClosed);
		newer.close();
		// A newer program only adds tables: this one reads what it knows.
		expect(await size(make(database.name))).toBe(1);
	});

	test('that was closed while it was being opened stays closed', async () => {
		const database = make();
		const opening = database.open();
		database.close();
		await expect(opening).rejects.toBeInstanceOf(DatabaseClosed);
		await Dexie.delete(database.name);
	});
});

describe('the tables', () => {
	test.for([2, 3])(
		'a browser that fails to open them %i times for no known reason is asked three times',
		async (fails) => {
			const name = `phone-${++count}`;
			await put(make(name), 'a');
			opened.pop()!.close();
			const { open } = IDBFactory.prototype;
			let left = fails;
			const opens = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (
				this: IDBFactory,
				name,
				version
			) {
				const request = open.call(this, name, version);
				if (left-- > 0)
					request.addEventListener('success', (event) => {
						event.stopImmediatePropagation();
						request.result.close();
						Object.defineProperty(request, 'error', { value: new DOMException('internal', 'UnknownError') });
						request.dispatchEvent(new Event('error'));
					});
				return request;
			});
			const database = make(name);
			if (fails === 2) expect(await size(database)).toBe(1);
			else await expect(size(database)).rejects.toMatchObject({ name: 'UnknownError' });
			expect(opens).toHaveBeenCalledTimes(3);
		}
	);

	test('a browser that cannot make them leaves no empty database behind', async () => {
		const database = make();
		const { open } = IDBFactory.prototype;
		vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, name, version) {
			if (version !== undefined) throw new DOMException('full', 'QuotaExceededError');
			return open.call(this, name);
		});
		await expect(database.open()).rejects.toThrow();
		expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(database.name);
		vi.restoreAllMocks();
		await put(database, 'a');
	});

	test('no index is unique: two rows may share every code', async () => {
		const database = make();
		await database.open();
		const connection = await answered(indexedDB.open(database.name));
		const names = [...connection.objectStoreNames];
		const transaction = connection.transaction(names);
		const indexes = names.flatMap((name) => {
			const table = transaction.objectStore(name);
			return [...table.indexNames].map((index) => table.index(index));
		});
		expect(indexes.length).toBeGreaterThan(20);
		expect(indexes.filter(({ unique }) => unique).map(({ name }) => name)).toEqual([]);
		connection.close();
	});

	test('[I17] what a program before the blocks stored is read, found and written over', async () => {
		const name = `phone-${++count}`;
		const old = new Dexie(name);
		old.version(1).stores({
			...{ meta: 'key', mutations: 'mid, uid, stands, undoes', base: 'key', inbox: 'from', scanlog: 'id' },
			...Object.fromEntries(
				['a', 'b'].flatMap((set) => [
					[`${set}_cartons`, 'id, *codes, parent'],
					[`${set}_shipments`, 'id, *codes'],
					[`${set}_timeline`, 'id, parent'],
					...['products', 'locations', 'people'].map((table) => [`${set}_${table}`, 'id, *codes']),
					...['destinations', 'contacts', 'warehouses'].map((table) => [`${set}_${table}`, 'id'])
				])
			)
		});
		const row = (id: string, version = 1) => ({
			id,
			version,
			row: { id } as never,
			codes: [`code-${id}`],
			parent: 's'
		});
		await old.table('a_cartons').bulkPut([row('c1'), row('c2')]);
		await old.table('mutations').put(mutation(1));
		old.close();

		const database = make(name);
		const store = new IdbStore(database);
		const cartons = (codes: string[]) =>
			store.transaction('read', ['a_cartons'], (tx) => tx.find('a_cartons', 'codes', codes));
		expect(await cartons(['code-c2'])).toEqual([row('c2')]);
		await store.transaction('write', ['a_cartons', 'mutations'], async (tx) => {
			await tx.put('a_cartons', [row('c2', 2)]);
			await tx.remove('a_cartons', ['c1']);
			await tx.fill('a_cartons', [row('c3')]);
		});
		expect(await cartons(['code-c1', 'code-c2', 'code-c3'])).toEqual([row('c2', 2), row('c3')]);
		expect(await store.transaction('read', ['mutations'], (tx) => tx.list('mutations'))).toEqual([mutation(1)]);
		store.close();
	});
});
