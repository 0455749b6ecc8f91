import { afterEach, expect, test } from 'vitest';
import { Simulation } from './simulation.ts';

let sim: Simulation;
afterEach(() => sim.close());

test('[I11] a scan is saved, decided and comes home with the next pull', async () => {
	sim = await Simulation.open(1);
	const shipmentId = await sim.world.shipment();
	const [cartonId] = await sim.world.cartons(1, 'packed');
	const phone = await sim.phone('one');
	const submitted = await phone.replica.submit(
		{ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } },
		{ code: 'T1' }
	);
	expect(submitted).toEqual({ kind: 'saved', uid: expect.any(String), despite: false, notes: [] });
	await sim.settleAll();
	expect(sim.faults()).toEqual([]);
	expect(sim.world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('assigned');
	expect(await sim.time.during(phone.replica.compareDigests())).toBe(true);
});
