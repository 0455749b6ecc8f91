/** Who a replica is to the server, and what happens when the two disagree: I5, I13, I20, I23, I24 (the order over several phones is heal.test.ts's), I31. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { changeReplica } from '#lib/sync/state.ts';
import { expectTruth } from './expect-truth.ts';
import type { MemoryStore } from './memory-store.ts';
import { serverFaults } from './server-truth.ts';
import { SimPhone } from './sim-phone.ts';
import { OPERATOR, Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

const create = (n: number) => ({
	name: 'carton.create' as const,
	args: { cartonId: sim.world.id(), code: `NEW-${n}`, source: 'printed' as const, warehouseId: 'w-paris' }
});

async function scan(phone: SimPhone, ...numbers: number[]): Promise<void> {
	for (const n of numbers) {
		const submitted = await phone.replica.submit(create(n), { code: `NEW-${n}` });
		if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
	}
}

const codes = (): string[] =>
	sim.world.rows<{ code: string }>(`SELECT code FROM carton ORDER BY code`).map(({ code }) => code);

/** The same stored profile on another machine, as a cloned disk or a copied browser profile gives. */
async function clone(original: SimPhone, name: string, deviceId: string): Promise<SimPhone> {
	const copy = new SimPhone(sim, name, deviceId, OPERATOR);
	await copyStore(original.store, copy.store);
	sim.phones.push(copy);
	await copy.open();
	return copy;
}

async function copyStore(from: MemoryStore, to: MemoryStore): Promise<void> {
	const names = from.names();
	await to.transaction('write', names, async (tx) => {
		for (const name of names) await tx.put(name, from.content(name) as never[]);
	});
}

test.for(['same device', 'another device'])(
	'[I5, I31] a cloned profile on %s: both go on, shared scans count once',
	async (where) => {
		sim = await Simulation.open(3);
		const one = await sim.phone('one');
		one.line.online = false;
		await scan(one, 1, 2);
		if (where === 'another device') await sim.world.device('device-clone');
		const two = await clone(one, 'two', where === 'same device' ? 'device-one' : 'device-clone');
		two.line.online = false;
		await scan(one, 3);
		await scan(two, 4, 5);
		one.line.online = true;
		await sim.time.run(10_000);
		two.line.online = true;
		await expectTruth(sim);
		expect(codes()).toEqual(['NEW-1', 'NEW-2', 'NEW-3', 'NEW-4', 'NEW-5']);
		expect(two.state().replicaId).not.toBe(one.state().replicaId);
		// On another device they come under a new name; on one, they do if the pull has not brought their verdicts before.
		const again = sim.world.value<number>(`SELECT count(*) FROM mutation_duplicate`);
		expect(where === 'same device' ? [0, 2] : [2]).toContain(again);
		expect([one, two].map((phone) => phone.store.content('mutations').length)).toEqual([3, 4]);
	}
);

test('[I14, I5] what was decided before its turn takes effect in that order under the new name', async () => {
	sim = await Simulation.open(3);
	const one = await sim.phone('one');
	await scan(one, 1);
	await sim.settleAll();
	const copy = await sim.copyOf(one);
	one.line.online = false;
	await scan(copy, 2);
	await sim.time.run(10_000);
	// Ours of the same number is another one, and what takes it back arrives without it.
	const [{ id: cartonId }] = sim.world.rows<{ id: string }>(`SELECT id FROM carton WHERE code = 'NEW-1'`) as [
		{ id: string }
	];
	const status = { cartonId, status: 'picking', was: 'draft' } as const;
	const submitted = await one.replica.submit({ name: 'carton.setStatus', args: status }, { code: 'NEW-1' });
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
	await one.replica.undo(submitted.uid);
	one.line.tearsPush = true;
	one.line.online = true;
	one.replica.syncNow();
	await expectTruth(sim);
	expect(one.state().replicaId).not.toBe(copy.state().replicaId);
	expect(sim.world.value(`SELECT status FROM carton WHERE id = ?`, cartonId)).toBe('picking');
});

test('[I10, I15] a tab asks for nothing under a name that another tab took until the server knows it', async () => {
	sim = await Simulation.open(3);
	sim.noLocks = true;
	const one = await sim.phone('one');
	await one.open();
	await sim.time.run(3000);
	const copy = await sim.copyOf(one);
	one.line.online = false;
	await scan(copy, 1);
	await sim.time.run(10_000);
	await scan(one, 2);
	const { hello, push, snapshot } = one.line;
	one.line.hello = async (input) => {
		if (input.replicaId !== 'replica-one') await sim.time.sleep(5000);
		return hello(input);
	};
	one.line.push = async (input) => {
		const answer = await push(input);
		if (answer.kind === 'refused')
			sim.time.after(100, () => {
				void changeReplica(one.store, () => ({ needsSnapshot: 'behind' })).then(() => one.tabs[1]!.replica.syncNow());
			});
		return answer;
	};
	const known: boolean[] = [];
	one.line.snapshot = (input, sink) => {
		known.push(sim.world.value<number>(`SELECT count(warehouse_id) FROM replica WHERE id = ?`, input.replicaId) === 1);
		return snapshot(input, sink);
	};
	one.line.online = true;
	one.replica.syncNow();
	await expectTruth(sim);
	expect(one.state().replicaId).not.toBe(copy.state().replicaId);
	expect(new Set(known)).toEqual(new Set([true]));
});

test('[I32] a replica that takes a new name gives its leased numbers back', async () => {
	sim = await Simulation.open(4);
	const one = await sim.phone('one');
	const leased = one.state().leases;
	const two = await clone(one, 'two', 'device-one');
	two.line.online = false;
	await scan(one, 1);
	await sim.time.run(5000);
	await scan(two, 2);
	two.line.online = true;
	await expectTruth(sim);
	expect(leased).not.toEqual([]);
	expect(two.state().leases.some(({ from }) => leased.some((lease) => lease.from === from))).toBe(false);
});

test('[I4] one gap is asked again; a lasting one means a snapshot and new numbers, and every scan is decided', async () => {
	sim = await Simulation.open(5);
	const one = await sim.phone('one');
	one.line.online = false;
	await scan(one, 1, 2, 3);
	const { push } = one.line;
	let gaps = 2;
	one.line.push = (input) =>
		gaps-- > 0 ? Promise.resolve({ kind: 'refused', refusal: 'gap', status: 409, retryAfterMs: null }) : push(input);
	one.line.online = true;
	one.replica.syncNow();
	await expectTruth(sim);
	expect(one.line.calls.snapshot).toBe(2);
	expect(codes()).toEqual(['NEW-1', 'NEW-2', 'NEW-3']);
});

/** A server on disk, whose file is put back as it was when `remember` was called. */
async function restorable(seed: number) {
	sim = await Simulation.open(seed, { on: 'disk' });
	const file = sim.world.file;
	const copies = ['', '-wal', '-shm'].map((suffix) => [file + suffix, `${file}${suffix}.kept`] as const);
	return {
		remember: () => sim.world.restart(() => copies.forEach(([from, to]) => existsSync(from) && cpSync(from, to))),
		restore: () =>
			sim.world.restart(() => {
				for (const [from, to] of copies) {
					rmSync(from, { force: true });
					if (existsSync(to)) cpSync(to, from);
				}
			})
	};
}

/** After the backup phone two scans, and only then what phone one scanned out of range is on its way. */
async function oneComesLater(seed: number, scans: { one: number[]; two: number[] }) {
	const backup = await restorable(seed);
	const one = await sim.phone('one');
	const two = await sim.phone('two');
	await backup.remember();
	one.line.online = false;
	await scan(one, ...scans.one);
	await scan(two, ...scans.two);
	await sim.time.run(5000);
	one.line.online = true;
	return { backup, one, two };
}

test('[I13, I23, I24, I31] a backup put back: the phone brings what the server lost, once, and takes nothing back', async () => {
	const backup = await restorable(6);
	const one = await sim.phone('one');
	const two = await sim.phone('two');
	await scan(one, 1, 2);
	await scan(two, 11);
	await sim.settleAll();
	await backup.remember();
	await scan(one, 3, 4);
	await scan(two, 12);
	await sim.settleAll();
	one.line.online = false;
	await scan(one, 5);
	const epoch = one.state().epoch;
	await backup.restore();
	expect(codes()).toEqual(['NEW-1', 'NEW-11', 'NEW-2']);
	one.line.online = true;
	for (const phone of [one, two]) phone.replica.syncNow();
	await expectTruth(sim);
	expect(one.state().epoch).not.toBe(epoch);
	expect(codes()).toEqual(['NEW-1', 'NEW-11', 'NEW-12', 'NEW-2', 'NEW-3', 'NEW-4', 'NEW-5']);
	expect(one.store.content('mutations').map(({ verdict }) => verdict?.status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
});

test('[I24] after a restore, what had been refused is not tried again', async () => {
	const { backup, one, two } = await oneComesLater(7, { one: [1], two: [1, 2] });
	await scan(one, 3);
	await sim.settleAll();
	const refused = one.store.content('mutations').find(({ verdict }) => verdict?.status === 'rejected')!;
	expect(refused.verdict!.rejection!.code).toBe('code_taken');
	// Only phone one comes back: the code is free again, yet nobody scanned anything.
	two.line.online = false;
	await backup.restore();
	one.replica.syncNow();
	// The other phone is waited for, a quarter of an hour at most.
	await sim.time.runUntil(() => one.isQuiet(), 20 * 60_000);
	expect(codes()).toEqual(['NEW-3']);
	two.line.online = true;
	await sim.settleAll();
	expect(codes()).toEqual(['NEW-1', 'NEW-2', 'NEW-3']);
	expect([...sim.faults(), ...serverFaults(sim)]).toEqual([]);
});

test('[I24] a phone that was about to load a snapshot hears with it that the server was restored', async () => {
	const backup = await restorable(10);
	const one = await sim.phone('one');
	await backup.remember();
	await scan(one, 1);
	await sim.settleAll();
	await backup.restore();
	await changeReplica(one.store, () => ({ needsSnapshot: 'behind' }));
	one.replica.syncNow();
	await sim.time.run(30_000);
	expect(one.isQuiet()).toBe(true);
	expect(codes()).toEqual(['NEW-1']);
	expect(one.line.calls.snapshot).toBe(3);
});

test('[I4, I24] what stays refused after a restore leaves no hole in the count', async () => {
	const { backup, one } = await oneComesLater(11, { one: [1, 2], two: [2] });
	await sim.settleAll();
	expect(one.store.content('mutations').map(({ verdict }) => verdict?.status)).toEqual(['ok', 'rejected']);
	await backup.restore();
	await sim.settleAll();
	const { snapshot } = one.line.calls;
	await scan(one, 3);
	await expectTruth(sim);
	expect(one.line.calls.snapshot).toBe(snapshot);
	expect(codes()).toEqual(['NEW-1', 'NEW-2', 'NEW-3']);
});

test('[I13] the server says that a replica is ahead of it: the same path, without a new epoch', async () => {
	sim = await Simulation.open(8);
	const one = await sim.phone('one');
	await scan(one, 1);
	await sim.settleAll();
	one.line.refusals = [new TransportError('replica_ahead', 'you know more than I do')];
	one.replica.syncNow();
	await sim.time.run(30_000);
	await scan(one, 2);
	await expectTruth(sim);
	expect(codes()).toEqual(['NEW-1', 'NEW-2']);
});

test('[I20] two tabs that both drain, all the time, cause no duplicate', async () => {
	sim = await Simulation.open(9);
	sim.noLocks = true;
	const one = await sim.phone('one');
	await one.open();
	one.line.faults = { ...one.line.faults, answerLost: 0.3, duplicated: 0.3, slow: 2000 };
	for (let n = 0; n < 30; n++) {
		await one.tabs[n % 2]!.replica.submit(create(n), { code: `NEW-${n}` });
		await sim.time.run(300);
	}
	one.line.faults = { ...one.line.faults, answerLost: 0, duplicated: 0 };
	await expectTruth(sim);
	expect(codes()).toHaveLength(30);
});
