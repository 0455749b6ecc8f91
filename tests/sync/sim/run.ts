/**
 * One run of the simulator: a script played on three real phones and the real server, in time of its own, and everything
 * that was found broken, as lines that begin with the id of the promise.
 */
import { healingNow } from '#lib/server/sync/restore-report.ts';
import type { Operator } from '#lib/sync/client.ts';
import type { WorldImage } from '../../support/world.ts';
import type { MemoryStore } from '../memory-store.ts';
import { TIMEOUT_MS } from '../faulty-line.ts';
import { serverFaults, serverWorld, tableFaults, verdictFaults } from '../server-truth.ts';
import { MANAGER, OPERATOR, Simulation } from '../simulation.ts';
import { failStatement } from './failing-statement.ts';
import { Ledger } from './ledger.ts';
import { PHONES, type Step } from './script.ts';
import { heal, TROUBLES } from './trouble.ts';
import { desk, scan, takeBack } from './work.ts';

const WEEK_MS = 7 * 86_400_000;

export interface Run {
	sim: Simulation;
	ledger: Ledger;
	/** Found while the script was played. */
	faults: string[];
}

export interface Outcome {
	violations: string[];
	/** How often each kind of trouble was made. */
	injected: Map<string, number>;
	/** What the server decided, in its order: one seed, one history. */
	log: string[];
	/** Kinds of answers that were given, and states that phones were in. */
	states: Set<string>;
}

/** What every run begins with: a warehouse, and its phones, level with it and closed. */
export interface Beginning {
	image: WorldImage;
	stores: ReadonlyMap<(typeof PHONES)[number], MemoryStore>;
}

const operatorOf = (name: string): Operator => (name === 'third' ? MANAGER : OPERATOR);

export async function beginning(): Promise<Beginning> {
	const sim = await Simulation.open(0);
	const { world } = sim;
	for (let i = 0; i < 3; i++) await world.shipment({ temporary: i === 2 });
	await world.cartons(5, 'packed');
	for (const name of PHONES) await sim.phone(name, operatorOf(name));
	for (const phone of sim.phones) phone.kill();
	const stores = new Map(PHONES.map((name, i) => [name, sim.phones[i]!.store]));
	const image = world.image();
	await sim.close();
	return { image, stores };
}

export async function play({ image, stores }: Beginning, seed: number, script: readonly Step[]): Promise<Outcome> {
	const sim = await Simulation.open(seed, { image, seed: false });
	const injected = new Map<string, number>();
	const states = new Set<string>();
	try {
		for (const name of PHONES) await sim.returns(name, operatorOf(name), stores.get(name)!.clone());
		await sim.time.run(3000);
		const run: Run = { sim, ledger: new Ledger(sim), faults: [] };
		for (const step of script) {
			sim.random.restart(step.seed);
			await one(run, step, injected);
			if (step.pause > 0) await sim.time.run(step.pause);
			for (const phone of sim.phones) states.add(stateOf(phone));
		}
		const violations = [...run.faults, ...(await atRest(run, states, injected))];
		return { violations, injected, states, log: logOf(sim) };
	} catch (error) {
		const violations = [`threw ${error instanceof Error ? error.stack : String(error)}`];
		return { violations, injected, states, log: [] };
	} finally {
		failStatement(null);
		await sim.close();
	}
}

async function one(run: Run, { what, phone: index }: Step, injected: Map<string, number>): Promise<void> {
	const { sim } = run;
	const phone = sim.phones[index] ?? sim.phones[index % PHONES.length]!;
	// What the storage refuses is heard by its worker; everything else goes on.
	const heard = (work: Promise<void | false>) => sim.time.during(work.catch(() => undefined));
	if (what === 'desk') await desk(run);
	else if (what === 'scan' || what === 'take back') {
		if (phone.tabs.length > 0) await heard((what === 'scan' ? scan : takeBack)(run, phone));
	} else {
		if ((await heard(Promise.resolve(TROUBLES[what](run, phone)))) === false) return;
		injected.set(what, (injected.get(what) ?? 0) + 1);
	}
}

/** All is well again, everything comes to rest, and every promise that can be checked is. */
async function atRest(run: Run, states: Set<string>, injected: ReadonlyMap<string, number>): Promise<string[]> {
	const { sim, ledger } = run;
	for (const phone of sim.phones) await heal(run, phone);
	// After a restore, whoever does not come is waited for a quarter of an hour.
	await sim.time.runUntil(() => sim.world.store.read(healingNow) === null, 16 * 60_000);
	// What was under way when the line got well may wait for its answer in vain, and then a minute (I19).
	await sim.time.run(TIMEOUT_MS + 62_000);
	const faults = sim
		.active()
		.filter((phone) => phone.queued() > 0)
		.map((phone) => `I19 ${phone.name} still has ${phone.queued()} queued long after healing`);
	await sim.settleAll();
	if (injected.has('a week passes')) faults.push(...(await unforgotten(run)));
	const truth = serverWorld(sim);
	for (const phone of sim.active()) {
		const matches = await sim.time.during(phone.replica.compareDigests());
		if (matches !== true) faults.push(`I15 ${phone.name}'s digest: ${matches}`);
		faults.push(...tableFaults(sim, phone, truth), ...verdictFaults(sim, phone));
	}
	for (const phone of sim.phones.filter(({ isRevoked }) => isRevoked)) faults.push(...revokedFaults(run, phone));
	return [...faults, ...sim.faults(), ...serverFaults(sim), ...ledger.faults(states)];
}

/** [I30] Phones that are started anew forget what is done, durable and more than a week old. */
async function unforgotten({ sim }: Run): Promise<string[]> {
	for (const phone of sim.active()) {
		phone.kill();
		await phone.open();
	}
	await sim.settleAll();
	await sim.time.run(1000);
	const old = new Date(sim.time.now() - WEEK_MS).toISOString();
	return sim.active().flatMap((phone) => {
		const { durableLmid } = phone.state();
		const all = phone.store.content('mutations');
		const isPast = ({ stands, mid, verdict }: (typeof all)[number]) =>
			stands === 'done' && mid <= durableLmid && verdict!.serverTime < old;
		const needed = new Set(all.filter((mutation) => !isPast(mutation)).map(({ undoes }) => undoes));
		const kept = all.filter((mutation) => isPast(mutation) && !needed.has(mutation.uid));
		return kept.map(({ uid }) => `I30 ${phone.name} still keeps ${uid}, which is done for a week`);
	});
}

/** [I26] Nothing of a revoked device was decided after that; what it holds is still there (I17). */
function revokedFaults({ sim }: Run, { name, line, revokedResults }: (typeof sim.phones)[number]): string[] {
	const late = sim.world.value<number>(
		`SELECT count(*) FROM mutation_result JOIN replica ON replica.id = replica_id WHERE device_id = ? AND mutation_result.rowid > ?`,
		line.deviceId,
		revokedResults
	);
	return late === 0 ? [] : [`I26 ${late} mutations of ${name} took effect after it was revoked`];
}

const logOf = ({ world }: Simulation): string[] =>
	world
		.rows<{ uid: string; status: string; answer: string }>(
			`SELECT uid, status, answer FROM mutation_result ORDER BY rowid`
		)
		.map(({ uid, status, answer }) => `${uid} ${status} ${answer}`);

function stateOf(phone: Simulation['phones'][number]): string {
	const stands = new Set(phone.store.content('mutations').map((mutation) => mutation.stands));
	const { needsSnapshot } = phone.state();
	return `phone ${[...stands].sort().join('+')} ${needsSnapshot ?? ''} ${phone.tabs[0]?.lineState?.waits ?? ''}`;
}
