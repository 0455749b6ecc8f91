/** What the office did about a handed-over refusal reaches the phone that handed it over, and no other. */
import { afterEach, expect, test } from 'vitest';
import { readCounts, readHandedOver, readTodo } from '#lib/sync/queries.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';

let sim: Simulation;
afterEach(() => sim.close());

/** A phone whose assignment was refused and handed over. @returns the refusal's id */
async function handed(phone: SimPhone): Promise<string> {
	const shipmentId = await sim.world.shipment();
	const [cartonId] = await sim.world.cartons(1, 'packed');
	await sim.settleAll();
	phone.line.online = false;
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } }, { code: 'T1' });
	await sim.world.desk({
		name: 'shipment.dispute',
		args: { shipmentId, disputeId: sim.world.id(), reason: 'Palette' }
	});
	phone.line.online = true;
	await sim.settleAll();
	const [refused] = await readTodo(phone.store);
	const args = {
		refusalId: refused!.uid,
		command: 'carton.assign',
		arguments: { cartonId },
		code: 'shipment_disputed'
	};
	await phone.replica.submit({ name: 'refusal.handOver', args }, { code: 'T1' });
	await phone.replica.settle(refused!.uid);
	await sim.settleAll();
	return refused!.uid;
}

const settle = (refusalId: string, note: string) =>
	sim.world.desk({ name: 'refusal.settle', args: { refusalId, note } });

test('[§11, I27] the note comes with a pull, to its own phone alone, and stays until it is read', async () => {
	sim = await Simulation.open(11);
	const [phone, other] = [await sim.phone('one'), await sim.phone('two')];
	const refusalId = await handed(phone);
	expect(await readHandedOver(phone.store)).toMatchObject([{ fate: 'accepted', settlement: null }]);
	await settle(refusalId, 'Refait au bureau');
	sim.poke();
	await sim.settleAll();
	expect(await readHandedOver(phone.store)).toMatchObject([
		{ code: 'T1', settlement: { by: expect.any(String), at: expect.any(String), note: 'Refait au bureau' } }
	]);
	expect(await readCounts(phone.store)).toMatchObject({ settled: 1, rejected: 0 });
	const asked = { epoch: sim.world.store.epoch, replicaId: other.state().replicaId, cookie: sim.headSeq() };
	const page = sim.world.store.pull(
		{ ...asked, ackResultsThrough: 0, limit: 10, schema: 1, handed: [refusalId] },
		'device-two'
	);
	expect(page).not.toHaveProperty('settlements');
	await phone.replica.settle((await readHandedOver(phone.store))[0]!.uid);
	expect(await readHandedOver(phone.store)).toEqual([]);
	expect(await readCounts(phone.store)).toMatchObject({ settled: 0 });
	expect(sim.faults()).toEqual([]);
});

test('[§11] settled while the phone was away, over a restart and a snapshot: it still hears of it', async () => {
	sim = await Simulation.open(12);
	const phone = await sim.phone('one');
	const refusalId = await handed(phone);
	phone.line.online = false;
	await settle(refusalId, 'Réglé');
	phone.kill();
	await sim.world.raw(`UPDATE replica SET reset_below = (SELECT max(seq) FROM change), reset_reason = 'scope'`);
	phone.line.online = true;
	await phone.open();
	await sim.settleAll();
	await sim.time.run(90_000);
	expect(await readHandedOver(phone.store)).toMatchObject([{ settlement: { note: 'Réglé' } }]);
});

test('[sync §3] settling pokes the phone that handed it over', async () => {
	sim = await Simulation.open(13);
	const phone = await sim.phone('one');
	const refusalId = await handed(phone);
	const scope = `replica:${phone.state().replicaId}`;
	const news = () => sim.world.value('SELECT count(*) FROM change WHERE scope = ? AND "table" = \'refusals\'', scope);
	expect(news()).toBe(0);
	await settle(refusalId, 'Réglé');
	expect(news()).toBe(1);
});
