/** What a phone decides by itself: refusals for good and for now, notes, undo, dismissal, leases, clocks (sync §2). */
import { afterEach, expect, test, vi } from 'vitest';
import { cartonCode } from '#lib/domain/carton-code.ts';
import type { Submitted } from '#lib/sync/client.ts';
import { readLastUndoable, readPending, readRow, readScanLog, readTodo } from '#lib/sync/queries.ts';
import { expectTruth } from './expect-truth.ts';
import type { SimPhone } from './sim-phone.ts';
import { Simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 30_000 });

let sim: Simulation;
afterEach(() => sim.close());

async function warehouse(cartons = 2): Promise<{ phone: SimPhone; shipmentId: string; cartonIds: string[] }> {
	sim = await Simulation.open(1);
	const shipmentId = await sim.world.shipment();
	const cartonIds = await sim.world.cartons(cartons, 'packed');
	return { phone: await sim.phone('one'), shipmentId, cartonIds };
}

const savedUid = (submitted: Submitted): string => {
	if (submitted.kind !== 'saved') throw new Error(JSON.stringify(submitted));
	return submitted.uid;
};

test('[I37] a refusal that may rest on old rows is logged, can be kept, is not shown as done, and the server decides', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	await sim.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: 'd1', reason: 'manque' } });
	await sim.settleAll();
	phone.line.online = false;
	await sim.time.run(5000);
	const command = { name: 'carton.assign' as const, args: { cartonId: cartonIds[0]!, shipmentId } };
	phone.replica.syncNow();
	await sim.time.run(1000);
	const refused = await phone.replica.submit(command, { code: 'A' });
	expect(refused).toMatchObject({ kind: 'refused', rejection: { code: 'shipment_disputed' }, keepable: true });
	expect(phone.queued()).toBe(0);
	await sim.world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId: 'd1' } });
	expect(await phone.replica.submit(command, { code: 'A', despite: 'shipment_disputed' })).toMatchObject({
		kind: 'saved',
		despite: true
	});
	expect(await readRow(phone.store, 'cartons', cartonIds[0]!)).toMatchObject({ status: 'packed' });
	expect(await readPending(phone.store)).toMatchObject([{ despite: true, conflict: null }]);
	expect((await readScanLog(phone.store, 9)).map(({ fate }) => fate)).toEqual(['queued', 'rejected']);
	phone.line.online = true;
	await expectTruth(sim);
	expect(await readRow(phone.store, 'cartons', cartonIds[0]!)).toMatchObject({ status: 'assigned' });
});

test('what this phone itself has pending refuses for good', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	const other = await sim.world.shipment();
	await sim.settleAll();
	phone.line.online = false;
	phone.replica.syncNow();
	await sim.time.run(1000);
	savedUid(
		await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'A' })
	);
	const again = { name: 'carton.assign' as const, args: { cartonId: cartonIds[0]!, shipmentId: other } };
	expect(await phone.replica.submit(again, { code: 'A' })).toMatchObject({
		kind: 'refused',
		rejection: { code: 'carton_linked_elsewhere' },
		keepable: false
	});
	expect(await phone.replica.submit(again, { code: 'A', despite: 'carton_linked_elsewhere' })).toMatchObject({
		kind: 'refused'
	});
	expect(phone.queued()).toBe(1);
});

test('online and at the head, a refusal is the server’s: nothing to keep', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	await sim.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: 'd1', reason: 'manque' } });
	sim.poke();
	await sim.settleAll();
	await sim.time.run(2000);
	const command = { name: 'carton.assign' as const, args: { cartonId: cartonIds[0]!, shipmentId } };
	expect(await phone.replica.submit(command, { code: 'A' })).toMatchObject({ kind: 'refused', keepable: false });
});

test('[I37] a wanted effect that already holds is a note in the log and no work for anybody', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	const command = { name: 'carton.assign' as const, args: { cartonId: cartonIds[0]!, shipmentId } };
	await phone.replica.submit(command, { code: 'A' });
	expect(await phone.replica.submit(command, { code: 'A' })).toMatchObject({
		kind: 'noop',
		rejection: { code: 'already_assigned' }
	});
	await phone.replica.logScan({
		code: 'WHAT',
		opened: null,
		rejection: { code: 'unknown_code', params: { code: 'WHAT' }, entities: [] }
	});
	await phone.replica.logScan({ code: 'A', opened: 'carton', rejection: null });
	expect(
		(await readScanLog(phone.store, 9)).map(({ code, fate, note, rejection, opened }) => [
			code,
			fate,
			note?.code ?? rejection?.code ?? opened
		])
	).toEqual([
		['A', 'accepted', 'carton'],
		['WHAT', 'rejected', 'unknown_code'],
		['A', 'accepted', 'already_assigned'],
		['A', 'queued', null]
	]);
	await expectTruth(sim);
	expect(await readTodo(phone.store)).toEqual([]);
});

test('over 16 KB it is refused before it is queued', async () => {
	const { phone, shipmentId } = await warehouse();
	const command = { name: 'shipment.dispute' as const, args: { shipmentId, disputeId: 'd', reason: 'é'.repeat(8200) } };
	expect(await phone.replica.submit(command, { code: '' })).toMatchObject({
		kind: 'refused',
		rejection: { code: 'too_large' },
		keepable: false
	});
	expect(phone.queued()).toBe(0);
});

test.for(['before', 'after'])(
	'[I38] one’s own last scan is taken back %s its verdict, exactly, and only once',
	async (when) => {
		const { phone, shipmentId, cartonIds } = await warehouse();
		const before = await readRow(phone.store, 'cartons', cartonIds[0]!);
		phone.line.online = when === 'after';
		const uid = savedUid(
			await phone.replica.submit(
				{ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } },
				{ code: 'A' }
			)
		);
		expect(await readLastUndoable(phone.store)).toMatchObject({ uid });
		if (when === 'after') await sim.settleAll();
		expect(await phone.replica.undo(uid)).toMatchObject({ kind: 'saved' });
		expect(await readLastUndoable(phone.store)).toBeNull();
		expect(await readRow(phone.store, 'cartons', cartonIds[0]!)).toMatchObject({
			status: 'packed',
			shipmentId: null,
			statusBy: before!.statusBy
		});
		expect(await phone.replica.undo(uid)).toMatchObject({ kind: 'noop', rejection: { code: 'nothing_to_undo' } });
		phone.line.online = true;
		await expectTruth(sim);
		expect(phone.store.content('mutations').map(({ verdict }) => verdict!.status)).toEqual(['ok', 'ok']);
	}
);

test('[I38] an undo of what the server refused undoes nothing', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	phone.line.online = false;
	const uid = savedUid(
		await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'A' })
	);
	await phone.replica.undo(uid);
	await sim.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: 'd1', reason: 'manque' } });
	phone.line.online = true;
	await expectTruth(sim);
	expect(phone.store.content('mutations').map(({ verdict }) => [verdict!.status, verdict!.rejection?.code])).toEqual([
		['rejected', 'shipment_disputed'],
		['noop', 'nothing_to_undo']
	]);
});

test('[I17, I2] what was never sent can be dismissed: its place stays, its effect goes, the server writes it down', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	phone.line.online = false;
	await sim.time.run(1000);
	// The loop prepares a batch as soon as there is one; before that nothing has left the phone.
	phone.tabs[0]!.lose();
	const uids: string[] = [];
	for (const cartonId of cartonIds)
		uids.push(
			savedUid(await phone.replica.submit({ name: 'carton.assign', args: { cartonId, shipmentId } }, { code: 'A' }))
		);
	expect(await phone.replica.dismiss(uids[0]!)).toBe(true);
	expect(await phone.replica.dismiss(uids[0]!)).toBe(false);
	expect(await readRow(phone.store, 'cartons', cartonIds[0]!)).toMatchObject({ status: 'packed' });
	expect((await readPending(phone.store)).map(({ mid, command }) => [mid, command === null])).toEqual([
		[1, true],
		[2, false]
	]);
	phone.line.online = true;
	phone.tabs[0]!.hold();
	await expectTruth(sim);
	expect(phone.store.content('mutations').map(({ verdict }) => verdict!.rejection?.code)).toEqual([
		'dismissed',
		undefined
	]);
	expect(await readTodo(phone.store)).toEqual([]);
	expect(sim.world.value(`SELECT count(*) FROM carton WHERE shipment_id = ?`, shipmentId)).toBe(1);
});

test('what may have been sent cannot be dismissed any more', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	await sim.time.run(3000);
	phone.line.faults = { ...phone.line.faults, requestLost: 1 };
	const uid = savedUid(
		await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'A' })
	);
	await sim.time.run(1000);
	expect(await phone.replica.dismiss(uid)).toBe(false);
});

test('[I32] leased codes are used one by one, never twice, and more come while online', async () => {
	const { phone } = await warehouse(0);
	const create = async () => {
		const code = await phone.replica.nextLeasedCode();
		if (code === null) return null;
		const args = { cartonId: sim.world.id(), code, source: 'leased' as const, warehouseId: 'w-paris' };
		savedUid(await phone.replica.submit({ name: 'carton.create', args }, { code }));
		return code;
	};
	const granted = await phone.replica.leasedCodesLeft();
	expect(granted).toBeGreaterThan(0);
	phone.line.online = false;
	const used: (string | null)[] = [];
	for (let i = 0; i < granted; i++) used.push(await create());
	expect(new Set(used).size).toBe(granted);
	expect(await create()).toBeNull();
	expect(await phone.replica.leasedCodesLeft()).toBe(0);
	const outside = {
		cartonId: sim.world.id(),
		code: cartonCode(999_999),
		source: 'leased' as const,
		warehouseId: 'w-paris'
	};
	expect(await phone.replica.submit({ name: 'carton.create', args: outside }, { code: outside.code })).toMatchObject({
		rejection: { code: 'code_not_leased' }
	});
	phone.line.online = true;
	await expectTruth(sim);
	await sim.time.run(15 * 60_000);
	expect(await phone.replica.leasedCodesLeft()).toBeGreaterThan(0);
	expect(used).not.toContain(await phone.replica.nextLeasedCode());
});

test('[I25] a clock that is 400 days wrong is corrected by the offset of the last contact, stored with each scan', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	phone.clockError = 400 * 86_400_000;
	phone.kill();
	await phone.open();
	await sim.time.run(5000);
	phone.line.online = false;
	await phone.replica.submit({ name: 'carton.assign', args: { cartonId: cartonIds[0]!, shipmentId } }, { code: 'A' });
	const scannedAt = sim.time.now();
	phone.clockError = -400 * 86_400_000;
	await sim.time.run(60_000);
	phone.line.online = true;
	await expectTruth(sim);
	const statusAt = Date.parse(sim.world.value<string>(`SELECT status_at FROM carton WHERE id = ?`, cartonIds[0]));
	expect(Math.abs(statusAt - scannedAt)).toBeLessThan(1000);
});

test('[§9, I17] after the shift’s end nothing is recorded before the PIN is typed again; what was scanned before is decided', async () => {
	const { phone, shipmentId, cartonIds } = await warehouse();
	const worker = { ...phone.line.operator!, signedInBy: 'pin' as const };
	const assign = (i: number) =>
		phone.replica.submit(
			{ name: 'carton.assign', args: { cartonId: cartonIds[i]!, shipmentId } },
			{ code: `C${i}`, despite: 'shift_over' }
		);
	phone.line.online = false;
	await phone.replica.setOperator({ ...worker, until: '2999-01-01T00:00:00.000Z' });
	savedUid(await assign(0));
	await phone.replica.setOperator({ ...worker, until: '1999-01-01T00:00:00.000Z' });
	expect(await assign(1)).toMatchObject({
		kind: 'refused',
		rejection: { code: 'shift_over', params: { by: worker.name } },
		keepable: false
	});
	expect((await readScanLog(phone.store, 1))[0]).toMatchObject({ code: 'C1', fate: 'rejected' });
	expect(await phone.store.content('mutations')).toMatchObject([{ signedInBy: 'pin', actorId: worker.personId }]);
	phone.line.online = true;
	await expectTruth(sim);
	expect(await readRow(phone.store, 'cartons', cartonIds[0]!)).toMatchObject({ status: 'assigned' });
});
