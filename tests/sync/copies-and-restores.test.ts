/** Two copies of one profile and a server that was put back: what one of them did under a number is no news of the other's (I3, I24, I31). */
import { afterEach, expect, test, vi } from 'vitest';
import { expectTruth } from './expect-truth.ts';
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

/** Two phones that a backup knows. */
async function twoPhones(): Promise<{ one: SimPhone; two: SimPhone }> {
	sim = await Simulation.open(11);
	const one = await sim.phone('one');
	const two = await sim.phone('two');
	await sim.settleAll();
	sim.server.backUp();
	return { one, two };
}

const restore = () => sim.server.restore(sim.server.backups[0]!);

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
	await restore();
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

test('[I24] copies of one profile each tell what they know', async () => {
	const { one, two } = await twoPhones();
	const copy = await sim.copyOf(one);
	const apart = [one, copy];
	for (const { line } of apart) line.online = false;
	await scan(one, 'NEW-1');
	await scan(copy, 'NEW-2');
	// The second of that code will be refused.
	await scan(copy, 'NEW-1');
	for (const { line } of apart) line.online = true;
	for (const { replica } of apart) replica.syncNow();
	await sim.settleAll();
	copy.line.online = false;
	await restore();
	for (const phone of [one, two]) phone.replica.syncNow();
	await sim.time.run(60_000);
	copy.line.online = true;
	copy.replica.syncNow();
	await expectTruth(sim);
	expect(sim.world.rows('SELECT code FROM carton ORDER BY code')).toEqual([{ code: 'NEW-1' }, { code: 'NEW-2' }]);
	const known = new Set(sim.world.rows<{ uid: string }>('SELECT uid FROM mutation_result').map(({ uid }) => uid));
	expect(apart.flatMap((phone) => phone.store.content('mutations')).filter(({ uid }) => !known.has(uid))).toEqual([]);
});

test('[I24] a copy that goes by the same name is asked as well, until it says that it told', async () => {
	const { one, two } = await twoPhones();
	await scan(one, 'NEW-1');
	await sim.settleAll();
	await restore();
	for (const phone of [one, two]) phone.replica.syncNow();
	await expectTruth(sim);
	const { replicaId, epoch } = one.state();
	const asked = async (said: { healedEpoch?: string | null }) => {
		const answer = await one.line.hello({
			...{ replicaId, lastLmid: 0, cookie: null, schema: 1, protocol: 1, appVersion: 'test', warehouseId: 'w-paris' },
			...{ queueDepth: 0, clientNow: new Date(sim.time.now()).toISOString(), leases: [], ...said }
		});
		return answer.kind === 'ok' ? answer.value.healFrom !== undefined : answer;
	};
	expect(one.state().healedEpoch).toBe(epoch);
	expect(await sim.time.during(asked({ healedEpoch: epoch }))).toBe(false);
	expect(await sim.time.during(asked({ healedEpoch: null }))).toBe(true);
	// An older phone does not say: what the server remembers of the name is all there is.
	expect(await sim.time.during(asked({}))).toBe(false);
});
