/**
 * Ours and what else is in the field, in one run on one machine, in turns, so that its noise meets all alike:
 * `npm run -s bench -- peers [--runs 5] [--changes 1000] [--queue 1000] [--only rxdb]` on a finished build.
 * tests/bench/peers/README.md says what each does and where the comparison favours the peers. A ratio above 1 says that
 * ours is that many times faster or smaller.
 */
import { parseArgs } from 'node:util';
import { gzipped, minified, OUR_ENGINE } from './support/bundle.ts';
import { openOurs, openPeer, PEERS, ROWS, type Contender } from './support/contenders.ts';
import { installPeers } from './support/install-peers.ts';
import { printTimes, printValue, quantile } from './support/metrics.ts';

const BENCH = 'peers';

const { values } = parseArgs({
	options: {
		runs: { type: 'string', default: '5' },
		changes: { type: 'string', default: '1000' },
		queue: { type: 'string', default: '1000' },
		only: { type: 'string' }
	}
});
const [runs, changes, queue] = [Number(values.runs), Number(values.changes), Number(values.queue)];

const ascending = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);
const median = (times: readonly number[]): number => quantile(ascending(times), 0.5);

/** Milliseconds of every run, by contender. */
type Times = Map<string, number[]>;

/** @param measure one round of one contender: times by the name of their metric */
async function inTurns(what: string, measure: (one: Contender, run: string) => Promise<Record<string, number[]>>) {
	const times: Times = new Map();
	for (let run = 0; run < runs; run++) {
		for (const one of contenders) {
			for (const [name, some] of Object.entries(await measure(one, `${what}-${run}`))) {
				times.set(name, [...(times.get(name) ?? []), ...some]);
				console.error(`${what} ${run + 1}/${runs} ${name}: ${median(some).toFixed(1)} ms`);
			}
		}
	}
	return times;
}

installPeers();
const wanted = PEERS.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
const contenders: Contender[] = [];
try {
	contenders.push(await openOurs());
	for (const peer of wanted) contenders.push(await openPeer(peer));

	const initial = await inTurns('initial-sync', async (one, run) => ({ [one.name]: [await one.initialSync(run)] }));
	const local = await inTurns('local-change', async (one, run) => {
		const times: Record<string, number[]> = {};
		for (const [name, change] of Object.entries(one.changes)) times[name] = await change(run, changes / runs);
		return times;
	});
	const drained = await inTurns('drain', async (one, run) => ({ [one.name]: [await one.drain(run, queue)] }));
	const kilobytes = new Map<string, number>();
	for (const { name, engine } of contenders)
		kilobytes.set(name, gzipped(await minified(name === 'ours' ? OUR_ENGINE : { entry: engine })) / 1000);

	for (const [name, times] of initial)
		printValue(BENCH, `initial-sync-${name}`, 'rows/s', ROWS / (median(times) / 1000), times.length);
	for (const [name, times] of local) printTimes(BENCH, `local-change-${name}`, 'ms', times);
	for (const [name, times] of drained)
		printValue(BENCH, `drain-${name}`, '/s', queue / (median(times) / 1000), times.length);
	for (const [name, weight] of kilobytes) printValue(BENCH, `bundle-${name}`, 'KB', weight);
	printRatios({ initial, local, drained, kilobytes });
} finally {
	for (const one of contenders) await one.close();
}

/** Rates as the median of each round's own ratio, percentiles over all changes. */
function printRatios(all: { initial: Times; local: Times; drained: Times; kilobytes: Map<string, number> }): void {
	const round = (metric: string, times: Times) => {
		const ours = times.get('ours')!;
		for (const [name, theirs] of times)
			if (name !== 'ours')
				printValue(BENCH, `${metric}-vs-${name}`, '×', median(theirs.map((ms, n) => ms / ours[n]!)), ours.length);
	};
	round('initial-sync', all.initial);
	for (const [name, theirs] of all.local)
		for (const percent of [50, 95, 99]) {
			const at = (times: readonly number[]) => quantile(ascending(times), percent / 100);
			if (name !== 'ours')
				printValue(BENCH, `local-change-p${percent}-vs-${name}`, '×', at(theirs) / at(all.local.get('ours')!), changes);
		}
	round('drain', all.drained);
	for (const [name, weight] of all.kilobytes)
		if (name !== 'ours') printValue(BENCH, `bundle-vs-${name}`, '×', weight / all.kilobytes.get('ours')!);
}
