/**
 * News about 500 rows under 200 pending mutations on one shipment: how long until screens show both, and for how long at most
 * the page's main thread is busy in one piece meanwhile.
 */
import { openBenchPage } from './support/browser.ts';
import { mainThreadTasks } from './support/main-thread.ts';
import { printTimes } from './support/metrics.ts';

const RUNS = 40;
/** The first ones compile the program. */
const WARM_UP = 5;
declare const bench: { open(): Promise<void>; rebase(run: number): Promise<number> };

const { page, load, close } = await openBenchPage('rebase');
try {
	await load();
	await page.evaluate(() => bench.open());
	const times: number[] = [];
	const longest: number[] = [];
	for (let run = 0; run < RUNS + WARM_UP; run++) {
		const tasks = await mainThreadTasks(page);
		const took = await page.evaluate((n) => bench.rebase(n), run);
		const durations = await tasks();
		if (run < WARM_UP) continue;
		times.push(took);
		longest.push(Math.max(...durations));
	}
	printTimes('rebase', 'rebase-500', 'ms', times);
	printTimes('rebase', 'longest-task', 'ms', longest);
} finally {
	await close();
}
