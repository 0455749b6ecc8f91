/** What a network does to calls, between whole phones and a real server process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Seeded } from '../sync/scheduler.ts';
import type { Mishap } from './support/bad-line.ts';
import { rounds, tell } from './support/tell.ts';
import { Warehouse } from './support/warehouse.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const random = new Seeded(SEED);
let warehouse: Warehouse;

beforeAll(async () => {
	warehouse = await Warehouse.open({ phones: 4, cartonsEach: 8, random });
}, 120_000);
afterAll(() => warehouse?.close());

/** The n-th phone's request after request meets one of these, as often as `share`, while all work for a while. */
const FAULTS: { fault: string; mishaps: Mishap[]; share: number }[] = [
	{ fault: 'answer-lost', mishaps: ['answer-lost'], share: 0.4 },
	{ fault: 'torn', mishaps: ['request-torn', 'answer-torn', 'request-lost'], share: 0.4 },
	{ fault: 'doubled', mishaps: ['doubled'], share: 0.5 },
	{ fault: 'reordered', mishaps: ['late'], share: 0.4 },
	{ fault: 'captive-portal', mishaps: ['portal'], share: 0.5 }
];

test.for(FAULTS)(`[I3, I17, I20] $fault (SEED=${SEED})`, { timeout: 180_000 }, async ({ fault, mishaps, share }) => {
	const before = warehouse.injected();
	warehouse.afflict(mishaps, share);
	await warehouse.scanAll(rounds(15, 120), 30);
	warehouse.heal();
	const held = await warehouse.holds();
	const injected = Object.fromEntries(
		mishaps.map((mishap) => [mishap, (warehouse.injected()[mishap] ?? 0) - (before[mishap] ?? 0)])
	);
	expect(Math.min(...Object.values(injected)), 'each was injected').toBeGreaterThan(0);
	tell({ fault, injected, held, seed: SEED });
});

test(
	`[I19] no-network: without a network for a while, and all back at once (SEED=${SEED})`,
	{ timeout: 180_000 },
	async () => {
		for (const line of warehouse.lines) await line.stop();
		await warehouse.scanAll(rounds(20, 200));
		await sleep(1500);
		const queued = warehouse.queued();
		for (const line of warehouse.lines) await line.start();
		const held = await warehouse.holds();
		expect(queued).toBeGreaterThan(20);
		tell({ fault: 'no-network', injected: { phones: warehouse.phones.length, queued }, held, seed: SEED });
	}
);
