/** Shipments made on phones: numbered by the server, each once, and refused with what stood on them. */
import { afterEach, expect, test } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import type { ShipmentRow } from '#lib/domain/rows.ts';
import { readRow, readTodo } from '#lib/sync/queries.ts';
import { SEEDED } from '../support/world.ts';
import { serverFaults, tableFaults } from './server-truth.ts';
import type { SimPhone } from './sim-phone.ts';
import { MANAGER, Simulation } from './simulation.ts';

let sim: Simulation;
afterEach(() => sim.close());

const draft = (shipmentId: string, parties: object = {}): Command => ({
	name: 'shipment.create',
	args: { shipmentId, destinationId: SEEDED.destination, temporary: true, ...parties }
});

async function submit(phone: SimPhone, command: Command): Promise<void> {
	const submitted = await phone.replica.submit(command, { code: 'draft' });
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
}
const shipmentOn = (phone: SimPhone, id: string): Promise<ShipmentRow | null> => readRow(phone.store, 'shipments', id);

test('[R2, I32] two phones make drafts at the same time, offline: other numbers, and the alias opens what is promoted', async () => {
	sim = await Simulation.open(7);
	const [cartonId] = await sim.world.cartons(1, 'packed');
	const phones = [await sim.phone('one', MANAGER), await sim.phone('two', MANAGER)];
	for (const phone of phones) phone.line.online = false;
	const ids = phones.map(() => sim.world.id());
	await Promise.all(phones.map((phone, i) => submit(phone, draft(ids[i]!))));
	expect(await shipmentOn(phones[0]!, ids[0]!)).toMatchObject({ reference: null, temporaryReference: null });
	await submit(phones[0]!, { name: 'carton.assign', args: { cartonId: cartonId!, shipmentId: ids[0]! } });
	expect(await shipmentOn(phones[0]!, ids[0]!)).toMatchObject({ reference: null, status: 'picking' });
	for (const phone of phones) phone.line.online = true;
	await sim.settleAll();
	const [first, second] = await Promise.all(phones.map((phone, i) => shipmentOn(phone, ids[i]!)));
	expect(first).toMatchObject({ temporaryReference: expect.stringMatching(/^EXP-TEMP-\d\d$/), reference: '260001' });
	expect(second).toMatchObject({ temporaryReference: expect.stringMatching(/^EXP-TEMP-\d\d$/), reference: null });
	expect(first!.temporaryReference).not.toBe(second!.temporaryReference);
	const opened = await phones[1]!.replica.resolve(first!.temporaryReference!);
	expect(opened).toMatchObject({ kind: 'one', meaning: { kind: 'shipment', shipment: { id: ids[0] } } });
	expect([...sim.faults(), ...serverFaults(sim), ...phones.flatMap((phone) => tableFaults(sim, phone))]).toEqual([]);
});

test('[P1, I7] a contact became inactive meanwhile: the draft is refused, and its carton names it as the cause', async () => {
	sim = await Simulation.open(8);
	const [cartonId] = await sim.world.cartons(1, 'packed');
	const phone = await sim.phone('one', MANAGER);
	phone.line.online = false;
	const shipmentId = sim.world.id();
	await submit(phone, draft(shipmentId, { shipperId: SEEDED.shipper }));
	await submit(phone, { name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } });
	await sim.world.raw(`UPDATE contact SET active = 0 WHERE id = ?`, SEEDED.shipper);
	phone.line.online = true;
	await sim.settleAll();
	const todo = await readTodo(phone.store);
	const cause = todo.find(({ command }) => command.name === 'shipment.create')!;
	expect(cause.rejection.code).toBe('contact_inactive');
	expect(todo.find(({ command }) => command.name === 'carton.assign')).toMatchObject({
		rejection: { code: 'not_found' },
		causedBy: cause.uid
	});
	expect(await shipmentOn(phone, shipmentId)).toBeNull();
	expect(sim.world.value('SELECT shipment_id FROM carton WHERE id = ?', cartonId)).toBeNull();
	expect([...sim.faults(), ...tableFaults(sim, phone)]).toEqual([]);

	// Taken up again under the same id, without the contact: everything goes through.
	await submit(phone, draft(shipmentId));
	await submit(phone, { name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } });
	await sim.settleAll();
	expect(await shipmentOn(phone, shipmentId)).toMatchObject({ reference: '260001', cartonsTotal: 1 });
});

test('[§9, I9] the role was taken away meanwhile: the draft is refused, naming the role', async () => {
	sim = await Simulation.open(9);
	const phone = await sim.phone('one', MANAGER);
	phone.line.online = false;
	await submit(phone, draft(sim.world.id()));
	await sim.world.raw(`UPDATE account SET role = 'operator' WHERE person_id = ?`, MANAGER.personId);
	phone.line.online = true;
	await sim.settleAll();
	expect(await readTodo(phone.store)).toMatchObject([
		{ rejection: { code: 'forbidden', params: { role: 'manager' } } }
	]);
	expect(sim.world.value('SELECT count(*) FROM shipment')).toBe(0);
});
