/**
 * How much one server takes: 200 phones over real HTTP, tRPC and rules, `synchronous=FULL`. Single pushes as scans make
 * them, then full batches as a returning fleet makes them. What was answered is compared with what is in the database.
 */
import Database from 'better-sqlite3';
import type { PushInput, PushOutput } from '#lib/protocol/envelope.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { AppServer } from '../e2e/support/server.ts';
import { FleetCall, fillFleet, type FleetPhone } from './support/fleet.ts';
import { printTimes, printValue } from './support/metrics.ts';

const PHONES = 200;
const CARTONS_EACH = 10;
const SINGLE_SECONDS = 15;
const BATCHES_EACH = 5;

interface Talker {
	phone: FleetPhone;
	call: FleetCall;
	mid: number;
	accepted: number;
	latencies: number[];
}

let fleet: FleetPhone[] = [];
const app = await AppServer.start({ LOG_LEVEL: 'warn', DEVICE_CALLS_PER_MINUTE: '1000000' }, async (empty) => {
	fleet = await fillFleet(empty, PHONES, CARTONS_EACH);
});
try {
	const talkers: Talker[] = fleet.map((phone) => ({
		...{ phone, call: new FleetCall(new URL(app.origin), phone.cookie), mid: 0, accepted: 0, latencies: [] }
	}));
	const [epoch] = await Promise.all(talkers.map(greet));
	const push = async (talker: Talker, count: number) => {
		const mutations = Array.from({ length: count }, () => nextMutation(talker));
		const input: PushInput = { epoch: epoch!, replicaId: talker.phone.replicaId, mutations };
		const started = performance.now();
		const { status, json } = await talker.call.post('sync.push', input);
		talker.latencies.push(performance.now() - started);
		if (status !== 200) throw new Error(`push answered ${status}: ${JSON.stringify(json)}`);
		const { results } = (json as { result: { data: PushOutput } }).result.data;
		talker.accepted += results.filter((verdict) => verdict.status === 'ok').length;
	};

	const until = performance.now() + SINGLE_SECONDS * 1000;
	await Promise.all(
		talkers.map(async (talker) => {
			while (performance.now() < until) await push(talker, 1);
		})
	);
	const singles = talkers.reduce((sum, { mid }) => sum + mid, 0);
	printValue('server', 'single-push', '/s', singles / SINGLE_SECONDS, singles);
	printTimes(
		'server',
		'push-latency',
		'ms',
		talkers.flatMap(({ latencies }) => latencies)
	);

	const started = performance.now();
	await Promise.all(
		talkers.map(async (talker) => {
			for (let n = 0; n < BATCHES_EACH; n++) await push(talker, 100);
		})
	);
	const batched = PHONES * BATCHES_EACH * 100;
	printValue('server', 'batched', 'mutations/s', batched / ((performance.now() - started) / 1000), batched);
	talkers.forEach(({ call }) => call.close());
	await app.stop();

	const db = new Database(app.env['DATABASE_URL']!.slice('file:'.length), { readonly: true });
	const sent = talkers.reduce((sum, { mid }) => sum + mid, 0);
	const accepted = talkers.reduce((sum, talker) => sum + talker.accepted, 0);
	const stored = db
		.prepare(`SELECT count(*) FROM mutation_result WHERE replica_id NOT LIKE 'desk:%'`)
		.pluck()
		.get() as number;
	const effects = db
		.prepare(`SELECT count(*) FROM carton_event WHERE reason IN ('carton.label', 'carton.removeLabel')`)
		.pluck()
		.get() as number;
	db.close();
	printValue('server', 'lost', 'mutations', sent - stored, sent);
	printValue('server', 'doubled', 'mutations', effects - accepted, accepted);
} finally {
	await app.remove();
}

async function greet({ phone, call }: Talker): Promise<string> {
	const { status, json } = await call.post('sync.hello', {
		...{ replicaId: phone.replicaId, lastLmid: 0, cookie: null, schema: 1, protocol: 1, appVersion: 'bench' },
		...{ warehouseId: 'bench-warehouse', queueDepth: 0, clientNow: new Date().toISOString(), leases: [] }
	});
	if (status !== 200) throw new Error(`hello answered ${status}: ${JSON.stringify(json)}`);
	return (json as { result: { data: { epoch: string } } }).result.data.epoch;
}

/** Labels each of its cartons in turn, then takes the labels off again: every one has an effect. */
function nextMutation(talker: Talker): PushInput['mutations'][number] {
	const { cartonIds, personId } = talker.phone;
	const turn = Math.floor(talker.mid / cartonIds.length);
	const cartonId = cartonIds[talker.mid % cartonIds.length];
	talker.mid += 1;
	return {
		...{
			uid: newUuid(),
			mid: talker.mid,
			name: turn % 2 === 0 ? 'carton.label' : 'carton.removeLabel',
			version: 1,
			schema: 1
		},
		...{ args: JSON.stringify({ cartonId }), actorId: personId, deviceTime: new Date().toISOString(), clockOffset: 0 }
	};
}
