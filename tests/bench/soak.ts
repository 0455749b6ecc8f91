/**
 * A worker's day on one phone, in the built app without a single reload: eight hours of 240 scans each, a wake of the sync loops
 * for every minute, some screens opened and left between shipments, a stretch without network in every hour. Time is simulated by
 * doing it without pauses. The heap is read after forced collections, at the end of every hour.
 */
import { expect } from '@playwright/test';
import { GATE_TIMES } from '#lib/scanner/scan-gate.ts';
import { openFloor, type Unlabelled } from './support/floor-phone.ts';
import { printValue } from './support/metrics.ts';

const CARTONS = 12_000;
const HOURS = Number(process.argv[2] ?? 8);
const SCANS_AN_HOUR = Number(process.argv[3] ?? 240);
const SCANS_A_MINUTE = 4;
/** Percent above what the first hour left. Beyond, the run has failed. */
const MOST_GROWTH = 10;

const { floor, unlabelled, close } = await openFloor(CARTONS);
try {
	const session = await floor.page.context().newCDPSession(floor.page);
	const heaps: number[] = [];
	await floor.open('/scan/label');
	for (let hour = 1; hour <= HOURS; hour++) {
		for (let scans = 0; scans < SCANS_AN_HOUR;) {
			const shipment = unlabelled.shift();
			if (!shipment) throw new Error(`no shipment is left in hour ${hour}`);
			const offline = scans > SCANS_AN_HOUR / 2 && scans < (SCANS_AN_HOUR * 3) / 4;
			await floor.page.context().setOffline(offline);
			scans += await label(shipment, scans);
			// What was scanned a moment ago would count as read twice.
			await floor.page.waitForTimeout(GATE_TIMES.repeatMs);
			await lookAround(shipment.codes[0]!);
		}
		await floor.page.context().setOffline(false);
		await floor.expectPending(0);
		heaps.push(await heapInUse());
		console.error(`hour ${hour}: ${heaps.at(-1)!.toFixed(2)} MB`);
	}
	const growth = (100 * (heaps.at(-1)! - heaps[0]!)) / heaps[0]!;
	printValue('soak', 'heap-growth', '%', growth, HOURS * SCANS_AN_HOUR);
	printValue('soak', 'heap', 'MB', heaps.at(-1)!);
	if (growth >= MOST_GROWTH) process.exitCode = 1;

	/** @returns how many were scanned */
	async function label({ reference, codes }: Unlabelled, before: number): Promise<number> {
		await floor.openByReference(reference);
		for (const [n, code] of codes.entries()) {
			await floor.scan(code);
			await floor.expectAnswer('ok', code);
			if ((before + n) % SCANS_A_MINUTE === 0) await floor.page.evaluate(() => dispatchEvent(new Event('online')));
		}
		return codes.length;
	}

	/** From a shipment to a carton's page, the phone's own, the queue, and to the next shipment. */
	async function lookAround(code: string): Promise<void> {
		for (const path of ['/scan/label', '/scan']) await floor.follow(path);
		await floor.scan(code);
		await expect(floor.carton(code)).toBeVisible();
		for (const path of ['/scan', '/scan/device', '/scan/queue', '/scan', '/scan/label']) await floor.follow(path);
	}

	async function heapInUse(): Promise<number> {
		// What one collection frees lets another one free more: finalizers, and what they held.
		for (let n = 0; n < 3; n++) await session.send('HeapProfiler.collectGarbage');
		const { usedSize } = await session.send('Runtime.getHeapUsage');
		return usedSize / 1e6;
	}
} finally {
	await close();
}
