/**
 * 100,000 requests of people and phones that are signed in: desk pages' data, tRPC, pushes, pulls, health. None may fail, and
 * the server's heap must not grow: told is the least that it held in a tenth of the run, which is what collecting left. Beside the
 * rate, which other work on the machine lowers, stands what a request costs the server's processor.
 * An argument is another number of requests.
 */
import { newUuid } from '#lib/server/uuid.ts';
import { AppServer, DEMO_PASSWORD } from '../e2e/support/server.ts';
import { fillFleet, type FleetPhone } from '../support/fleet.ts';
import { printTimes, printValue } from './support/metrics.ts';

const REQUESTS = Number(process.argv[2] ?? 100_000);
const PHONES = 20;
const TENTH = REQUESTS / 10;
/** Percent of the heap after the first fifth. Beyond, the run has failed. */
const MOST_GROWTH = 15;
const PAGES = ['/scan/shipments-tracking', '/cartons', '/shipments', '/dashboard', '/contacts'];

let fleet: FleetPhone[] = [];
const app = await AppServer.start(
	{
		...{ LOG_LEVEL: 'error', DEVICE_CALLS_PER_MINUTE: '100000000', REQUESTS_PER_MINUTE: '100000000' },
		NODE_OPTIONS: '--max-old-space-size=512'
	},
	async (empty) => {
		empty.run('seed-demo');
		fleet = await fillFleet(empty, PHONES, 10);
	}
);
let failed = 0;
let done = 0;
const latencies: number[] = [];
/** The least in each tenth, in bytes. */
const heaps: number[] = [];
const residents: number[] = [];

async function ask(path: string, cookie: string, body?: unknown): Promise<unknown> {
	const started = performance.now();
	const answer = await fetch(app.origin + path, {
		headers: { cookie, origin: app.origin, 'content-type': 'application/json' },
		...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
	});
	const json = (await answer.json()) as unknown;
	latencies.push(performance.now() - started);
	done++;
	if (answer.status !== 200) {
		failed++;
		console.error(`${path} answered ${answer.status}`);
	}
	return json;
}

async function signIn(): Promise<string> {
	const answer = await fetch(`${app.origin}/login`, {
		method: 'POST',
		redirect: 'manual',
		headers: { origin: app.origin },
		body: new URLSearchParams({ login: 'manager', password: DEMO_PASSWORD })
	});
	return answer.headers
		.getSetCookie()
		.map((line) => line.split(';')[0])
		.join('; ');
}

/** One phone that pushes a scan, pulls, and now and then says hello, while its person's desk reads pages. */
async function work({ cookie, replicaId, personId, cartonIds }: FleetPhone, session: string): Promise<void> {
	const hello = {
		...{ replicaId, lastLmid: 0, cookie: null, schema: 1, protocol: 1, appVersion: 'bench', warehouseId: null },
		...{ queueDepth: 0, clientNow: new Date().toISOString(), leases: [] }
	};
	const greeted = await ask('/api/trpc/sync.hello', cookie, hello);
	const { epoch, headSeq } = (greeted as { result: { data: { epoch: string; headSeq: number } } }).result.data;
	for (let mid = 1; done < REQUESTS; mid++) {
		const name = Math.floor((mid - 1) / cartonIds.length) % 2 === 0 ? 'carton.label' : 'carton.removeLabel';
		const args = JSON.stringify({ cartonId: cartonIds[(mid - 1) % cartonIds.length] });
		const mutation = {
			...{ uid: newUuid(), mid, name, version: 1, schema: 1, args, actorId: personId, clockOffset: 0 },
			deviceTime: new Date().toISOString()
		};
		await ask('/api/trpc/sync.push', cookie, { epoch, replicaId, mutations: [mutation] });
		await ask('/api/trpc/sync.pull', cookie, {
			epoch,
			replicaId,
			cookie: headSeq,
			ackResultsThrough: mid,
			schema: 1,
			limit: 100
		});
		await ask(`${PAGES[mid % PAGES.length]}/__data.json`, session);
		await ask('/api/trpc/session.me', session);
		if (mid % 5 === 0) await ask('/api/health', session);
	}
}

/** What the server says of itself by the name of a metric. */
async function figures(): Promise<(name: string) => number> {
	const text = await (await fetch(`${app.origin}/metrics`)).text();
	return (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

async function watchMemory(): Promise<void> {
	while (done < REQUESTS) {
		const figure = await figures();
		const tenth = Math.min(9, Math.floor(done / TENTH));
		heaps[tenth] = Math.min(heaps[tenth] ?? Infinity, figure('nodejs_heap_size_used_bytes'));
		residents[tenth] = Math.min(residents[tenth] ?? Infinity, figure('process_resident_memory_bytes'));
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

const inMegabytes = (bytes: readonly number[]): string => bytes.map((each) => (each / 1e6).toFixed(0)).join(' ');

try {
	const session = await signIn();
	const busyBefore = (await figures())('process_cpu_seconds_total');
	const started = performance.now();
	await Promise.all([...fleet.map((phone) => work(phone, session)), watchMemory()]);
	const seconds = (performance.now() - started) / 1000;
	const busy = (await figures())('process_cpu_seconds_total') - busyBefore;
	const [known, resident] = [heaps, residents].map((each) => each.filter((bytes) => bytes !== undefined)) as [
		number[],
		number[]
	];
	const early = known[Math.min(2, known.length - 1)]!;
	const growth = (100 * (known.at(-1)! - early)) / early;
	console.error(`by tenths, MB: heap ${inMegabytes(known)}, resident ${inMegabytes(resident)}`);
	printValue('load', 'requests', '/s', done / seconds, done);
	printValue('load', 'server-cpu', 'ms/request', (1000 * busy) / done, done);
	printValue('load', 'rss-start', 'MB', resident[0]! / 1e6);
	printValue('load', 'rss-middle', 'MB', resident[Math.floor(resident.length / 2)]! / 1e6);
	printValue('load', 'rss-end', 'MB', resident.at(-1)! / 1e6);
	printTimes('load', 'answer', 'ms', latencies);
	printValue('load', 'failed', 'requests', failed, done);
	printValue('load', 'heap-growth', '%', growth);
	if (failed > 0 || growth > MOST_GROWTH) process.exitCode = 1;
} finally {
	await app.remove();
}
