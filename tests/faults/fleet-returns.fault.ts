/** A morning without a network: 200 phones come back at once, each with a queue. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Seeded } from '../sync/scheduler.ts';
import { tell } from './support/tell.ts';
import { Warehouse } from './support/warehouse.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const PHONES = 200;
const SCANS_EACH = 20;
let warehouse: Warehouse;

beforeAll(async () => {
	warehouse = await Warehouse.open({ phones: PHONES, cartonsEach: 3, random: new Seeded(SEED) });
}, 300_000);
afterAll(() => warehouse?.close());

test(`[I19, I31, I35] fleet-returns: ${PHONES} phones at once (SEED=${SEED})`, { timeout: 300_000 }, async () => {
	for (const line of warehouse.lines) await line.stop();
	await warehouse.scanAll(SCANS_EACH);
	const queued = warehouse.queued();
	expect(queued).toBeGreaterThan(PHONES * SCANS_EACH * 0.5);
	for (const line of warehouse.lines) await line.start();
	const from = Date.now();
	await warehouse.drained();
	const seconds = (Date.now() - from) / 1000;
	const held = await warehouse.holds();
	tell({ fault: 'fleet-returns', injected: { phones: PHONES, queued, 'drained in s': seconds }, held, seed: SEED });
});
