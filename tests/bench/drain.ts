/** A phone comes back with 1,000 mutations: pushed, decided by the real rules with `synchronous=FULL`, pulled, folded in. */
import { printTimes } from './support/metrics.ts';
import { openSignedIn } from './support/signed-in.ts';

const RUNS = 5;
declare const bench: { drain(name: string, count: number): Promise<number> };

const { page, close } = await openSignedIn('sync', 1_000);
try {
	const times: number[] = [];
	for (let run = 0; run < RUNS; run++)
		times.push(await page.evaluate((name) => bench.drain(name, 1000), `drain-${run}`));
	printTimes('drain', 'drain-1000', 'ms', times);
} finally {
	await close();
}
