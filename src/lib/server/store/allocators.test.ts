import { afterEach, expect, test } from 'vitest';
import type { CartonRow } from '#lib/domain/rows.ts';
import { cartonCode } from '#lib/domain/carton-code.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { localYear } from './allocators.ts';
import { readStored } from './rows.ts';

let world: TestWorld;
afterEach(() => world?.close());

const reference = (id: string) =>
	world.value<string>('SELECT coalesce(reference, temporary_reference) FROM shipment WHERE id = ?', id);

test('[R1] the year is the site’s local year, on both sides of its midnight', async () => {
	// In Paris it is 2027 from 23:00 UTC on.
	world = await createWorld({ at: '2026-12-31T22:59:59.999Z' });
	expect(reference(await world.shipment())).toBe('260001');
	world.advance(1);
	expect(reference(await world.shipment())).toBe('270001');
	expect(reference(await world.shipment())).toBe('270002');
	expect(localYear(new Date('2026-12-31T22:59:59.999Z'), 'Europe/Paris')).toBe(2026);
	expect(localYear(new Date('2026-12-31T22:59:59.999Z'), 'Pacific/Auckland')).toBe(2027);
	expect(localYear(new Date('2027-01-01T04:00:00.000Z'), 'America/New_York')).toBe(2026);
});

test('[R1] after 269999 comes 2610000', async () => {
	world = await createWorld();
	await world.raw(`INSERT INTO allocator (name, year, next) VALUES ('shipment', 2026, 9999)`);
	expect(reference(await world.shipment())).toBe('269999');
	expect(reference(await world.shipment())).toBe('2610000');
});

test('[R2] temporary references count for ever and are kept as an alias', async () => {
	world = await createWorld({ at: '2026-12-31T22:00:00.000Z' });
	const first = await world.shipment({ temporary: true });
	world.advance(86_400_000);
	expect(reference(await world.shipment({ temporary: true }))).toBe('EXP-TEMP-02');
	const [cartonId] = (await world.cartons(1, 'packed')) as [string];
	await world.desk({ name: 'carton.assign', args: { cartonId, shipmentId: first } });
	expect(world.rows('SELECT reference, temporary_reference FROM shipment WHERE id = ?', first)).toEqual([
		{ reference: '270001', temporary_reference: 'EXP-TEMP-01' }
	]);
});

test('[R5] what a rejected or failed creation only looked at is given to the next, and nothing twice', async () => {
	world = await createWorld();
	const shipmentId = world.id();
	const create = (id: string) => ({
		name: 'shipment.create' as const,
		args: { shipmentId: id, destinationId: SEEDED.destination, temporary: true }
	});
	await world.desk(create(shipmentId));
	expect(await world.desk(create(shipmentId))).toMatchObject({ status: 'noop' });
	const ids = [world.id(), world.id(), world.id()];
	await Promise.all(ids.map((id) => world.desk(create(id))));
	expect(ids.map(reference)).toEqual(['EXP-TEMP-02', 'EXP-TEMP-03', 'EXP-TEMP-04']);
});

test('[R5] several numbers in one push are all different', async () => {
	world = await createWorld();
	const phone = await world.phone('r1', { actorId: SEEDED.people.manager });
	const { destination, shipper, recipient, correspondent } = SEEDED;
	const parties = {
		destinationId: destination,
		shipperId: shipper,
		recipientId: recipient,
		correspondentId: correspondent
	};
	const verdicts = await phone.do(
		...[1, 2, 3].map(() => ({ name: 'shipment.create' as const, args: { shipmentId: world.id(), ...parties } }))
	);
	expect(verdicts.map(({ assigned }) => assigned.reference)).toEqual(['260001', '260002', '260003']);
	expect(new Set(verdicts.map(({ assigned }) => assigned.trackingToken)).size).toBe(3);
	for (const { assigned } of verdicts) expect(assigned.trackingToken).toMatch(/^[\w-]{22}$/);
});

test('[R5] the number of a row that is gone is not given out again', async () => {
	world = await createWorld();
	await world.shipment();
	await world.shipment({ temporary: true });
	await world.raw('DELETE FROM shipment');
	expect(reference(await world.shipment())).toBe('260002');
	expect(reference(await world.shipment({ temporary: true }))).toBe('EXP-TEMP-02');
});

test('[R5] references and codes that were brought along are skipped', async () => {
	world = await createWorld();
	const made = await world.shipment();
	const { row } = world.store.read((db) => readStored(db, 'shipments', made)!);
	await world.store.saveReference('shipments', [{ ...row, id: world.id(), reference: '260002', trackingToken: null }]);
	expect(reference(await world.shipment())).toBe('260003');
	const carton: CartonRow = {
		...{ id: world.id(), code: cartonCode(450), source: 'leased', status: 'draft', shipmentId: null },
		...{ warehouseId: 'w-paris', locationId: null, movedBy: null, movedAt: null, items: [], everPacked: false },
		...{
			statusBy: 'x',
			statusAt: world.at(),
			linkedBy: null,
			linkedAt: null,
			loadedCycle: null,
			loadedBy: null,
			loadedAt: null
		},
		...{ createdBy: 'x', createdAt: world.at(), discardedAt: null }
	};
	await world.store.saveReference('cartons', [carton]);
	expect((await world.phone('r1')).greeting!.leases).toEqual([{ from: 451, until: 650 }]);
});

test('[R5] numbers go on where they stopped after a restart', async () => {
	world = await createWorld({ on: 'disk' });
	await world.shipment();
	await world.restart();
	expect(reference(await world.shipment())).toBe('260002');
});
