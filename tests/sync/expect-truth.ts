import { expect } from 'vitest';
import { serverFaults, tableFaults, verdictFaults } from './server-truth.ts';
import type { Simulation } from './simulation.ts';

/** Once every phone is level: the server keeps its promises, and each phone holds the rows and verdicts that it holds. */
export async function expectTruth(sim: Simulation): Promise<void> {
	await sim.settleAll();
	const faults = sim.phones.flatMap((phone) => [...tableFaults(sim, phone), ...verdictFaults(sim, phone)]);
	expect([...sim.faults(), ...serverFaults(sim), ...faults]).toEqual([]);
}
