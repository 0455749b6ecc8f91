import { afterEach, beforeEach, expect, test } from 'vitest';
import { cartonCode } from '#lib/domain/carton-code.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';

let world: TestWorld;
beforeEach(async () => {
	world = await createWorld();
});
afterEach(() => world.close());

const create = (code: string, source: 'printed' | 'leased' = 'leased') => ({
	name: 'carton.create' as const,
	args: { cartonId: world.id(), code, source, warehouseId: SEEDED.warehouses[0] }
});

test('[R3] hello is repeatable: the same ranges until they are used, then one more block', async () => {
	const phone = await world.phone('r1');
	expect(phone.greeting!.leases).toEqual([{ from: 1, until: 200 }]);
	expect((await phone.hello({ leases: [{ from: 1, until: 200, nextFree: 1 }] })).leases).toEqual([
		{ from: 1, until: 200 }
	]);
	const two = [
		{ from: 1, until: 200 },
		{ from: 201, until: 400 }
	];
	expect((await phone.hello({ leases: [{ from: 1, until: 200, nextFree: 2 }] })).leases).toEqual(two);
	expect((await phone.hello()).leases).toEqual(two);
});

test('[R5] a block that was used up is not named again, even to a phone that forgot it', async () => {
	const phone = await world.phone('r1');
	const after = await phone.hello({ leases: [{ from: 1, until: 200, nextFree: 201 }] });
	expect(after.leases).toEqual([{ from: 201, until: 400 }]);
	expect((await phone.hello()).leases).toEqual([{ from: 201, until: 400 }]);
	// The queue may still hold a carton from it.
	expect((await phone.do(create(cartonCode(150))))[0]).toMatchObject({ status: 'ok' });
});

test('[R5, I32] no two replicas ever hold the same number', async () => {
	const phones = await Promise.all(Array.from({ length: 20 }, (_, i) => world.phone(`r${i}`)));
	const numbers = phones.flatMap(({ greeting }) => greeting!.leases.flatMap(({ from, until }) => [from, until]));
	expect(new Set(numbers).size).toBe(40);
});

test('[R3] a phone cannot lower what it used, nor use up a block that is not its own', async () => {
	const [one, two] = [await world.phone('r1'), await world.phone('r2')];
	await one.hello({ leases: [{ from: 1, until: 200, nextFree: 150 }] });
	const leases = await one.hello({
		leases: [
			{ from: 1, until: 200, nextFree: 1 },
			{ from: 201, until: 400, nextFree: 401 }
		]
	});
	expect(leases.leases.map(({ from }) => from)).toEqual([1, 401]);
	expect((await two.hello()).leases).toEqual([{ from: 201, until: 400 }]);
});

test('[R3] a leased code is accepted from the device that holds it, after renumbering too, and from no other', async () => {
	const phone = await world.phone('r1');
	const renumbered = await world.phone('r1-again');
	expect((await phone.do(create(cartonCode(7))))[0]).toMatchObject({ status: 'ok' });
	expect((await renumbered.do(create(cartonCode(8))))[0]).toMatchObject({ status: 'ok' });
	await world.device('device-2');
	const stranger = await world.phone('r2', { deviceId: 'device-2' });
	expect((await stranger.do(create(cartonCode(9))))[0]).toMatchObject({ rejection: { code: 'code_not_leased' } });
	expect((await stranger.do(create(cartonCode(7))))[0]).toMatchObject({ rejection: { code: 'code_taken' } });
});

test('[R3] a code is refused when a product, a place, a badge or a shipment has it, whatever its case', async () => {
	const phone = await world.phone('r1');
	await world.shipment();
	await world.store.saveReference('people', [
		{ id: 'badged', name: 'B', structure: '', badgeCode: 'Badge-1', active: true }
	]);
	const codes = ['sku-1', 'orly-l-a1', 'BADGE-1', 'sticker-1'];
	const verdicts = await phone.do(...codes.map((code) => create(code, 'printed')), create('STICKER-1', 'printed'));
	expect(verdicts.map(({ status, rejection }) => rejection?.params['kind'] ?? rejection?.code ?? status)).toEqual([
		'product',
		'location',
		'person',
		'ok',
		'code_taken'
	]);
});

test('[C14] the sticker of a discarded carton that never held anything is free, in the same push', async () => {
	const phone = await world.phone('r1');
	const first = create('sticker-1', 'printed');
	const verdicts = await phone.do(
		first,
		{ name: 'carton.discard', args: { cartonId: first.args.cartonId } },
		create('sticker-1', 'printed'),
		create('sticker-1', 'printed')
	);
	expect(verdicts.map(({ status, rejection }) => rejection?.code ?? status)).toEqual(['ok', 'ok', 'ok', 'code_taken']);
});

test('hello says where the server stands and remembers what the phone said', async () => {
	world.advance(5000);
	const phone = await world.phone('r1', { warehouseId: 'w-paris' });
	const greeting = await phone.hello({ queueDepth: 12, appVersion: '1.2.3' });
	expect(greeting).toMatchObject({
		epoch: world.store.epoch,
		lmid: 0,
		headSeq: world.value('SELECT max(seq) FROM change'),
		floorSeq: 0,
		serverNow: world.at(),
		warehouseId: 'w-paris',
		siteTimeZone: 'Europe/Paris'
	});
	expect(world.rows(`SELECT * FROM replica WHERE id = 'r1'`)[0]).toMatchObject({
		device_id: SEEDED.device,
		reported_queue: 12,
		app_version: '1.2.3'
	});
});

test('a phone that does not say its warehouse, or names an unknown one, gets the first', async () => {
	expect((await world.phone('r1')).greeting!.warehouseId).toBe('w-lyon');
	expect((await world.phone('r2', { warehouseId: 'w-moon' })).greeting!.warehouseId).toBe('w-lyon');
});
