import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { perform } from './operations.ts';

let server: TestServer;
beforeEach(async () => {
	server = await openServer();
});
afterEach(() => server.close());

const warehouses = () =>
	server.world.store.read((db) => db.prepare(`SELECT code, name FROM warehouse WHERE code = 'ORLY-2'`).all());
const add = (code: string, name: string, dryRun = false) =>
	perform(server.world, 'places.warehouse', { code, name, dryRun });

test('a warehouse is made once, renamed by its code, and every phone hears of it', async () => {
	expect((await add('orly-2', 'Orly 2', true)).lines).toEqual(['Warehouse ORLY-2, Orly 2: would be made.']);
	expect(warehouses()).toEqual([]);
	expect((await add('orly-2', 'Orly 2')).json).toMatchObject({ is: 'made' });
	expect((await add('ORLY-2', 'Orly 2')).json).toMatchObject({ is: 'as it was' });
	expect((await add('ORLY-2', 'Orly sud')).json).toMatchObject({ is: 'renamed' });
	expect(warehouses()).toEqual([{ code: 'ORLY-2', name: 'Orly sud' }]);
	const told = server.world.store.read((db) =>
		db.prepare(`SELECT count(*) FROM "change" WHERE "table" = 'warehouses'`).pluck().get()
	);
	expect(told).toBeGreaterThan(0);
});

test.for([
	['x', 'Orly'],
	['ORLY 2', 'Orly'],
	['ORLY', '  ']
] as const)('code "%s" with name "%s" is wrong use', async ([code, name]) => {
	await expect(add(code, name)).rejects.toMatchObject({ code: 'wrong_use' });
});
