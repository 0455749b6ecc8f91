/** A server that is killed, at random and at named points of its writing, while whole phones work. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Seeded } from '../sync/scheduler.ts';
import { tell } from './support/tell.ts';
import { inServer, Warehouse } from './support/warehouse.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const random = new Seeded(SEED);
const AT_RANDOM = 12;
const AT_POINTS = 5;
let warehouse: Warehouse;

beforeAll(async () => {
	warehouse = await Warehouse.open({ phones: 4, cartonsEach: 8, random });
}, 120_000);
afterAll(() => warehouse?.close());

test(`[I1, I3, I16] killed-at-random: ${AT_RANDOM} times under load (SEED=${SEED})`, { timeout: 300_000 }, async () => {
	const load = warehouse.load(60);
	for (let i = 0; i < AT_RANDOM; i++) {
		await sleep(random.between(50, 1500));
		await warehouse.app.kill();
		await warehouse.app.restart();
	}
	await load.stop();
	const held = await warehouse.holds();
	expect(warehouse.saved.size, 'there was load').toBeGreaterThan(AT_RANDOM);
	tell({ fault: 'killed-at-random', injected: { SIGKILL: AT_RANDOM }, held, seed: SEED });
});

test.for(['after-insert', 'before-commit', 'after-commit'])(
	`[I1, I3] killed-%s: ${AT_POINTS} times (SEED=${SEED})`,
	{ timeout: 300_000 },
	async (point) => {
		const { app } = warehouse;
		const load = warehouse.load(60);
		let decided = 0;
		for (let at = 1; at <= AT_POINTS; at++) {
			const before = warehouse.read('SELECT 1 FROM mutation_result').length;
			Object.assign(app.env, inServer({ dies: point.replace('-', ' '), at }));
			await app.restart();
			await gone(app.pid!);
			decided += warehouse.read('SELECT 1 FROM mutation_result').length - before;
		}
		Object.assign(app.env, inServer(null));
		await app.restart();
		await load.stop();
		const held = await warehouse.holds();
		// Before the commit nothing of the group may be there, after it all of it.
		expect(decided > 0 || point !== 'after-commit', 'what was committed is there').toBe(true);
		tell({ fault: `killed-${point}`, injected: { SIGKILL: AT_POINTS }, held, seed: SEED });
	}
);

/** Resolves when that process has ended. */
async function gone(pid: number): Promise<void> {
	for (const until = Date.now() + 60_000; ; await sleep(20)) {
		try {
			process.kill(pid, 0);
		} catch {
			return;
		}
		if (Date.now() > until) throw new Error('the server was not killed');
	}
}
