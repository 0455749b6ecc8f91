/** How rows come home: I11, I12, I13, I15, I27, I28, I29 (the phone's part), I36. */
import { afterEach, expect, test, vi } from 'vitest';
import { readScanLog } from '#lib/sync/queries.ts';
import { changeReplica } from '#lib/sync/state.ts';
import { viewStore, type SetState, type StoredRow } from '#lib/sync/records.ts';
import { SEEDED } from '../support/world.ts';
import { expectTruth } from './expect-truth.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

const liveCartons = (phone: SimPhone): StoredRow<'cartons'>[] => {
	const { live } = phone.store.content('meta').find((record) => record.key === 'set') as SetState;
	return phone.store.content(viewStore(live, 'cartons'));
};

/** Answers with so few rows that a pull takes several pages. */
function smallPages(phone: SimPhone, limit: number): { pages: number[] } {
	const { pull } = phone.line;
	const seen = { pages: [] as number[] };
	phone.line.pull = (input) => {
		seen.pages.push(input.cookie);
		return pull({ ...input, limit });
	};
	return seen;
}

test('[I11, I36] an accepted scan stays shown, once, from its scan to its pull and after', async () => {
	sim = await Simulation.open(1);
	const shipmentId = await sim.world.shipment();
	const [cartonId] = await sim.world.cartons(1, 'packed');
	const phone = await sim.phone('one');
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } }, { code: 'X' });
	const total: (number | undefined)[] = [];
	const look = phone.store.onCommit!;
	phone.store.onCommit = (touched) => {
		look(touched);
		const { live } = phone.store.content('meta').find((record) => record.key === 'set') as SetState;
		total.push(phone.store.content(viewStore(live, 'shipments')).find(({ id }) => id === shipmentId)?.row.cartonsTotal);
	};
	await expectTruth(sim);
	expect(new Set(total)).toEqual(new Set([1]));
	expect(total.length).toBeGreaterThan(3);
});

test('[I28] a pull of several pages shows nothing before its last page', async () => {
	sim = await Simulation.open(2);
	const phone = await sim.phone('one');
	const shipmentId = await sim.world.shipment();
	await sim.world.cartons(12, 'labeled', shipmentId);
	const seen = smallPages(phone, 5);
	const shown = new Set<number>();
	const look = phone.store.onCommit!;
	phone.store.onCommit = (touched) => {
		look(touched);
		shown.add(liveCartons(phone).length);
	};
	phone.replica.syncNow();
	await expectTruth(sim);
	expect(seen.pages.length).toBeGreaterThan(5);
	expect([...shown].sort((a, b) => a - b)).toEqual([0, 12]);
});

test('[I12] pages that arrived before a kill are not fetched again, and nothing is missed', async () => {
	sim = await Simulation.open(3);
	const phone = await sim.phone('one');
	await sim.world.cartons(20, 'packed');
	const seen = smallPages(phone, 7);
	phone.replica.syncNow();
	await sim.time.runUntil(() => phone.store.content('inbox').length >= 3, 60_000);
	const before = phone.store.content('inbox').map(({ cookie }) => cookie);
	expect(before.length).toBeGreaterThanOrEqual(3);
	phone.kill();
	seen.pages = [];
	await sim.world.cartons(3, 'packed');
	await phone.open();
	await expectTruth(sim);
	expect(seen.pages[0]).toBe(before.at(-1));
	expect(phone.store.content('inbox')).toEqual([]);
});

test('[I13] a late answer to an older question changes nothing', async () => {
	sim = await Simulation.open(4);
	const phone = await sim.phone('one');
	await sim.world.cartons(2, 'packed');
	const { pull } = phone.line;
	let old: Awaited<ReturnType<typeof pull>> | null = null;
	phone.line.pull = async (input) => {
		const answer = await pull(input);
		old ??= answer;
		return answer;
	};
	phone.replica.syncNow();
	await sim.settleAll();
	await sim.world.cartons(2, 'packed');
	phone.replica.syncNow();
	await sim.settleAll();
	const cookie = phone.state().cookie;
	phone.line.pull = async () => old!;
	phone.replica.syncNow();
	await sim.time.run(3000);
	expect(phone.state().cookie).toBe(cookie);
	phone.line.pull = pull;
	await expectTruth(sim);
});

test('[I28] a snapshot that breaks off shows nothing of itself, and the scans go on meanwhile', async () => {
	sim = await Simulation.open(5);
	const shipmentId = await sim.world.shipment();
	const cartonIds = await sim.world.cartons(30, 'packed');
	const phone = await sim.phone('one');
	await changeReplica(phone.store, () => ({ needsSnapshot: 'floor' }));
	phone.line.faults = { ...phone.line.faults, torn: 1, slow: 400 };
	phone.replica.syncNow();
	for (const cartonId of cartonIds) {
		expect(
			await phone.replica.submit({ name: 'carton.assign', args: { cartonId, shipmentId } }, { code: 'X' })
		).toMatchObject({ kind: 'saved' });
		await sim.time.run(300);
	}
	expect(phone.line.calls.snapshot).toBeGreaterThan(2);
	expect(liveCartons(phone)).toHaveLength(30);
	phone.line.faults = { ...phone.line.faults, torn: 0 };
	await expectTruth(sim);
	expect(phone.state().needsSnapshot).toBeNull();
});

test('[I28] a snapshot that does not add up is not shown', async () => {
	sim = await Simulation.open(6);
	await sim.world.cartons(10, 'packed');
	const phone = await sim.phone('one');
	const { snapshot } = phone.line;
	phone.line.snapshot = (input, sink) =>
		snapshot(input, { begin: (header) => sink.begin(header), rows: (lines) => sink.rows(lines.slice(1)) });
	await changeReplica(phone.store, () => ({ needsSnapshot: 'floor' }));
	phone.replica.syncNow();
	await sim.time.run(20_000);
	expect(phone.line.calls.snapshot).toBeGreaterThan(2);
	expect(liveCartons(phone)).toHaveLength(10);
	expect(phone.state().needsSnapshot).toBe('floor');
	phone.line.snapshot = snapshot;
	await expectTruth(sim);
});

test('[I27] a phone that changes its warehouse gets the rows of the new one and keeps none of the old', async () => {
	sim = await Simulation.open(7);
	await sim.world.cartons(4, 'packed');
	const phone = await sim.phone('one');
	expect(liveCartons(phone)).toHaveLength(4);
	phone.kill();
	await changeReplica(phone.store, () => ({ warehouseId: SEEDED.warehouses[1] }));
	await phone.open();
	await sim.time.run(30_000);
	await expectTruth(sim);
	expect(liveCartons(phone)).toHaveLength(0);
});

test('[I23, I29] a reset asked by the server keeps the queue, and the fold is made anew over the new rows', async () => {
	sim = await Simulation.open(8);
	const shipmentId = await sim.world.shipment();
	const [a, b] = await sim.world.cartons(2, 'packed');
	const phone = await sim.phone('one');
	// The snapshot that is served for five minutes would stand below the new floor.
	await sim.time.run(6 * 60_000);
	const { push } = phone.line;
	phone.line.push = () => sim.time.sleep(100).then(() => ({ kind: 'silent', why: 'offline' }));
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: a!, shipmentId } }, { code: 'A' });
	await sim.world.desk({ name: 'carton.assign', args: { cartonId: b!, shipmentId } });
	await sim.world.raw(`UPDATE sync_meta SET floor_seq = (SELECT seq FROM sqlite_sequence WHERE name = 'change')`);
	const queue = phone.store.content('mutations').map(({ uid, mid }) => ({ uid, mid }));
	phone.replica.syncNow();
	await sim.time.run(30_000);
	expect(phone.line.calls.snapshot).toBe(2);
	expect(phone.store.content('mutations').map(({ uid, mid }) => ({ uid, mid }))).toEqual(queue);
	expect(liveCartons(phone).map(({ row }) => row.status)).toEqual(['assigned', 'assigned']);
	phone.line.push = push;
	await expectTruth(sim);
});

const create = (phone: SimPhone, code: string) =>
	phone.replica.submit(
		{ name: 'carton.create', args: { cartonId: sim.world.id(), code, source: 'printed', warehouseId: 'w-paris' } },
		{ code }
	);

test('[I15] rows that differ are found by the digest and replaced once in six hours, and the phone says so', async () => {
	sim = await Simulation.open(9);
	await sim.world.cartons(3, 'packed');
	const phone = await sim.phone('one');
	await sim.settleAll();
	phone.store.onCommit = null;
	const spoil = async () => {
		const { live } = phone.store.content('meta').find((record) => record.key === 'set') as SetState;
		const name = viewStore(live, 'cartons');
		const [row] = phone.store.content(name);
		await phone.store.transaction('write', [name], (tx) =>
			tx.put(name, [{ ...row!, row: { ...row!.row, code: 'SPOILED' } }])
		);
	};
	await spoil();
	expect(await sim.time.during(phone.replica.compareDigests())).toBe(false);
	expect(phone.state()).toMatchObject({ headMatches: false, mismatchTables: ['cartons'], needsSnapshot: 'digest' });
	phone.replica.syncNow();
	await sim.time.run(10_000);
	await sim.settleAll();
	expect(await sim.time.during(phone.replica.compareDigests())).toBe(true);
	expect(phone.line.calls.snapshot).toBe(2);
	await spoil();
	expect(await sim.time.during(phone.replica.compareDigests())).toBe(false);
	await sim.time.run(3_600_000);
	expect(phone.line.calls.snapshot).toBe(2);
	await sim.time.run(6 * 3_600_000);
	expect(phone.line.calls.snapshot).toBe(3);
	expect(phone.state().headMatches).toBe(true);
});

test('[I15] digests are not compared while something is undecided', async () => {
	sim = await Simulation.open(10);
	const phone = await sim.phone('one');
	phone.line.push = async () => ({ kind: 'silent', why: 'offline' });
	await create(phone, 'N');
	const { digest } = phone.line.calls;
	expect(await sim.time.during(phone.replica.compareDigests())).toBeNull();
	expect(phone.line.calls.digest).toBe(digest);
});

test('[I15] by themselves digests are compared while nobody works, and counting ends with the first scan', async () => {
	sim = await Simulation.open(12);
	const phone = await sim.phone('one');
	await sim.time.run(60_000);
	expect(phone.state().headMatches).toBe(true);
	const compared = phone.line.calls.digest;
	// Due again in a quarter of an hour, while somebody scans.
	for (let n = 0; n < 16 * 6; n++) {
		await create(phone, `NEW-${n}`);
		await sim.time.run(10_000);
	}
	expect(phone.line.calls.digest).toBe(compared);
	await sim.time.run(120_000);
	expect(phone.line.calls.digest).toBe(compared + 1);
	// The server's sums are on their way when the next one is scanned.
	const { digest } = phone.line;
	phone.line.digest = async (input) => {
		const answer = await digest(input);
		await create(phone, 'LAST');
		return answer;
	};
	expect(await sim.time.during(phone.replica.compareDigests())).toBeNull();
	phone.line.digest = digest;
	await sim.settleAll();
	expect(await sim.time.during(phone.replica.compareDigests())).toBe(true);
});

test('[I18] a colleague changed the carton meanwhile: the scan is refused, the next one on it says why, the carton shows the truth', async () => {
	sim = await Simulation.open(11);
	const shipmentId = await sim.world.shipment();
	const cartonIds = await sim.world.cartons(2, 'labeled', shipmentId);
	const [extra] = await sim.world.cartons(1, 'packed');
	const phone = await sim.phone('one');
	phone.line.online = false;
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: extra!, shipmentId } }, { code: 'EXTRA' });
	await phone.replica.submit({ name: 'carton.label', args: { cartonId: extra!, shipmentId } }, { code: 'EXTRA' });
	await phone.replica.submit(
		{ name: 'carton.move', args: { cartonId: cartonIds[0]!, locationId: 'l-a1', was: null } },
		{ code: 'OTHER' }
	);
	await sim.world.track(shipmentId, 'planning_ok');
	await sim.world.track(shipmentId, 'planned');
	phone.line.online = true;
	await expectTruth(sim);
	const [assigned, labelled, moved] = phone.store.content('mutations');
	expect([assigned!.verdict, labelled!.verdict, moved!.verdict]).toMatchObject([
		{ status: 'rejected', rejection: { code: 'shipment_locked' } },
		{ status: 'rejected', detail: { causedBy: assigned!.uid } },
		{ status: 'ok' }
	]);
	expect(liveCartons(phone).find(({ id }) => id === extra)!.row).toMatchObject({ status: 'packed', shipmentId: null });
	expect((await readScanLog(phone.store, 10)).map(({ fate, code }) => [code, fate])).toEqual([
		['OTHER', 'accepted'],
		['EXTRA', 'rejected'],
		['EXTRA', 'rejected']
	]);
});
