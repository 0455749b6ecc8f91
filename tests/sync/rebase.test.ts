/**
 * [I14] The restricted rebase against its full meaning, where it is hardest: long queues on few rows, colleagues who change
 * the same rows, verdicts that arrive one by one. The oracle looks after every transaction. A failing seed replays:
 * `SEED=123 npx vitest run tests/sync/rebase.test.ts`.
 */
import { expect, test } from 'vitest';
import { Ledger } from './sim/ledger.ts';
import { desk, scan, takeBack } from './sim/work.ts';
import { serverFaults, tableFaults, verdictFaults } from './server-truth.ts';
import { Simulation } from './simulation.ts';

const ONLY = process.env.SEED === undefined ? null : Number(process.env.SEED);
const FIRST = Number(process.env.FIRST ?? Math.floor(Math.random() * 1_000_000));
const RUNS = Number(process.env.RUNS ?? 25);
const LONGEST_MS = 15_000;

async function play(seed: number): Promise<{ faults: string[]; longest: number; conflicts: number }> {
	const sim = await Simulation.open(seed);
	try {
		for (let i = 0; i < 2; i++) await sim.world.shipment({ temporary: i === 1 });
		await sim.world.cartons(4, 'packed');
		const phone = await sim.phone('one');
		const run = { sim, ledger: new Ledger(sim), faults: [] };
		const { push } = phone.line;
		const silence = () => sim.time.sleep(50).then(() => ({ kind: 'silent' as const, why: 'offline' as const }));
		let longest = 0;
		let conflicts = 0;
		for (let round = 0; round < 4; round++) {
			phone.line.push = silence;
			for (let i = 0; i < 12; i++) {
				await sim.time.during(scan(run, phone));
				if (sim.random.chance(0.15)) await sim.time.during(takeBack(run, phone));
				if (sim.random.chance(0.4)) await desk(run);
				if (sim.random.chance(0.3)) {
					phone.replica.syncNow();
					await sim.time.run(3000);
				}
			}
			longest = Math.max(longest, phone.queued());
			conflicts += phone.store.content('mutations').filter(({ conflict }) => conflict !== null).length;
			// Some of the queue gets through: verdicts change what the rest stands on.
			const most = sim.random.between(1, 6);
			let passes = 1;
			phone.line.push = (input) =>
				passes-- > 0 ? push({ ...input, mutations: input.mutations.slice(0, most) }) : silence();
			phone.replica.syncNow();
			await sim.time.run(sim.random.between(50, 2000));
		}
		phone.line.push = push;
		await sim.settleAll();
		return {
			faults: [
				...run.faults,
				...run.ledger.faults(new Set()),
				...sim.faults(),
				...serverFaults(sim),
				...tableFaults(sim, phone),
				...verdictFaults(sim, phone)
			],
			longest,
			conflicts
		};
	} finally {
		await sim.close();
	}
}

test('[I14] view = fold(pending, base), whatever moves beneath a queue', { timeout: LONGEST_MS + 60_000 }, async () => {
	const seeds = ONLY === null ? Array.from({ length: RUNS }, (_, i) => FIRST + i) : [ONLY];
	const began = performance.now();
	let runs = 0;
	let longest = 0;
	let conflicts = 0;
	for (const seed of seeds) {
		if (runs > 0 && performance.now() - began > LONGEST_MS) break;
		const outcome = await play(seed);
		expect(outcome.faults, `SEED=${seed}`).toEqual([]);
		longest = Math.max(longest, outcome.longest);
		conflicts += outcome.conflicts;
		runs++;
	}
	console.info(`${runs} runs from seed ${seeds[0]} on; the longest queue ${longest}, ${conflicts} conflicts expected`);
	// A run in which nothing waited and nothing collided would prove nothing.
	expect(longest).toBeGreaterThan(5);
});
