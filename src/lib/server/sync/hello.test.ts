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

test('[I18] hello keeps what the phone says of its queue, storage and clock; a push takes what it decided off the count', async () => {
	const phone = await world.phone('r1');
	const clientNow = new Date(world.now().getTime() - 400 * 86_400_000).toISOString();
	const storage = { persisted: true, freeBytes: 3.5 * 1024 ** 3 };
	const oldestUnsentAt = '2026-03-01T08:00:00.000Z';
	await phone.hello({ queueDepth: 3, refused: 2, clientNow, storage, oldestUnsentAt, mismatchAt: 'no time' });
	const row = () => world.rows(`SELECT * FROM replica WHERE id = 'r1'`)[0];
	expect(row()).toMatchObject({
		...{ reported_queue: 3, refused: 2, clock_late: 400 * 86_400, persisted: 1, storage_free: 3584 },
		...{ oldest_unsent: oldestUnsentAt, mismatch_at: null }
	});
	await phone.do(create(cartonCode(1)), create(cartonCode(2)));
	expect(row()).toMatchObject({ reported_queue: 1 });
});

test('[I18] an older phone says less: what it does not say is unknown', async () => {
	const phone = await world.phone('r1');
	await phone.hello({ refused: 2, storage: { persisted: true, freeBytes: null }, oldestUnsentAt: world.at() });
	await phone.hello({ clientNow: 'no time' });
	expect(world.rows(`SELECT * FROM replica WHERE id = 'r1'`)[0]).toMatchObject({
		...{ refused: 0, persisted: null, storage_free: null, oldest_unsent: null, clock_late: null }
	});
});

test('[I17] a device that comes back with an empty database hears how much it may have lost, once counted', async () => {
	const fresh = (id: string, lostScans?: number) =>
		world.phone(id, {}, { isNew: true, cookie: null, ...(lostScans === undefined ? {} : { lostScans }) });
	const phone = await fresh('r1');
	await phone.hello({ queueDepth: 5 });
	await phone.do(create(cartonCode(1)));
	expect(phone.greeting!.lost).toBeUndefined();
	world.advance(1000);
	const lost = { scans: 4, at: world.at() };
	const returned = await fresh('r2');
	expect(returned.greeting!.lost).toEqual(lost);
	world.advance(1000);
	expect((await returned.hello({ isNew: true, cookie: null })).lost).toEqual(lost);
	expect((await returned.hello()).lost).toEqual(lost);
	// It noted two scans more after it last said hello.
	expect((await fresh('r3', 2)).greeting!.lost).toEqual({ scans: 6, at: world.at() });
});

test('[I17] a phone of an older release says only that it has no cookie', async () => {
	await world.phone('r1', {}, { queueDepth: 5 });
	expect((await world.phone('r2', {}, { cookie: null })).greeting!.lost).toMatchObject({ scans: 5 });
});

test('[I5] a replica that took another name brings its queue along: nothing is lost, and it is counted once', async () => {
	const phone = await world.phone('r1');
	await phone.hello({ queueDepth: 5 });
	const renumbered = await world.phone('r2', {}, { isNew: false, cookie: null });
	expect(renumbered.greeting!.lost).toBeUndefined();
	await renumbered.hello({ queueDepth: 5 });
	expect(world.value('SELECT sum(reported_queue) FROM replica')).toBe(5);
});
