/**
 * What a change costs must not grow with what is there already: a durable scan with 1,000 to 100,000 cartons on the phone.
 */
import { openBenchPage } from './support/browser.ts';
import { printTimes } from './support/metrics.ts';

const CARTONS = [1_000, 10_000, 100_000];
const PER_SHIPMENT = 20;
const SCANS = 500;
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
