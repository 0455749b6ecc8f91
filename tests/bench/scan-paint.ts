/**
 * From the last key of a hardware scanner to the frame in which its answer stands, in the built app with 20,000 cartons and a
 * server that hears of every scan: the code is resolved, the rule decides, the label is on the disk, the answer is painted.
 * Then the same with a processor six times slower.
 */
import { openFloor, throttle } from './support/floor-phone.ts';
import { printTimes } from './support/metrics.ts';
import { paintedSoFar, paintTimes, watchPaints } from './support/paints.ts';

const CARTONS = 20_000;
const SHIPMENTS = Number(process.argv[2] ?? 20);
/** The first scans compile the program. */
const WARM_UP = 20;
/** A quick worker's; what the phone tells the server and hears falls in between or not. */
const BETWEEN_SCANS_MS = 250;

const { floor, unlabelled, close } = await openFloor(CARTONS);
try {
	await watchPaints(floor);
	for (const [metric, rate] of [
		['paint', 1],
		['paint-6x', 6]
	] as const) {
		await floor.open('/scan/label');
		const session = await throttle(floor, rate);
		let painted = 0;
		for (const { reference, codes } of unlabelled.splice(0, SHIPMENTS)) {
			await floor.openByReference(reference);
			for (const code of codes) {
				await floor.trigger(code);
				await paintedSoFar(floor, ++painted);
				await floor.page.waitForTimeout(BETWEEN_SCANS_MS);
			}
		}
		printTimes('scan-paint', metric, 'ms', (await paintTimes(floor)).slice(WARM_UP));
		await session.detach();
	}
} finally {
	await close();
}
