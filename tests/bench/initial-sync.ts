/** From nothing to a complete working set: 10,000 cartons over real HTTP into IndexedDB, each row checked by its digest. */
import { printTimes } from './support/metrics.ts';
import { openSignedIn } from './support/signed-in.ts';

const RUNS = 7;
declare const bench: { initialSync(name: string): Promise<number> };

const { page, close } = await openSignedIn('sync', 10_000);
try {
	const times: number[] = [];
	for (let run = 0; run < RUNS; run++)
		times.push(await page.evaluate((name) => bench.initialSync(name), `initial-${run}`));
	printTimes('initial-sync', 'rows-10000', 'ms', times);
} finally {
	await close();
}
