/** What becomes of the queue when the line or the server is bad: I3, I17, I18, I19, I35, and every transport refusal. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import type { TransportRefusal } from '#lib/protocol/envelope.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { readPending, readTodo } from '#lib/sync/queries.ts';
import { serverFaults, tableFaults, verdictFaults } from './server-truth.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

/** A shipment, packed cartons and a phone that knows them. */
async function warehouse(
	cartons: number,
	seed = 1
): Promise<{ phone: SimPhone; shipmentId: string; cartonIds: string[] }> {
	sim = await Simulation.open(seed);
	const shipmentId = await sim.world.shipment();
	const cartonIds = await sim.world.cartons(cartons, 'packed');
	return { phone: await sim.phone('one'), shipmentId, cartonIds };
}

async function assignAll(phone: SimPhone, shipmentId: string, cartonIds: readonly string[]): Promise<string[]> {
	const uids: string[] = [];
	for (const cartonId of cartonIds) {
		const command: Command = { name: 'carton.assign', args: { cartonId, shipmentId } };
		const submitted = await phone.replica.submit(command, { code: cartonId });
		if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
		uids.push(submitted.uid);
	}
	return uids;
}

/** Nothing lost, nothing doubled, level with the server. */
async function expectTruth(phone: SimPhone): Promise<void> {
	await sim.settleAll();
	expect([...sim.faults(), ...serverFaults(sim), ...tableFaults(sim, phone), ...verdictFaults(sim, phone)]).toEqual([]);
	expect(await sim.time.during(phone.replica.compareDigests())).toBe(true);
}

test('[I3] an answer that is lost after the commit costs a second push and nothing else', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(5);
	await sim.time.run(5000);
	phone.line.faults = { ...phone.line.faults, answerLost: 1 };
	await assignAll(phone, shipmentId, cartonIds);
	await sim.time.run(15_000);
	expect(sim.world.value('SELECT count(*) FROM mutation_result')).toBeGreaterThan(0);
	expect(phone.queued()).toBe(5);
	phone.line.faults = { ...phone.line.faults, answerLost: 0 };
	await expectTruth(phone);
	expect(
		sim.world.value(
			`SELECT count(*) FROM mutation_result WHERE status = 'ok' AND replica_id = ?`,
			phone.state().replicaId
		)
	).toBe(5);
});

test('[I3, I31] every call delivered twice, in any order: each uid takes effect once', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(8);
	phone.line.faults = { ...phone.line.faults, duplicated: 1, slow: 5000 };
	for (const cartonId of cartonIds) {
		await assignAll(phone, shipmentId, [cartonId]);
		await sim.time.run(700);
	}
	await sim.time.run(120_000);
	await expectTruth(phone);
	expect(sim.world.value(`SELECT cartons_total FROM shipment WHERE id = ?`, shipmentId)).toBe(8);
});

test('[I17, I18] offline for a day: every scan is pending, in order, and goes through on return', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(20);
	phone.line.online = false;
	await assignAll(phone, shipmentId, cartonIds);
	await sim.time.run(86_400_000);
	expect((await readPending(phone.store)).map(({ mid }) => mid)).toEqual(cartonIds.map((_, i) => i + 1));
	expect(phone.tabs[0]!.lineState).toMatchObject({ connection: 'offline', waits: 'offline' });
	phone.line.online = true;
	expect(await sim.time.runUntil(() => phone.queued() === 0, 60_000)).not.toBeNull();
	await expectTruth(phone);
});

test('[I18] a captive portal is not "offline": the phone says what it met and goes on by itself', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(1);
	phone.line.faults = { ...phone.line.faults, portal: 1 };
	await assignAll(phone, shipmentId, cartonIds);
	await sim.time.run(10_000);
	expect(phone.tabs[0]!.lineState).toMatchObject({ connection: 'offline', waits: 'captive_portal' });
	phone.line.faults = { ...phone.line.faults, portal: 0 };
	expect(await sim.time.runUntil(() => phone.queued() === 0, 60_000)).not.toBeNull();
	await expectTruth(phone);
	expect(phone.tabs[0]!.lineState).toMatchObject({ connection: 'online', waits: null });
});

const WAITING: [TransportRefusal, string | null][] = [
	['device_unknown', 'device_unknown'],
	['device_revoked', 'device_revoked'],
	['too_many_requests', 'busy'],
	['newer_client', 'newer_client'],
	['busy', 'busy'],
	['storage_full', 'storage_full'],
	['healing', 'healing']
];
test.for(WAITING)('[I17, I18, I39] %s decides nothing: the queue waits and says why', async ([refusal, waits]) => {
	const { phone, shipmentId, cartonIds } = await warehouse(2);
	const often = Array.from({ length: 60 }, () => new TransportError(refusal, 'not now', { retryAfterMs: 4000 }));
	phone.line.refusals = often.slice();
	await assignAll(phone, shipmentId, cartonIds);
	await sim.time.run(60_000);
	expect(phone.queued()).toBe(2);
	expect(phone.tabs[0]!.lineState).toMatchObject({ connection: 'online', waits });
	phone.line.refusals = [];
	expect(await sim.time.runUntil(() => phone.queued() === 0, 60_000)).not.toBeNull();
	await expectTruth(phone);
	expect(phone.tabs[0]!.lineState!.waits).toBeNull();
});

test('426 stops the pull alone: what an old program scanned is still decided', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(2);
	const pull = phone.line.pull;
	phone.line.pull = async () => ({ kind: 'refused', refusal: 'upgrade_required', status: 426, retryAfterMs: null });
	await assignAll(phone, shipmentId, cartonIds);
	await sim.time.run(30_000);
	expect(phone.queued()).toBe(0);
	phone.line.pull = pull;
	await expectTruth(phone);
});

test('retryAfter is kept, up to two minutes, whatever is scanned meanwhile', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(3);
	phone.line.refusals = [];
	const pushes: number[] = [];
	const { push } = phone.line;
	phone.line.push = async (input) => {
		pushes.push(sim.time.now());
		return pushes.length === 1 ? { kind: 'refused', refusal: 'busy', status: 503, retryAfterMs: 45_000 } : push(input);
	};
	await assignAll(phone, shipmentId, cartonIds.slice(0, 1));
	await sim.time.run(10_000);
	await assignAll(phone, shipmentId, cartonIds.slice(1));
	await sim.settleAll();
	expect(pushes[1]! - pushes[0]!).toBeGreaterThanOrEqual(45_000);
	expect(pushes[1]! - pushes[0]!).toBeLessThan(46_000);
});

test('[I35] a batch that the server cannot read is halved; the one to blame is dead with its body kept, the rest goes through', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(20);
	phone.line.online = false;
	const uids = await assignAll(phone, shipmentId, cartonIds);
	const { push } = phone.line;
	const sizes: number[] = [];
	phone.line.push = async (input) => {
		sizes.push(input.mutations.length);
		const poisoned = input.mutations.some(({ uid, refusedBy }) => uid === uids[7] && refusedBy === undefined);
		return poisoned ? { kind: 'refused', refusal: 'too_large', status: 413, retryAfterMs: null } : push(input);
	};
	phone.line.online = true;
	phone.replica.syncNow();
	expect(await sim.time.runUntil(() => phone.queued() === 0, 60_000)).not.toBeNull();
	await expectTruth(phone);
	const todo = await readTodo(phone.store);
	expect(todo).toMatchObject([
		{ uid: uids[7], status: 'dead', command: { name: 'carton.assign', args: { cartonId: cartonIds[7] } } }
	]);
	expect(
		sim.world.value(
			`SELECT count(*) FROM mutation_result WHERE status = 'ok' AND replica_id = ?`,
			phone.state().replicaId
		)
	).toBe(19);
	expect(sizes[0]).toBe(20);
});

test('a push holds at most 100 mutations and 256 KB', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(130);
	phone.line.online = false;
	await assignAll(phone, shipmentId, cartonIds);
	const inputs: { n: number; bytes: number }[] = [];
	const { push } = phone.line;
	phone.line.push = async (input) => {
		inputs.push({ n: input.mutations.length, bytes: JSON.stringify(input.mutations).length });
		return push(input);
	};
	phone.line.online = true;
	phone.replica.syncNow();
	await sim.settleAll();
	expect(Math.max(...inputs.map(({ n }) => n))).toBe(100);
	expect(Math.max(...inputs.map(({ bytes }) => bytes))).toBeLessThanOrEqual(256 * 1024);
	await expectTruth(phone);
});

test('a line of 1 kB/s: the batch shrinks until it gets through before the time is up', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(60);
	phone.line.online = false;
	await assignAll(phone, shipmentId, cartonIds);
	const { push } = phone.line;
	phone.line.push = async (input) => {
		const ms = JSON.stringify(input).length;
		await sim.time.sleep(Math.min(ms, 20_000));
		return ms > 20_000 ? { kind: 'silent', why: 'offline' } : push(input);
	};
	phone.line.online = true;
	phone.replica.syncNow();
	expect(await sim.time.runUntil(() => phone.queued() === 0, 300_000)).not.toBeNull();
	await expectTruth(phone);
});

test('[I17] signing out, another operator, a new program and a settled refusal leave the queue as it is', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(3);
	phone.line.online = false;
	await assignAll(phone, shipmentId, cartonIds);
	const before = phone.store.content('mutations');
	await phone.replica.setOperator(null);
	expect(
		await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'X' })
	).toMatchObject({
		kind: 'refused',
		rejection: { code: 'forbidden' },
		keepable: false
	});
	phone.kill();
	await phone.open();
	await phone.replica.settle(before[0]!.uid);
	expect(phone.store.content('mutations')).toEqual(before);
	phone.line.online = true;
	await expectTruth(phone);
	expect(phone.store.content('mutations').map(({ actorId }) => actorId)).toEqual(before.map(({ actorId }) => actorId));
});

test('[I21] each mutation keeps the operator who made it, through a change of hands', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse(2);
	phone.line.online = false;
	await assignAll(phone, shipmentId, cartonIds.slice(0, 1));
	await phone.replica.setOperator({
		personId: 'manager',
		name: 'Test manager',
		structure: 'Entrepôt',
		role: 'manager'
	});
	await assignAll(phone, shipmentId, cartonIds.slice(1));
	phone.line.online = true;
	await expectTruth(phone);
	const actors = sim.world.rows<{ actor: string }>(
		'SELECT actor_id AS actor FROM mutation_result WHERE replica_id = ? ORDER BY mid',
		phone.state().replicaId
	);
	expect(actors.map(({ actor }) => actor)).toEqual(['operator', 'manager']);
});
