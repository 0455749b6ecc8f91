/** A network that is hardly one, between whole phones and a real server process. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Seeded } from '../sync/scheduler.ts';
import { tell } from './support/tell.ts';
import { Warehouse } from './support/warehouse.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const QUEUE = 150;
let warehouse: Warehouse;

beforeAll(async () => {
	warehouse = await Warehouse.open({ phones: 4, cartonsEach: 8, random: new Seeded(SEED) });
}, 120_000);
afterAll(() => warehouse?.close());

test(
	`[I19, I35] stalled: a call that is never answered stops nobody’s queue (SEED=${SEED})`,
	{ timeout: 180_000 },
	async () => {
		const [line] = warehouse.lines;
		const before = line!.injected.stalled ?? 0;
		let left = 2;
		line!.mishap = (path) => (path.includes('sync.push') && left-- > 0 ? 'stalled' : null);
		await warehouse.scanAll(10, 10);
		// The other phones wait for nothing of it.
		const others = () => warehouse.phones.slice(1).flatMap((phone) => phone.mutations());
		await expect.poll(() => others().some(({ stands }) => stands === 'queued'), { timeout: 60_000 }).toBe(false);
		const held = await warehouse.holds();
		warehouse.heal();
		const stalled = (line!.injected.stalled ?? 0) - before;
		expect(stalled).toBeGreaterThan(0);
		tell({ fault: 'stalled', injected: { stalled }, held, seed: SEED });
	}
);

test(
	`[I19] slow: at 1 kB/s a queue of ${QUEUE} gets through in smaller pushes (SEED=${SEED})`,
	{ timeout: 300_000 },
	async () => {
		const [line] = warehouse.lines;
		await line!.stop();
		for (let i = 0; i < QUEUE; i++) await warehouse.scan(0);
		line!.mishap = () => 'slow';
		await line!.start();
		const before = line!.injected.slow ?? 0;
		const phone = warehouse.phones[0]!;
		const queue = () => phone.mutations().filter(({ stands }) => stands === 'queued').length;
		const all = queue();
		const asked = Date.now();
		// It moves while the line is as slow as that.
		await expect.poll(queue, { timeout: 120_000, interval: 200 }).toBeLessThan(all);
		const seconds = Math.round((Date.now() - asked) / 1000);
		warehouse.heal();
		const held = await warehouse.holds();
		tell({
			fault: 'slow',
			injected: { calls: (line!.injected.slow ?? 0) - before, queue: all, seconds },
			held,
			seed: SEED
		});
	}
);
