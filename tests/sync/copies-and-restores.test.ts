/** Two copies of one profile and a server that was put back: what one of them did under a number is no news of the other's (I3, I24, I31). */
import { afterEach, expect, test, vi } from 'vitest';
import { serverFaults, verdictFaults } from './server-truth.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

async function scan(phone: SimPhone, code: string): Promise<void> {
	const args = { cartonId: sim.world.id(), code, source: 'printed' as const, warehouseId: 'w-paris' };
	const submitted = await phone.replica.submit({ name: 'carton.create', args }, { code });
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
}

test('[I3, I24] what was accepted of one copy is decided anew, although the other has taken its number since', async () => {
	sim = await Simulation.open(1);
	const one = await sim.phone('one');
	const copy = await sim.copyOf(one);
	sim.server.backUp();
	one.line.online = false;
	await scan(copy, 'SAME');
	await sim.time.run(5000);
	expect(copy.store.content('mutations')).toMatchObject([{ mid: 1, stands: 'done', verdict: { status: 'ok' } }]);
	copy.line.online = false;
	await sim.server.restore(sim.server.backups[0]!);
	await scan(one, 'SAME');
	one.line.online = true;
	await sim.time.runUntil(() => one.isQuiet(), 20 * 60_000);
	copy.line.online = true;
	copy.replica.syncNow();
	await sim.time.run(60_000);
	await sim.settleAll();
	expect(one.store.content('mutations')).toMatchObject([{ mid: 1, verdict: { status: 'ok' } }]);
	expect(copy.store.content('mutations')).toMatchObject([{ stands: 'todo', verdict: { status: 'rejected' } }]);
	expect([...sim.faults(), ...serverFaults(sim), ...sim.phones.flatMap((phone) => verdictFaults(sim, phone))]).toEqual(
		[]
	);
});
