import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asking, stepChoices } from '#lib/domain/ask.ts';
import type { Role } from '#lib/domain/rows.ts';
import { destinationChoices, partyChoices, settledChoices } from '#lib/domain/shipment-choices.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { readCarton } from './carton-page.ts';
import { readChoosing } from './choices.ts';
import { readHomeCounts } from './home-counts.ts';
import * as may from './shipment-actions.ts';
import { contentOf, findShipmentId, readShipment } from './shipment-page.ts';

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

const as = (role: Role) => asking({ personId: 'p', name: 'P', structure: 'S', role }, world.at());

async function reading(shipmentId: string) {
	const read = await readShipment(reader, shipmentId);
	if (read === null) throw new Error('the shipment is there');
	return read;
}

test('a shipment reads with its cartons by code and its timeline over all cycles', async () => {
	const { shipmentId } = await world.plannedShipment(2);
	const disputeId = world.id();
	await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'abîmé' } });
	await world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
	const { cartons, timeline, shipment } = await reading(shipmentId);
	expect(cartons.map(({ code }) => code)).toEqual(cartons.map(({ code }) => code).toSorted());
	expect(timeline.map(({ kind, cycle }) => [kind, cycle])).toEqual([
		['step', 1],
		['step', 1],
		['dispute', 1],
		['resolve', 2]
	]);
	expect(shipment).toMatchObject({ cycle: 2, status: 'packed', shipper: { id: SEEDED.shipper } });
});

test('[R2] a reference, final or temporary, leads to its shipment', async () => {
	const shipmentId = await world.shipment({ temporary: true });
	await world.cartons(1, 'assigned', shipmentId);
	for (const name of ['260001', 'exp-temp-01', shipmentId]) expect(await findShipmentId(reader, name)).toBe(shipmentId);
	expect(await findShipmentId(reader, '269999')).toBeNull();
	expect(await readShipment(reader, 'nobody')).toBeNull();
});

test('a weight that somebody never entered is left out, and said', async () => {
	const shipmentId = await world.shipment();
	await world.cartons(1, 'labeled', shipmentId);
	const { cartons, gramsByProduct } = await reading(shipmentId);
	const [carton] = cartons;
	if (carton === undefined) throw new Error('the carton is there');
	expect(contentOf(carton, gramsByProduct)).toEqual({ units: 1, lines: 1, grams: 1000, complete: true });
	expect(contentOf(carton, new Map())).toEqual({ units: 1, lines: 1, grams: 0, complete: false });
});

test('[T1] every step says whether it is recorded, on the way, or why not', async () => {
	const { shipmentId } = await world.plannedShipment();
	const steps = stepChoices(await reading(shipmentId), as('operator'));
	expect(
		steps.map(({ step, recorded, onTheWay, refusal }) => [step, recorded?.by ?? null, onTheWay, refusal?.code ?? null])
	).toEqual([
		['planning_ok', 'Test', false, 'already_recorded'],
		['planned', 'Test', false, 'already_recorded'],
		['moved_export', null, true, null],
		['boarding_ok', null, true, null],
		['received_correspondent', null, false, 'step_not_allowed'],
		['received_recipient', null, false, 'step_not_allowed']
	]);
});

test('[§9] a viewer may nothing, and every answer names the role', async () => {
	const { shipmentId } = await world.plannedShipment();
	const read = await reading(shipmentId);
	const viewer = as('viewer');
	const answers = [
		...stepChoices(read, viewer).map(({ refusal }) => refusal),
		...[may.editRefusal, may.disputeRefusal, may.resolveRefusal, may.closeRefusal, may.archiveRefusal].map((ask) =>
			ask(read, viewer)
		)
	];
	expect(answers.map((refusal) => refusal?.code)).toEqual(answers.map(() => 'forbidden'));
	expect(new Set(answers.map((refusal) => refusal?.params.role))).toEqual(new Set(['operator', 'manager']));
});

test('[D2, S6] a dispute stops everything but its resolution; a draft is edited and archived freely', async () => {
	const shipmentId = await world.shipment();
	const manager = as('manager');
	let read = await reading(shipmentId);
	expect([
		may.editRefusal(read, manager),
		may.archiveRefusal(read, manager),
		may.disputeRefusal(read, manager)
	]).toEqual([null, null, null]);
	await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: world.id(), reason: 'abîmé' } });
	read = await reading(shipmentId);
	expect(may.resolveRefusal(read, manager)).toBeNull();
	for (const ask of [may.editRefusal, may.archiveRefusal, may.closeRefusal])
		expect(ask(read, manager)?.code).toBe('shipment_disputed');
});

test('[D3, D5] what resolving will do is read from the rule, by whoever looks', async () => {
	const { shipmentId } = await world.plannedShipment(3);
	expect(may.resolveOutcome(await reading(shipmentId), as('manager'))).toBeNull();
	await world.track(shipmentId, 'boarding_ok');
	await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: world.id(), reason: 'abîmé' } });
	const outcome = may.resolveOutcome(await reading(shipmentId), as('viewer'));
	expect(outcome).toMatchObject({ progress: { status: 'packed' }, newCycle: 2, relabelled: 3 });

	const packing = await world.shipment();
	await world.cartons(1, 'assigned', packing);
	await world.desk({ name: 'shipment.dispute', args: { shipmentId: packing, disputeId: world.id(), reason: 'abîmé' } });
	expect(may.resolveOutcome(await reading(packing), as('manager'))).toMatchObject({
		progress: { status: 'picking' },
		newCycle: null,
		relabelled: 0
	});
});

test('[C11] a carton reads by code with its history, newest first', async () => {
	const shipmentId = await world.shipment();
	const [cartonId = ''] = await world.cartons(1, 'draft');
	const steps = [
		{ name: 'carton.pack', args: { cartonId, items: [{ productId: SEEDED.products[0], quantity: 2 }], ready: true } },
		{ name: 'carton.assign', args: { cartonId, shipmentId } },
		{ name: 'carton.label', args: { cartonId } }
	] as const;
	for (const command of steps) {
		world.advance(1000);
		await world.desk(command as Parameters<TestWorld['desk']>[0]);
	}
	const code = world.value<string>(`SELECT code FROM carton WHERE id = ?`, cartonId);
	const read = await readCarton(reader, code.toLowerCase());
	expect(read?.events.map(({ toStatus, personName }) => [toStatus, personName])).toEqual([
		['labeled', 'Test manager'],
		['assigned', 'Test manager'],
		['packed', 'Test manager'],
		['draft', 'Test manager']
	]);
	expect(read).toMatchObject({
		shipment: { id: shipmentId },
		items: [{ sku: 'SKU-1', quantity: 2, grams: 2000 }],
		warehouse: 'Orly',
		references: { [shipmentId]: '260001' }
	});
	expect(await readCarton(reader, 'CN-000000-0')).toBeNull();
});

test('[C14] a code that was freed and used again leads to the carton that holds it now', async () => {
	const create = (cartonId: string) =>
		world.desk({
			name: 'carton.create',
			args: { cartonId, code: 'REUSED', source: 'printed', warehouseId: SEEDED.warehouses[0] }
		});
	const [first, second] = [world.id(), world.id()];
	await create(first);
	await world.desk({ name: 'carton.discard', args: { cartonId: first } });
	expect((await readCarton(reader, 'REUSED'))?.carton.id).toBe(first);
	await create(second);
	// Made offline on a phone whose clock was behind: which of the two holds the code is no matter of time.
	await world.raw(`UPDATE carton SET created_at = '2020-01-01T00:00:00.000Z' WHERE id = ?`, second);
	expect((await readCarton(reader, 'reused'))?.carton.id).toBe(second);
});

test('[P1] the form offers active contacts in the order of choice, and keeps what a shipment already has', async () => {
	const shipmentId = await world.shipment();
	const nothing = { destinationId: '', shipperId: '', recipientId: '', correspondentId: '' };
	const values = { ...nothing, destinationId: SEEDED.destination, shipperId: SEEDED.shipper };
	const offered = await readChoosing(reader, null);
	const listed = (party: 'shipper' | 'recipient' | 'correspondent') =>
		partyChoices(party, values, offered).choices.map(({ id }) => id);
	expect([listed('shipper'), listed('recipient'), listed('correspondent')]).toEqual([
		[SEEDED.shipper],
		[SEEDED.recipient],
		[SEEDED.correspondent]
	]);
	await world.raw(`UPDATE contact SET active = 0 WHERE id = ?`, SEEDED.shipper);
	await world.raw(`UPDATE destination SET active = 0`);
	expect(destinationChoices(await readChoosing(reader, null))).toEqual([]);
	const { shipment } = await reading(shipmentId);
	const editing = await readChoosing(reader, shipment);
	const kept = { ...values, recipientId: SEEDED.recipient, correspondentId: SEEDED.correspondent };
	expect(settledChoices(kept, editing)).toEqual(kept);
});

test('[B4] the start page counts what needs somebody', async () => {
	expect(await readHomeCounts(reader, world.now())).toEqual({
		preparing: 0,
		ready: 0,
		underWay: 0,
		disputed: 0,
		late: 0,
		closable: 0
	});
	await world.plannedShipment();
	const boarded = await world.plannedShipment();
	await world.track(boarded.shipmentId, 'boarding_ok');
	world.advance(73 * 3_600_000);
	await world.cartons(1, 'labeled', await world.shipment());
	const disputed = await world.shipment();
	await world.desk({ name: 'shipment.dispute', args: { shipmentId: disputed, disputeId: world.id(), reason: 'x' } });
	expect(await readHomeCounts(reader, world.now())).toEqual({
		preparing: 1,
		ready: 1,
		underWay: 2,
		disputed: 1,
		late: 2,
		closable: 0
	});
});
