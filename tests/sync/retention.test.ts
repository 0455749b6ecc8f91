/** What a phone forgets, and what it never does. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Submitted } from '#lib/sync/client.ts';
import { readScanLog } from '#lib/sync/queries.ts';
import { forget, SCANS_KEPT } from '#lib/sync/retention.ts';
import { changeReplica } from '#lib/sync/state.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';
import { scan as aScan } from './store-contract.ts';

vi.setConfig({ testTimeout: 30_000 });

const WEEK_AND_A_DAY_MS = 8 * 86_400_000;
let sim: Simulation;
afterEach(() => sim.close());

async function warehouse(): Promise<{ phone: SimPhone; shipmentId: string; cartonIds: string[] }> {
	sim = await Simulation.open(1);
	const shipmentId = await sim.world.shipment();
	const cartonIds = await sim.world.cartons(2, 'packed');
	return { phone: await sim.phone('one'), shipmentId, cartonIds };
}

const savedUid = (submitted: Submitted): string => {
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
	return submitted.uid;
};

test('[I30] the log of scans is bounded and says when it dropped some; what is done is forgotten after a week, its fate is not', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	phone.store.onCommit = null;
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'A' });
	await sim.settleAll();
	const clock = { now: () => sim.time.now() };
	await forget(phone.store, clock);
	expect(phone.store.content('mutations')).toHaveLength(1);
	phone.kill();
	await sim.time.run(WEEK_AND_A_DAY_MS);
	await forget(phone.store, clock);
	expect(phone.store.content('mutations')).toHaveLength(0);
	expect(await readScanLog(phone.store, 5)).toMatchObject([{ code: 'A', fate: 'accepted', command: 'carton.assign' }]);
	const many = Array.from({ length: SCANS_KEPT + 5 }, (_, i) => aScan(`z${String(i).padStart(6, '0')}`));
	await phone.store.transaction('write', ['scanlog'], (tx) => tx.put('scanlog', many));
	await forget(phone.store, clock);
	expect(phone.store.content('scanlog')).toHaveLength(SCANS_KEPT);
	expect(phone.store.content('meta').find((record) => record.key === 'scanlog')).toMatchObject({ trimmed: true });
	await phone.open();
	const next = savedUid(
		await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[1]!, shipmentId } }, { code: 'B' })
	);
	expect(phone.store.content('mutations')).toMatchObject([{ uid: next, mid: 2 }]);
});

test('[I17] what is undecided or refused is never forgotten', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	phone.line.online = false;
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'A' });
	await sim.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: 'd1', reason: 'manque' } });
	phone.line.online = true;
	await sim.settleAll();
	phone.line.online = false;
	await phone.replica.submit(
		{ name: 'carton.move', args: { cartonId: cartonIds[1]!, locationId: 'l-a1', was: null } },
		{ code: 'B' }
	);
	await changeReplica(phone.store, () => ({ durableLmid: 99 }));
	phone.kill();
	await sim.time.run(90 * 86_400_000);
	await forget(phone.store, { now: () => sim.time.now() });
	expect(phone.store.content('mutations').map(({ stands }) => stands)).toEqual(['todo', 'queued']);
});

test('[I14, I38] what a scan takes back that is still on its way is not forgotten', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	const assign = { name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } } as const;
	const uid = savedUid(await phone.replica.submit(assign, { code: 'A' }));
	await sim.settleAll();
	phone.line.online = false;
	savedUid(await phone.replica.undo(uid));
	await forget(phone.store, { now: () => sim.time.now() + WEEK_AND_A_DAY_MS });
	expect(phone.store.content('mutations').map(({ stands }) => stands)).toEqual(['done', 'queued']);
	phone.line.online = true;
	await sim.settleAll();
	await forget(phone.store, { now: () => sim.time.now() + WEEK_AND_A_DAY_MS });
	expect(phone.store.content('mutations')).toEqual([]);
	expect(phone.faults).toEqual([]);
});

test('[I14, I24] what a scan took back is remembered as long as the scan is, which a restore may send again', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	const assign = { name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } } as const;
	const uid = savedUid(await phone.replica.submit(assign, { code: 'A' }));
	savedUid(await phone.replica.undo(uid));
	await sim.settleAll();
	await changeReplica(phone.store, () => ({ durableLmid: 1 }));
	const aWeekLater = { now: () => sim.time.now() + WEEK_AND_A_DAY_MS };
	await forget(phone.store, aWeekLater);
	expect(phone.store.content('mutations').map(({ mid, stands }) => `${mid} ${stands}`)).toEqual(['1 done', '2 done']);
	await changeReplica(phone.store, () => ({ durableLmid: 2 }));
	await forget(phone.store, aWeekLater);
	expect(phone.store.content('mutations')).toEqual([]);
});
