/** After a restore: what phones remember is decided again once, in its first order, over all of them (sync §6: I24, I31, I32). */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import type { HealClaim } from '#lib/protocol/healing.ts';
import { readReports } from '#lib/server/sync/restore-report.ts';
import { expectTruth } from './expect-truth.ts';
import type { SimPhone } from './sim-phone.ts';
import { MANAGER, Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

const QUARTER_MS = 15 * 60_000;

let sim: Simulation;
let one: SimPhone;
let two: SimPhone;

beforeEach(async () => {
	sim = await Simulation.open(11);
	one = await sim.phone('one');
	two = await sim.phone('two');
	await sim.settleAll();
	sim.server.backUp();
});
afterEach(() => sim.close());

async function does(phone: SimPhone, command: Command, code = ''): Promise<string> {
	const submitted = await phone.replica.submit(command, { code });
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
	await sim.time.runUntil(() => phone.isQuiet(), 60_000);
	if (phone.line.online && two.line.online) await sim.settleAll();
	return submitted.uid;
}

async function create(phone: SimPhone, n: number): Promise<string> {
	const cartonId = sim.world.id();
	const args = { cartonId, code: `NEW-${n}`, source: 'printed' as const, warehouseId: 'w-paris' };
	await does(phone, { name: 'carton.create', args }, `NEW-${n}`);
	return cartonId;
}
const set = (phone: SimPhone, cartonId: string, was: 'draft' | 'picking', status: 'draft' | 'picking') =>
	does(phone, { name: 'carton.setStatus', args: { cartonId, status, was } });

const restore = () => sim.server.restore(sim.server.backups[0]!);

const log = () =>
	sim.world.rows<{ uid: string; status: string; serverTime: string }>(
		'SELECT uid, status, server_time AS serverTime FROM mutation_result ORDER BY rowid'
	);
const report = () => sim.world.store.read((db) => readReports(db))[0]!;
const codes = () => sim.world.rows<{ code: string }>('SELECT code FROM carton ORDER BY code').map(({ code }) => code);

test('[I24] two phones that come back in the wrong order are decided in the first one', async () => {
	const cartonId = await create(one, 1);
	// Each stands on what the other has just done.
	await set(two, cartonId, 'draft', 'picking');
	await set(one, cartonId, 'picking', 'draft');
	await set(two, cartonId, 'draft', 'picking');
	const before = log();
	one.line.online = false;
	await restore();
	expect(codes()).toEqual([]);
	two.replica.syncNow();
	await sim.time.run(30_000);
	// The other one is waited for.
	expect(codes()).toEqual([]);
	expect(two.line.calls.heal).toBe(1);
	one.line.online = true;
	one.replica.syncNow();
	await expectTruth(sim);
	expect(log()).toEqual(before);
	expect(report()).toMatchObject({ healedAt: expect.any(String), healedBy: null });
});

test('[I24] a phone that does not come is not waited for beyond a quarter of an hour, and heals when it comes', async () => {
	await create(one, 1);
	await create(two, 2);
	one.line.online = false;
	await restore();
	two.replica.syncNow();
	await sim.time.runUntil(() => two.isQuiet(), QUARTER_MS + 120_000);
	expect(codes()).toEqual(['NEW-2']);
	one.line.online = true;
	one.replica.syncNow();
	await expectTruth(sim);
	expect(codes()).toEqual(['NEW-1', 'NEW-2']);
});

test('[I24] what was accepted and is refused now stands in the inbox of the desk; what had been refused is recorded as it was', async () => {
	const cartonId = await create(one, 1);
	await set(two, cartonId, 'draft', 'picking');
	two.line.online = false;
	const stale = await two.replica.submit(
		{
			name: 'carton.create',
			args: { cartonId: sim.world.id(), code: 'NEW-9', source: 'printed', warehouseId: 'w-paris' }
		},
		{ code: 'NEW-9' }
	);
	await create(one, 9);
	two.line.online = true;
	two.replica.syncNow();
	await sim.settleAll();
	expect(log().find(({ uid }) => stale.kind === 'saved' && uid === stale.uid)).toMatchObject({ status: 'rejected' });
	// Phone one is gone for good: nobody knows the cartons that two worked on.
	one.line.online = false;
	await restore();
	two.replica.syncNow();
	await sim.time.runUntil(() => two.isQuiet(), QUARTER_MS + 120_000);
	expect(codes()).toEqual([]);
	const [inbox, ...more] = sim.world.rows<{ command: string; code: string }>('SELECT command, code FROM refusal');
	expect(inbox).toEqual({ command: 'carton.setStatus', code: 'not_found' });
	expect(more).toEqual([]);
	expect(log().map((each) => each.status)).toEqual(['rejected', 'rejected']);
	expect(sim.world.rows('SELECT outcome FROM heal_claim ORDER BY server_time, seq')).toEqual([
		{ outcome: 'refused' },
		{ outcome: 'recorded' }
	]);
});

test('[I24, I31] a server that dies while it heals goes on where it was', async () => {
	await create(one, 1);
	await create(two, 2);
	two.line.online = false;
	await restore();
	one.replica.syncNow();
	await sim.time.run(10_000);
	sim.server.crashAt = 'after commit';
	two.line.online = true;
	two.replica.syncNow();
	await expectTruth(sim);
	expect(codes()).toEqual(['NEW-1', 'NEW-2']);
});

test('an admin waits no longer: what is told is decided now', async () => {
	await create(one, 1);
	two.line.online = false;
	await restore();
	one.replica.syncNow();
	await sim.time.run(10_000);
	expect(codes()).toEqual([]);
	await sim.world.store.endHealing('admin');
	expect(report()).toMatchObject({ healedBy: 'admin' });
	one.replica.syncNow();
	await sim.time.runUntil(() => one.isQuiet(), 60_000);
	expect(codes()).toEqual(['NEW-1']);
});

test('[I24] a phone that claims what a server never lost is refused, and it is told', async () => {
	const { epoch } = sim.world.store;
	const heal = sim.world.store.heal({ epoch, replicaId: one.state().replicaId, claims: [], done: true }, 'device-one');
	await expect(heal).rejects.toMatchObject({ refusal: 'replica_ahead' });
	expect(sim.world.warnings.map(({ event }) => event)).toContain('replica_ahead');
});

test('[I26] a revoked phone heals nothing', async () => {
	await restore();
	await sim.world.raw(`UPDATE device SET status = 'revoked' WHERE id = 'device-one'`);
	const { epoch } = sim.world.store;
	const heal = sim.world.store.heal({ epoch, replicaId: one.state().replicaId, claims: [], done: true }, 'device-one');
	await expect(heal).rejects.toMatchObject({ refusal: 'device_revoked' });
});

test('[I32] a shipment planned before the restore keeps its reference and its tracking link', async () => {
	const destinationId = sim.world.value<string>('SELECT id FROM destination LIMIT 1');
	const shipmentId = sim.world.id();
	const chief = await sim.phone('chief', MANAGER);
	await sim.settleAll();
	// The first backup does not know this phone.
	sim.server.backUp();
	await does(chief, { name: 'shipment.create', args: { shipmentId, destinationId, temporary: true } });
	const given = () =>
		sim.world.rows('SELECT reference, temporary_reference, tracking_token FROM shipment WHERE id = ?', shipmentId);
	const before = given();
	expect(before).toHaveLength(1);
	await sim.server.restore(sim.server.backups[1]!);
	// Somebody at the desk plans one meanwhile.
	await sim.world.shipment();
	for (const phone of sim.phones) phone.replica.syncNow();
	await sim.time.run(30_000);
	await expectTruth(sim);
	expect(given()).toEqual(before);
});

const remembered: HealClaim['verdict'] = {
	status: 'ok',
	rejection: null,
	notes: [],
	assigned: {},
	serverTime: '2026-03-02T08:00:00.000Z'
};

/** A call of phone one, as a program that is not ours might make it. */
const claim = (args: string, done: boolean) =>
	sim.world.store.heal(
		{
			epoch: sim.world.store.epoch,
			replicaId: one.state().replicaId,
			claims: [
				{
					mutation: {
						...{ uid: sim.world.uid(), mid: 1, name: 'carton.create', version: 1, schema: 1, args },
						...{ actorId: 'operator', deviceTime: sim.world.at(), clockOffset: 0 }
					},
					verdict: remembered
				}
			],
			done
		},
		'device-one'
	);

test('[I17] a claim that nobody can read goes to the desk, and keeps nobody waiting', async () => {
	await create(two, 2);
	for (const phone of [one, two]) phone.line.online = false;
	await restore();
	await claim('{ no arguments', true);
	two.line.online = true;
	two.replica.syncNow();
	await sim.time.runUntil(() => two.isQuiet(), 60_000);
	expect(codes()).toEqual(['NEW-2']);
	expect(sim.world.rows('SELECT command, arguments FROM refusal')).toEqual([
		{ command: 'carton.create', arguments: '{}' }
	]);
});

test('[I26] what a phone told before it was revoked has no effect after that, and the desk sees it', async () => {
	for (const phone of [one, two]) phone.line.online = false;
	await restore();
	const args = { cartonId: sim.world.id(), code: 'NEW-7', source: 'printed', warehouseId: 'w-paris' };
	await claim(JSON.stringify(args), true);
	await sim.world.raw(`UPDATE device SET status = 'revoked' WHERE id = 'device-one'`);
	await sim.world.store.endHealing('admin');
	expect(codes()).toEqual([]);
	expect(sim.world.rows('SELECT code FROM refusal')).toEqual([{ code: 'forbidden' }]);
});

test('[I24] a phone that was away during two restores tells what it knows since the first backup', async () => {
	await create(one, 1);
	one.line.online = false;
	await restore();
	await sim.world.store.endHealing('admin');
	await sim.time.run(3_600_000);
	// This backup of the restored server is newer than what phone one knows.
	sim.server.backUp();
	await sim.server.restore(sim.server.backups[1]!);
	one.line.online = true;
	for (const phone of [one, two]) phone.replica.syncNow();
	await sim.time.run(30_000);
	await expectTruth(sim);
	expect(codes()).toEqual(['NEW-1']);
	expect(sim.world.rows('SELECT replica_id, outcome FROM heal_claim')).toEqual([
		{ replica_id: 'replica-one', outcome: 'applied' }
	]);
});
