/**
 * [I8] A desk and three phones, at random, with every fault of a bad line, kills, wrong clocks, second tabs and full disks.
 * A failing seed replays: `SEED=123 npx vitest run tests/sync/interleavings.test.ts`.
 */
import { expect, test } from 'vitest';
import { desk, heal, scan, takeBack, trouble } from './random-work.ts';
import { serverFaults, tableFaults, verdictFaults } from './server-truth.ts';
import { MANAGER, OPERATOR, Simulation } from './simulation.ts';

const RUNS = Number(process.env.RUNS ?? 200);
/** A loaded machine runs fewer; how many is printed. */
const LONGEST_MS = Number(process.env.LONGEST_MS ?? 40_000);
const STEPS = 40;
const ONLY = process.env.SEED === undefined ? null : Number(process.env.SEED);
const FIRST = Number(process.env.FIRST ?? Math.floor(Math.random() * 1_000_000));

export async function run(seed: number): Promise<string[]> {
	const sim = await Simulation.open(seed);
	try {
		for (let i = 0; i < 3; i++) await sim.world.shipment({ temporary: i === 2 });
		await sim.world.cartons(5, 'packed');
		for (const [name, operator] of [
			['one', OPERATOR],
			['two', OPERATOR],
			['three', MANAGER]
		] as const)
			await sim.phone(name, operator);
		for (let step = 0; step < STEPS; step++) {
			const phone = sim.random.pick(sim.phones);
			const dice = sim.random.fraction();
			// A scan that the storage refuses is heard by its worker; everything else goes on.
			if (dice < 0.6) await sim.time.during(scan(sim, phone).catch(() => undefined));
			else if (dice < 0.7) await sim.time.during(takeBack(sim, phone).catch(() => undefined));
			else if (dice < 0.85) await desk(sim);
			else await trouble(sim, phone).catch(() => undefined);
			if (sim.random.chance(0.5)) await sim.time.run(sim.random.between(1, 8000));
		}
		for (const phone of sim.phones) await heal(phone);
		await sim.time.run(60_000);
		const late = sim.phones
			.filter((phone) => phone.queued() > 0)
			.map((phone) => `I19 ${phone.name} still has ${phone.queued()} queued a minute after healing`);
		await sim.settleAll();
		const matches = await Promise.all(sim.phones.map((phone) => sim.time.during(phone.replica.compareDigests())));
		return [
			...late,
			...sim.faults(),
			...serverFaults(sim),
			...sim.phones.flatMap((phone, i) => [
				...tableFaults(sim, phone),
				...verdictFaults(sim, phone),
				...(matches[i] === true ? [] : [`I15 ${phone.name}'s digest: ${matches[i]}`])
			])
		];
	} finally {
		await sim.close();
	}
}

test(`[I8, I11–I18, I20, I31, I36] no interleaving breaks a promise`, { timeout: LONGEST_MS + 60_000 }, async () => {
	const seeds = ONLY === null ? Array.from({ length: RUNS }, (_, i) => FIRST + i) : [ONLY];
	const began = performance.now();
	let runs = 0;
	for (const seed of seeds) {
		if (runs > 0 && performance.now() - began > LONGEST_MS) break;
		expect(await run(seed), `SEED=${seed}`).toEqual([]);
		runs++;
	}
	console.info(`${runs} runs from seed ${seeds[0]} on`);
});
