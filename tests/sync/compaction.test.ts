/** [I29] History leaves the feed while phones are away: a reset, never a hole, and no queue is touched (I23). */
import { afterEach, expect, test, vi } from 'vitest';
import { compactFeed, markFeed, SLICE } from '#lib/server/store/compact.ts';
import { expectTruth } from './expect-truth.ts';
import { Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

const NOT_ABORTED = { dryRun: false, signal: new AbortController().signal };

test('[I29, I23] a phone below the floor gets a reset, loads a snapshot, keeps its queue, and ends equal', async () => {
	sim = await Simulation.open(29);
	const { store } = sim.world;
	const shipmentId = await sim.world.shipment();
	const [cartonId] = await sim.world.cartons(1, 'packed');
	const phone = await sim.phone('one');
	await sim.settleAll();
	const before = phone.state().cookie!;
	const { push } = phone.line;
	phone.line.push = () => sim.time.sleep(100).then(() => ({ kind: 'silent', why: 'offline' }));
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } }, { code: 'X' });
	const queue = () => phone.store.content('mutations').map(({ uid, mid, verdict }) => ({ uid, mid, verdict }));
	const queued = queue();
	phone.kill();
	await sim.world.cartons(3, 'packed');
	await store.write((db) => markFeed(db, '2026-03-10T03:30:00.000Z'));
	await sim.world.cartons(2, 'packed');
	const head = sim.world.value<number>(`SELECT seq FROM sqlite_sequence WHERE name = 'change'`);

	expect(await compactFeed(store, '2026-03-10T03:00:00.000Z', NOT_ABORTED)).toEqual({ floorSeq: 0, changes: 0 });
	const rehearsed = await compactFeed(store, '2026-03-10T04:00:00.000Z', { ...NOT_ABORTED, dryRun: true });
	expect(sim.world.value('SELECT floor_seq FROM sync_meta')).toBe(0);
	const done = await compactFeed(store, '2026-03-10T04:00:00.000Z', NOT_ABORTED);
	expect(done).toEqual(rehearsed);
	expect(done.floorSeq).toBeGreaterThan(before);
	expect(done.floorSeq).toBeLessThan(head);
	expect(sim.world.value('SELECT min(seq) FROM change')).toBe(done.floorSeq + 1);

	// Away for so long that the snapshot of its first start is not served any more.
	await sim.time.run(6 * 60_000);
	await phone.open();
	phone.line.push = () => sim.time.sleep(100).then(() => ({ kind: 'silent', why: 'offline' }));
	await sim.time.run(60_000);
	expect(phone.line.calls.snapshot).toBeGreaterThan(0);
	expect(phone.state().cookie).toBeGreaterThanOrEqual(done.floorSeq);
	expect(queue()).toEqual(queued);
	phone.line.push = push;
	await expectTruth(sim);
	const compared = phone.replica.compareDigests();
	await sim.time.run(5_000);
	expect(await compared).toBe(true);
	expect(phone.store.content('mutations')[0]).toMatchObject({ uid: queued[0]!.uid, verdict: { status: 'ok' } });
	expect(sim.world.value('SELECT shipment_id FROM carton WHERE id = ?', cartonId)).toBe(shipmentId);
});

test('[I29] it goes in slices, ends when it is told to, and the next call goes on', async () => {
	sim = await Simulation.open(30);
	const { store } = sim.world;
	await store.write((db) =>
		db
			.prepare(
				`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO change (scope, "table", row_id, op) SELECT 'desk', 'cartons', 'x', 'put' FROM n`
			)
			.run(2 * SLICE)
	);
	await store.write((db) => markFeed(db, '2026-03-01T00:00:00.000Z'));
	const abort = new AbortController();
	const all = sim.world.value<number>('SELECT count(*) FROM change');
	const { write } = store;
	let writes = 0;
	const stopping: typeof write = (work) => {
		if (++writes === 2) abort.abort();
		return write(work);
	};
	const first = await compactFeed({ read: store.read, write: stopping }, '2026-03-02T00:00:00.000Z', {
		dryRun: false,
		signal: abort.signal
	});
	expect(first.changes).toBe(SLICE);
	const rest = await compactFeed(store, '2026-03-02T00:00:00.000Z', NOT_ABORTED);
	expect(rest).toEqual({ floorSeq: first.floorSeq, changes: all - SLICE });
	expect(sim.world.value('SELECT count(*) FROM change')).toBe(0);
});
