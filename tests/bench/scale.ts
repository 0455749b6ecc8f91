/**
 * What a change costs must not grow with what is there already: a durable scan with 1,000 to 100,000 cartons on the phone, and a
 * push of one mutation with 10,000 to 1,000,000 of them in the server's history.
 */
import { MAX_PUSH_MUTATIONS } from '#lib/protocol/version.ts';
import { startFleet } from '../support/fleet.ts';
import { openBenchPage } from './support/browser.ts';
import { printTimes } from './support/metrics.ts';
import { Talker } from './support/talker.ts';

const CARTONS = [1_000, 10_000, 100_000];
const PER_SHIPMENT = 20;
const SCANS = 500;
const MUTATIONS = [10_000, 100_000, 1_000_000];
const PHONES = 100;
const CARTONS_EACH = 10;
/** One after the other, so that none waits for another. */
const PUSHES = 1_000;
/** The first ones compile the program. */
const WARM_UP = 200;
declare const bench: { label(cartons: number, perShipment: number, scans: number): Promise<number[]> };

for (const cartons of CARTONS) {
	const { page, load, close } = await openBenchPage('scan-commit');
	try {
		await load();
		const times = await page.evaluate(([all, each, scans]) => bench.label(all, each, scans), [
			cartons,
			PER_SHIPMENT,
			SCANS
		] as const);
		printTimes('scale', `commit-at-${cartons}`, 'ms', times);
	} finally {
		await close();
	}
}

const { app, fleet } = await startFleet(PHONES, CARTONS_EACH, { DEVICE_CALLS_PER_MINUTE: '1000000' });
try {
	const talkers = fleet.map((phone) => new Talker(app.origin, phone));
	await Promise.all(talkers.map((talker) => talker.greet()));
	const push = (talker: Talker, count: number) => talker.push(Array.from({ length: count }, () => talker.scan()));
	for (const mutations of MUTATIONS) {
		await Promise.all(
			talkers.map(async (talker) => {
				while (talker.mid < mutations / PHONES) await push(talker, MAX_PUSH_MUTATIONS);
			})
		);
		const times: number[] = [];
		for (let n = -WARM_UP; n < PUSHES; n++) {
			const started = performance.now();
			await push(talkers[(n + WARM_UP) % PHONES]!, 1);
			if (n >= 0) times.push(performance.now() - started);
		}
		printTimes('scale', `push-at-${mutations}`, 'ms', times);
	}
	talkers.forEach((talker) => talker.close());
} finally {
	await app.remove();
}
