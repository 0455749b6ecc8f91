import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { listQuery, readShipmentList } from './shipment-list.ts';

// A database for each: slow where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: TestWorld;
let reader: ReadClient;

beforeEach(async () => {
	world = await createWorld({ on: 'disk' });
	reader = openReadClient(world.file);
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

const read = (address = '') => readShipmentList(reader, listQuery(new URLSearchParams(address)));
const ids = async (address = '') => (await read(address)).rows.map(({ shipment }) => shipment.id);

/** One of each: draft, in progress, disputed, planned, closed, archived; each a second younger. */
async function seedAll() {
	const later = <T>(value: T): T => {
		world.advance(1000);
		return value;
	};
	const draft = later(await world.shipment({ temporary: true }));
	const picking = later(await world.shipment());
	await world.cartons(1, 'labeled', picking);
	await world.cartons(1, 'assigned', picking);
	const disputed = later(await world.shipment());
	await world.desk({ name: 'shipment.dispute', args: { shipmentId: disputed, disputeId: world.id(), reason: 'x' } });
	const planned = later((await world.plannedShipment()).shipmentId);
	const closed = later((await world.plannedShipment()).shipmentId);
	for (const step of ['boarding_ok', 'received_correspondent', 'received_recipient'] as const)
		await world.track(closed, step);
	await world.desk({ name: 'shipment.close', args: { shipmentId: closed } });
	const archived = later(await world.shipment({ temporary: true }));
	await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
	return { draft, picking, disputed, planned, closed };
}

test('lists all live shipments, newest first, with what they hold', async () => {
	const { draft, picking, disputed, planned } = await seedAll();
	const { rows, total, live, counts } = await read();
	expect(rows.map(({ shipment }) => shipment.id)).toEqual([planned, disputed, picking, draft]);
	expect([total, live]).toEqual([4, 4]);
	expect(counts).toEqual({ draft: 2, picking: 1, planned: 1, disputed: 1 });
	expect(rows[2]?.shipment).toMatchObject({ status: 'picking', cartonsTotal: 2, cartonsLabeled: 1 });
});

test('[S5] closed cases are asked for by name; archived shipments leave every list', async () => {
	const { closed } = await seedAll();
	expect(await ids('status=closed')).toEqual([closed]);
	for (const status of ['', 'draft', 'disputed', 'nonsense'])
		expect(await ids(`status=${status}`)).not.toContain(closed);
});

test('narrows by status and by dispute', async () => {
	const { draft, picking, disputed } = await seedAll();
	expect(await ids('status=draft')).toEqual([disputed, draft]);
	expect(await ids('status=disputed')).toEqual([disputed]);
	expect(await ids('status=picking')).toEqual([picking]);
});

test('[R2] finds a temporary reference, and what was promoted by its former one', async () => {
	const { draft } = await seedAll();
	expect(await ids('q=exp-temp-01')).toEqual([draft]);
	await world.cartons(1, 'assigned', draft);
	expect((await read('q=exp-temp-01')).rows[0]?.shipment.reference).toMatch(/^26\d{4}$/);
});

test('a save raises the version of its row alone', async () => {
	const { picking } = await seedAll();
	const versions = async () => new Map((await read()).rows.map(({ shipment, version }) => [shipment.id, version]));
	const before = await versions();
	await world.cartons(1, 'assigned', picking);
	const after = await versions();
	expect([...after].filter(([id, version]) => version !== before.get(id)).map(([id]) => id)).toEqual([picking]);
});
