/** Turns of the rebase that random work reaches seldom: a code that comes free again, a replay that takes another path (sync §5). */
import { afterEach, expect, test, vi } from 'vitest';
import { readPending } from '#lib/sync/queries.ts';
import { rebase } from '#lib/sync/rebase.ts';
import { viewStore, viewStores } from '#lib/sync/records.ts';
import { readState } from '#lib/sync/state.ts';
import { foldOf } from '#lib/sync/verdicts.ts';
import { foldFaults, viewWorld } from './oracle.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

const silent = (phone: SimPhone): void => {
	phone.line.push = () => sim.time.sleep(50).then(() => ({ kind: 'silent', why: 'offline' }));
};

async function pulled(phone: SimPhone): Promise<void> {
	phone.replica.syncNow();
	await sim.time.run(3000);
}

test('[I14, I18] a code that a colleague took is expected to be refused, and no longer once it is free again', async () => {
	sim = await Simulation.open(1);
	const phone = await sim.phone('one');
	const { push } = phone.line;
	silent(phone);
	const create = (cartonId: string) => ({
		name: 'carton.create' as const,
		args: { cartonId, code: 'SAME', source: 'printed' as const, warehouseId: 'w-paris' }
	});
	await phone.replica.submit(create('mine'), { code: 'SAME' });
	await sim.world.desk(create('theirs'));
	await pulled(phone);
	expect(await readPending(phone.store)).toMatchObject([{ conflict: { code: 'code_taken' } }]);
	await sim.world.desk({ name: 'carton.discard', args: { cartonId: 'theirs' } });
	await pulled(phone);
	expect(await readPending(phone.store)).toMatchObject([{ conflict: null }]);
	phone.line.push = push;
	await sim.settleAll();
	expect(
		sim.world.value(`SELECT status FROM mutation_result WHERE uid = ?`, phone.store.content('mutations')[0]!.uid)
	).toBe('ok');
	expect(sim.faults()).toEqual([]);
});

test('[I14, I38] an undo of what a colleague stood in the way of takes it back when the way is free again', async () => {
	sim = await Simulation.open(3);
	const shipmentId = await sim.world.shipment();
	const [cartonId] = await sim.world.cartons(1, 'packed');
	const phone = await sim.phone('one');
	silent(phone);
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } }, { code: 'A' });
	await phone.replica.undo(phone.store.content('mutations')[0]!.uid);
	await sim.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: 'd', reason: 'abîmé' } });
	await pulled(phone);
	expect(await readPending(phone.store)).toMatchObject([{ conflict: { code: 'shipment_disputed' } }, {}]);
	await sim.world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId: 'd' } });
	await pulled(phone);
	expect(foldFaults(phone.store)).toEqual([]);
	const { live } = phone.store.content('meta').find((record) => record.key === 'set') as { live: 'a' | 'b' };
	expect(phone.store.content(viewStore(live, 'cartons'))[0]?.row).toMatchObject({ status: 'packed', shipmentId: null });
});

test('[I14, I22] a queue that an older program made, whose rule noted less of what it touched, still replays right', async () => {
	sim = await Simulation.open(2);
	const [first, second] = [await sim.world.shipment(), await sim.world.shipment()];
	const [carton, other] = await sim.world.cartons(2, 'packed');
	await sim.world.desk({ name: 'carton.assign', args: { cartonId: carton!, shipmentId: first } });
	const phone = await sim.phone('one');
	silent(phone);
	// The first names no shipment: it acts on the one that the carton is in. The second knows nothing of that carton.
	await phone.replica.submit({ name: 'carton.remove', args: { cartonId: carton! } }, { code: 'A' });
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: other!, shipmentId: second } }, { code: 'B' });
	const lookup = (key: string) => key.startsWith('cartonsOf:');
	phone.store.onCommit = null;
	await phone.store.transaction('write', ['mutations'], async (tx) => {
		const queue = await tx.list('mutations');
		await tx.put(
			'mutations',
			queue.map((mutation) => ({ ...mutation, writes: mutation.writes.filter((key) => !lookup(key)) }))
		);
	});
	const { live } = phone.store.content('meta').find((record) => record.key === 'set') as { live: 'a' | 'b' };
	// A feed would bring the shipments' counts along; here only the carton moves, so that only the replay leads to the second.
	await phone.store.transaction('write', ['meta', 'mutations', 'base', ...viewStores(live)], async (tx) => {
		const { replica, set } = await readState(tx);
		const [base] = await tx.get('base', [`cartons:${carton}`]);
		const row = { ...base!.stored!.row, shipmentId: second };
		const patch = new Map([
			[`cartons:${carton}`, { table: 'cartons' as const, id: carton!, stored: { version: 9, row } }]
		]);
		await rebase(tx, {
			set: set.live,
			replicaId: replica.replicaId,
			patch,
			leaving: [],
			fold: await foldOf(tx, replica.lmid)
		});
	});
	expect(foldFaults(phone.store)).toEqual([]);
});

test('[I11] what the server knows already, with its rows here and its verdict not, is not done once more over them', async () => {
	sim = await Simulation.open(1);
	const shipmentId = await sim.world.shipment();
	const phone = await sim.phone('one');
	silent(phone);
	const dispute = { name: 'shipment.dispute' as const, args: { shipmentId, disputeId: 'd-1', reason: 'abîmé' } };
	await phone.replica.submit(dispute, { code: '' });
	// As a healing does it: in another name, and a colleague goes on from there.
	await sim.world.desk(dispute, 'operator', phone.store.content('mutations')[0]!.uid);
	await sim.world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId: 'd-1' } });
	await pulled(phone);
	const { shipments, timeline } = viewWorld(phone.store);
	expect(shipments.get(shipmentId)).toMatchObject({ disputeId: null });
	expect([...timeline.values()].map(({ kind, ordinal }) => `${ordinal} ${kind}`).sort()).toEqual([
		'1 dispute',
		'2 resolve'
	]);
	expect(sim.faults()).toEqual([]);
});
