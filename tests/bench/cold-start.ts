/**
 * A phone is taken out of the pocket where there is no network: the browser was closed, the server does not answer, 20,000
 * cartons are on the phone, and its processor is four times slower than this machine's. From the navigation's beginning until
 * the first scan was answered: the carton's page stands. Starting the browser itself is the system's part, and not in it.
 */
import { FloorPage } from '../e2e/pages/floor-page.ts';
import { openFloor, throttle } from './support/floor-phone.ts';
import { printTimes } from './support/metrics.ts';

const CARTONS = 20_000;
const STARTS = Number(process.argv[2] ?? 15);
const SLOWER = 4;

interface Started {
	/** Milliseconds since the navigation began: the scan field stands. */
	fieldAt: number;
	/** What was scanned there then is on the screen. */
	answeredAt: number;
}

const { app, phone, unlabelled, close } = await openFloor(CARTONS);
try {
	await app.kill();
	const codes = unlabelled.flatMap((shipment) => shipment.codes);
	const starts: Started[] = [];
	for (let n = 0; n < STARTS; n++) {
		await phone.close();
		starts.push(await start(new FloorPage(await phone.open(), app.origin), codes[n]!));
	}
	printTimes(
		'cold-start',
		'field-4x',
		'ms',
		starts.map(({ fieldAt }) => fieldAt)
	);
	printTimes(
		'cold-start',
		'usable-4x',
		'ms',
		starts.map(({ answeredAt }) => answeredAt)
	);
} finally {
	await close();
}

/** Opens the app and scans as soon as there is a field for it, all within the page. */
async function start(floor: FloorPage, code: string): Promise<Started> {
	await floor.page.addInitScript((scanned) => {
		// No function has a name here: the loader would mark it with a helper that the page does not have.
		let fieldAt = 0;
		new MutationObserver((_, observer) => {
			const field = document.querySelector<HTMLInputElement>('[data-testid="scan-input"]');
			if (field && fieldAt === 0) {
				fieldAt = performance.now();
				field.value = scanned;
				field.dispatchEvent(new Event('input', { bubbles: true }));
				field.form!.requestSubmit();
			}
			if (document.querySelector(`[data-testid="carton"][data-code="${scanned}"]`) === null) return;
			observer.disconnect();
			requestAnimationFrame(() => {
				const { port1, port2 } = new MessageChannel();
				port1.onmessage = () => Object.assign(window, { started: { fieldAt, answeredAt: performance.now() } });
				port2.postMessage(null);
			});
		}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-code'] });
	}, code);
	await throttle(floor, SLOWER);
	await floor.page.goto(`${floor.origin}/scan`);
	await floor.page.waitForFunction(() => 'started' in window, null, { polling: 100 });
	return floor.page.evaluate(() => (window as unknown as { started: Started }).started);
}
