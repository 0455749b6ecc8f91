import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import type { World } from './decision.ts';
import { footprint, mergeFootprints } from './footprint.ts';
import { invariants } from './invariants.ts';
import type { CartonRow, ShipmentRow, TimelineRow, TrackingStep } from './rows.ts';
import { CLOSED, DISPUTED, minutes, sampleCarton, sampleShipment, sampleStep, sampleWorld } from './sample-rows.ts';
import { applyChanges, cloneWorld, emptyChanges, emptyWorld, missingShipments } from './world.ts';

/** A sound world: a shipped shipment with its carton and steps, a ready one, a loose carton. */
function sound() {
	const gone = sampleShipment({ id: 'gone', status: 'shipped', latestStep: 'boarding_ok', latestStepAt: minutes(8) });
	const ready = sampleShipment({ id: 'ready', status: 'packed' });
	const cartons = [
		sampleCarton({ id: 'sent', status: 'shipped', shipmentId: 'gone' }),
		sampleCarton({ id: 'labeled', status: 'labeled', shipmentId: 'ready' }),
		sampleCarton({ id: 'loose', status: 'packed' })
	];
	const timeline = [sampleStep(gone, 'planned', 1, { id: 't1' }), sampleStep(gone, 'boarding_ok', 2, { id: 't2' })];
	return sampleWorld({ cartons, shipments: [gone, ready, sampleShipment({ id: 'empty' })], timeline });
}

const change = <T extends object>(rows: Map<string, T>, id: string, given: Partial<T>) =>
	rows.set(id, { ...(rows.get(id) as T), ...given });
const carton = (id: string, given: Partial<CartonRow>) => (world: World) => change(world.cartons, id, given);
const shipment = (id: string, given: Partial<ShipmentRow>) => (world: World) => change(world.shipments, id, given);
const entry = (id: string, given: Partial<TimelineRow>) => (world: World) => change(world.timeline, id, given);

describe('invariants', () => {
	it('[C12] a sound world breaks none', () => {
		expect(invariants(sound())).toEqual([]);
	});

	const broken: [fault: RegExp, breakIt: (world: World) => unknown][] = [
		[/C12 .* assigned without a shipment/, carton('loose', { status: 'assigned' })],
		[/C12 .* packed in a shipment/, carton('labeled', { status: 'packed' })],
		[/C12 .* does not exist/, carton('labeled', { shipmentId: 'nowhere' })],
		[/C12 .* shipped in packed/, carton('labeled', { status: 'shipped' })],
		[/C12 .* packed and empty/, carton('loose', { items: [] })],
		[
			/C13 .* no positive quantity/,
			carton('loose', { items: [{ productId: 'rice', quantity: 0, lotCode: null, expiresOn: null }] })
		],
		[/C14 .* never packed/, carton('loose', { everPacked: false })],
		[/C14 .* discarded while in use/, carton('loose', { discardedAt: minutes(1) })],
		[/C15 .* loaded for no shipment/, carton('loose', { loadedCycle: 1 })],
		[/R5 code .* held twice/, carton('loose', { code: 'BOX-sent' })],
		[/C12 .* counts 2 cartons of 1/, shipment('ready', { cartonsTotal: 2 })],
		[/C12 .* counts 1 assigned of 0/, shipment('ready', { cartonsAssigned: 1 })],
		[/C12 .* counts 0 labelled of 1/, shipment('ready', { cartonsLabeled: 0 })],
		[/C12 .* counts 0 shipped of 1/, shipment('gone', { cartonsShipped: 0 })],
		[/C12 .* planned without cartons/, shipment('empty', { status: 'planned', readyAt: minutes(1) })],
		[/C12 .* planned with cartons that are not labelled/, shipment('gone', { status: 'planned' })],
		[/C12 .* delivered with cartons that are not shipped/, shipment('ready', { status: 'delivered' })],
		[/S1 .* picking where its cartons make it packed/, shipment('ready', { status: 'picking', readyAt: null })],
		[/S1 .* packed with readyAt null/, shipment('ready', { readyAt: null })],
		[/S1 .* never ready/, shipment('gone', { readyAt: null })],
		[/C12 .* closed while shipped/, shipment('gone', CLOSED)],
		[/K1 .* closed without a step/, shipment('gone', { ...CLOSED, status: 'delivered' })],
		[/T1 .* was past/, (world) => [entry('t1', { step: 'received_recipient' })(world)]],
		[/C12 .* closed and disputed/, shipment('gone', { ...CLOSED, ...DISPUTED, status: 'delivered' })],
		[/S5 .* archived while packed/, shipment('ready', { archivedAt: minutes(1) })],
		[/C12 .* without a final reference/, shipment('ready', { reference: null, temporaryReference: 'EXP-TEMP-01' })],
		[/R2 .* has no reference/, shipment('empty', { reference: null })],
		[
			/R5 reference/,
			(world) => shipment('empty', { reference: world.shipments.get('gone')?.reference ?? null })(world)
		],
		[
			/R5 temporary reference/,
			(world) => [
				shipment('empty', { temporaryReference: 'EXP-TEMP-01' })(world),
				shipment('gone', { temporaryReference: 'EXP-TEMP-01' })(world)
			]
		],
		[/R5 tracking token/, shipment('empty', { trackingToken: 'token-gone' })],
		[/C12 .* step twice/, (world) => [entry('t1', { step: 'boarding_ok' })(world)]],
		[/T4 .* hole or a double/, entry('t2', { ordinal: 3 })],
		[/T4 .* hole or a double/, entry('t1', { ordinal: 2 })],
		[/D5 .* past cycle/, (world) => [entry('t1', { cycle: 2 })(world)]],
		[/T4 .* from the future/, entry('t1', { receivedAt: minutes(1) })],
		[/T1 .* ends with boarding_ok/, shipment('gone', { latestStep: 'planned' })],
		[/T4 .* dates its latest step/, shipment('gone', { latestStepAt: minutes(9) })]
	];
	for (const [fault, breakIt] of broken)
		it(`[C12] tells ${fault.source}`, () => {
			const world = sound();
			breakIt(world);
			expect(
				invariants(world).some((line) => fault.test(line)),
				invariants(world).join('\n')
			).toBe(true);
		});

	it('[C12] on a phone a shipment may wait for its number', () => {
		const world = sound();
		shipment('ready', { reference: null })(world);
		expect(invariants(world, { numbered: false })).toEqual([]);
	});
});

describe('the world', () => {
	it('[C14] knows which codes are held as changes are laid over it', () => {
		const world = emptyWorld();
		const made = sampleCarton({ code: 'BOX-1' });
		applyChanges(world, { ...emptyChanges(), cartons: [made] });
		expect(world.codes.get('BOX-1')).toEqual({ kind: 'carton', id: made.id });
		world.codes.set('BOX-1', { kind: 'carton', id: 'another' });
		applyChanges(world, { ...emptyChanges(), cartons: [{ ...made, discardedAt: minutes(1) }] });
		expect(world.codes.get('BOX-1')).toEqual({ kind: 'carton', id: 'another' });
	});

	it('a clone changes alone', () => {
		const world = sound();
		const clone = cloneWorld(world);
		for (const table of Object.values(clone)) table.clear();
		expect(invariants(world)).toEqual([]);
		expect(world.cartons.size).toBe(3);
	});

	it('[C10] names the shipments of gathered cartons that are still to be fetched', () => {
		const world = sound();
		expect(missingShipments(world)).toEqual([]);
		world.shipments.clear();
		expect(missingShipments(world).sort()).toEqual(['gone', 'ready']);
	});

	it('asks for all cartons only where every one changes or is named, and for the timeline where one is written or read', () => {
		const step = (name: TrackingStep): Command => ({
			name: 'shipment.track',
			args: { shipmentId: 's', step: name, cycle: 1, actorName: 'A', actorStructure: 'B' }
		});
		const asked: [Command, allCartons: boolean, timeline: boolean][] = [
			[step('planning_ok'), true, true],
			[step('boarding_ok'), true, true],
			[step('received_recipient'), false, true],
			[{ name: 'shipment.edit', args: { shipmentId: 's', changes: { destinationId: 'd' } } }, true, true],
			[{ name: 'shipment.edit', args: { shipmentId: 's', changes: { notes: 'n' } } }, false, true],
			[{ name: 'shipment.resolve', args: { shipmentId: 's', disputeId: 'd' } }, true, true],
			[{ name: 'shipment.dispute', args: { shipmentId: 's', disputeId: 'd', reason: 'r' } }, false, true],
			[{ name: 'shipment.close', args: { shipmentId: 's' } }, false, true],
			[{ name: 'shipment.archive', args: { shipmentId: 's' } }, false, true],
			[{ name: 'carton.label', args: { cartonId: 'c', shipmentId: 's' } }, false, false]
		];
		for (const [command, allCartons, timeline] of asked)
			expect(footprint(command), command.name).toMatchObject({
				shipmentIds: ['s'],
				allCartonsOf: allCartons ? ['s'] : [],
				timelineOf: timeline ? ['s'] : []
			});
	});

	it('merges footprints, each id once', () => {
		const one = footprint({ name: 'carton.assign', args: { cartonId: 'a', shipmentId: 's' } });
		const two = footprint({
			name: 'carton.pack',
			args: { cartonId: 'a', items: [{ productId: 'p', quantity: 1 }], intoShipmentId: 't', shipmentId: 's' }
		});
		expect(mergeFootprints([one, two])).toMatchObject({
			cartonIds: ['a'],
			shipmentIds: ['s', 't'],
			productIds: ['p'],
			allCartonsOf: []
		});
		expect(
			footprint({
				name: 'carton.create',
				args: { cartonId: 'a', code: ' box-1', source: 'printed', warehouseId: 'w', locationId: 'l' }
			})
		).toMatchObject({
			codes: ['BOX-1'],
			warehouseIds: ['w'],
			locationIds: ['l']
		});
	});
});
