/**
 * How much one server takes: 200 phones over real HTTP, tRPC and rules, `synchronous=FULL`. Single pushes as scans make
 * them, then full batches as a returning fleet makes them. What was answered is compared with what is in the database.
 */
import { startFleet } from '../support/fleet.ts';
import { printTimes, printValue } from './support/metrics.ts';
import { keptOf } from './support/returning-fleet.ts';
import { Talker } from './support/talker.ts';

const PHONES = 200;
const CARTONS_EACH = 10;
const SINGLE_SECONDS = 15;
const BATCHES_EACH = 5;

const { app, fleet } = await startFleet(PHONES, CARTONS_EACH, { DEVICE_CALLS_PER_MINUTE: '1000000' });
try {
	const talkers = fleet.map((phone) => new Talker(app.origin, phone));
	await Promise.all(talkers.map((talker) => talker.greet()));
	const latencies: number[] = [];
	let accepted = 0;
	const push = async (talker: Talker, count: number) => {
		const mutations = Array.from({ length: count }, () => talker.scan());
		const started = performance.now();
		const results = await talker.push(mutations);
		latencies.push(performance.now() - started);
		accepted += results.filter((verdict) => verdict.status === 'ok').length;
	};

	const until = performance.now() + SINGLE_SECONDS * 1000;
	await Promise.all(
		talkers.map(async (talker) => {
			while (performance.now() < until) await push(talker, 1);
		})
	);
	const singles = talkers.reduce((sum, { mid }) => sum + mid, 0);
	printValue('server', 'single-push', '/s', singles / SINGLE_SECONDS, singles);
	printTimes('server', 'push-latency', 'ms', latencies);

	const started = performance.now();
	await Promise.all(
		talkers.map(async (talker) => {
			for (let n = 0; n < BATCHES_EACH; n++) await push(talker, 100);
		})
	);
	const batched = PHONES * BATCHES_EACH * 100;
	printValue('server', 'batched', 'mutations/s', batched / ((performance.now() - started) / 1000), batched);
	talkers.forEach((talker) => talker.close());
	await app.stop();

	const sent = talkers.reduce((sum, { mid }) => sum + mid, 0);
	const { decided, effects } = keptOf(app.databaseFile);
	printValue('server', 'lost', 'mutations', sent - decided, sent);
	printValue('server', 'doubled', 'mutations', effects - accepted, accepted);
} finally {
	await app.remove();
}
