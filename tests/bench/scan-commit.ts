/**
 * From a decoded code to "saved": rule, queue, rows and log in one durable IndexedDB transaction, with 20,000 cartons on the
 * phone; the same on shipments of 500 cartons, because a scan must not cost more there.
 */
import { openBenchPage } from './support/browser.ts';
import { printTimes } from './support/metrics.ts';

const SCANS = 1000;
declare const bench: { label(cartons: number, perShipment: number, scans: number): Promise<number[]> };

const { page, load, close } = await openBenchPage('scan-commit');
try {
	await load();
	printTimes('scan-commit', 'durable-commit', 'ms', await page.evaluate((n) => bench.label(20_000, 20, n), SCANS));
	printTimes('scan-commit', 'durable-commit-500', 'ms', await page.evaluate((n) => bench.label(20_000, 500, n), SCANS));
} finally {
	await close();
}
