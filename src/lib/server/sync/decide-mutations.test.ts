import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import type { Phone } from '../../../../tests/support/phone.ts';

let world: TestWorld;
let phone: Phone;
let shipmentId: string;
let cartonId: string;

beforeEach(async () => {
	world = await createWorld();
	phone = await world.phone('r1');
	shipmentId = await world.shipment();
	[cartonId] = (await world.cartons(1, 'assigned', shipmentId)) as [string];
});
afterEach(() => world.close());

const label = (id = cartonId): Command => ({ name: 'carton.label', args: { cartonId: id, shipmentId } });
const removeLabel = (id = cartonId): Command => ({ name: 'carton.removeLabel', args: { cartonId: id, shipmentId } });

const domainRows = (): string =>
	JSON.stringify(
		['carton', 'shipment', 'timeline', 'carton_event'].map((table) => world.rows(`SELECT * FROM ${table} ORDER BY id`))
	);

test('[I7] a rejected and a noop mutation write no domain row and no change row', async () => {
	await phone.do(label());
	const [rows, head] = [domainRows(), world.value('SELECT max(seq) FROM change')];
	const verdicts = await phone.do(label(), { name: 'carton.assign', args: { cartonId: 'nothing', shipmentId } });
	expect(verdicts.map(({ status, rejection }) => [status, rejection?.code])).toEqual([
		['noop', 'already_labeled'],
		['rejected', 'not_found']
	]);
	expect(domainRows()).toBe(rows);
	expect(world.value('SELECT max(seq) FROM change')).toBe(head);
	expect(world.value(`SELECT lmid FROM replica WHERE id = 'r1'`)).toBe(3);
	expect(world.value(`SELECT args FROM mutation_result WHERE mid = 3 AND replica_id = 'r1'`)).toContain('nothing');
	expect(world.value(`SELECT args FROM mutation_result WHERE mid = 2 AND replica_id = 'r1'`)).toBeNull();
});

test('[I9] the lock is the one at commit: the desk plans while the phone is offline', async () => {
	const [spare] = (await world.cartons(1, 'packed')) as [string];
	await phone.do(label());
	const offline = [
		phone.mutation({ name: 'carton.assign', args: { cartonId: spare, shipmentId } }),
		phone.mutation({ name: 'carton.label', args: { cartonId: spare, shipmentId } })
	];
	await world.track(shipmentId, 'planning_ok');
	await world.track(shipmentId, 'planned');
	const { results } = await phone.send(offline);
	expect(results.map(({ status, rejection }) => [status, rejection?.code])).toEqual([
		['rejected', 'shipment_locked'],
		['rejected', 'carton_not_linked']
	]);
	expect(results[1]!.detail.causedBy).toBe(offline[0]!.uid);
});

test('[I9] role, grant and account are read at commit', async () => {
	await world.raw(`UPDATE account SET role = 'viewer' WHERE person_id = 'operator'`);
	expect((await phone.do(label()))[0]).toMatchObject({
		status: 'rejected',
		rejection: { code: 'forbidden', params: { role: 'operator' } }
	});
	await world.raw(`UPDATE account SET role = 'operator', active = 0 WHERE person_id = 'operator'`);
	expect((await phone.do(label()))[0]).toMatchObject({ status: 'rejected', rejection: { code: 'forbidden' } });
	await world.raw(`UPDATE account SET active = 1 WHERE person_id = 'operator'`);
	expect((await phone.do(label()))[0]).toMatchObject({ status: 'ok' });
});

test('[I21] a person without a grant on the device is refused, and the next one on it is not', async () => {
	await world.person('stranger', 'manager');
	const answer = await phone.send([phone.mutation(label(), { actorId: 'stranger' }), phone.mutation(label())]);
	expect(answer.results.map(({ status, rejection }) => [status, rejection?.code])).toEqual([
		['rejected', 'forbidden'],
		['ok', undefined]
	]);
	await world.raw(`UPDATE device_grant SET ended_at = '2026-01-01' WHERE person_id = 'operator'`);
	expect((await phone.do(removeLabel()))[0]).toMatchObject({ rejection: { code: 'forbidden' } });
});

test('[I21] a badge and PIN give at most operator, and never more than the account has', async () => {
	await world.grant(SEEDED.device, 'manager', 'pin');
	await world.grant(SEEDED.device, 'viewer', 'pin');
	const archive: Command = { name: 'shipment.archive', args: { shipmentId } };
	const answer = await phone.send([
		phone.mutation(label(), { actorId: 'manager', signedInBy: 'pin' }),
		phone.mutation(archive, { actorId: 'manager', signedInBy: 'pin' }),
		phone.mutation(removeLabel(), { actorId: 'viewer', signedInBy: 'pin' })
	]);
	expect(answer.results.map(({ status, rejection }) => rejection?.code ?? status)).toEqual([
		'ok',
		'forbidden',
		'forbidden'
	]);
});

test('[I21] who signed in both ways acts under the one that the mutation names; badge and PIN alone never give more', async () => {
	await world.person('other-manager', 'manager');
	await world.grant(SEEDED.device, 'other-manager', 'pin');
	await world.grant(SEEDED.device, 'manager', 'password');
	await world.grant(SEEDED.device, 'manager', 'pin');
	const archive: Command = { name: 'shipment.archive', args: { shipmentId } };
	const answer = await phone.send([
		phone.mutation(archive, { actorId: 'other-manager' }),
		phone.mutation(archive, { actorId: 'manager', signedInBy: 'pin' }),
		phone.mutation(archive, { actorId: 'manager' })
	]);
	expect(answer.results.map(({ status, rejection }) => rejection?.code ?? status)).toEqual([
		'forbidden',
		'forbidden',
		'not_archivable'
	]);
});

test('a mutation that nobody knows is refused for good, malformed ones each alone', async () => {
	const answer = await phone.send([
		phone.anyMutation('carton.fly', '{}'),
		phone.anyMutation('carton.label', '{"cartonId":'),
		phone.anyMutation('carton.label', '{"cartonId":7}'),
		phone.mutation(label(), { version: 9 }),
		phone.anyMutation('carton.label', JSON.stringify({ cartonId, more: 'x'.repeat(17_000) })),
		phone.mutation(label())
	]);
	expect(answer.results.map(({ status, rejection }) => rejection?.code ?? status)).toEqual([
		'unknown_mutation',
		'invalid_args',
		'invalid_args',
		'unknown_mutation',
		'too_large',
		'ok'
	]);
});

test('a dismissed mutation keeps its place and has no effect', async () => {
	const dismissed = phone.mutation(label(), { args: '', dismissed: { by: 'operator', at: world.at() } });
	const answer = await phone.send([dismissed]);
	expect(answer.results[0]).toMatchObject({
		status: 'rejected',
		rejection: { code: 'dismissed', params: { by: 'Test operator', at: world.at() } }
	});
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('assigned');
});

test('a mutation that was refused by the transport even alone is dead and keeps its place', async () => {
	const answer = await phone.send([phone.anyMutation('carton.label', '', { refusedBy: 413 }), phone.mutation(label())]);
	expect(answer.results.map(({ status, rejection }) => [status, rejection?.code])).toEqual([
		['dead', 'too_large'],
		['ok', undefined]
	]);
});

test('[I38] an undo takes back what its original did, once, and only its author’s', async () => {
	const original = phone.mutation(label());
	await phone.send([original]);
	await world.person('colleague', 'operator');
	await world.grant(SEEDED.device, 'colleague');
	const answer = await phone.send([
		phone.mutation(label(), { undoes: original.uid, actorId: 'colleague' }),
		phone.mutation(label(), { undoes: original.uid }),
		phone.mutation(label(), { undoes: original.uid }),
		phone.mutation(label(), { undoes: 'never heard of' })
	]);
	expect(answer.results.map(({ status, rejection }) => rejection?.code ?? status)).toEqual([
		'not_own',
		'ok',
		'nothing_to_undo',
		'nothing_to_undo'
	]);
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('assigned');
});

test('[I38] an undo in the push of its original, and one after a colleague changed the same', async () => {
	const [first, second] = [phone.mutation(label()), phone.mutation(removeLabel())];
	const undoSecond = phone.mutation(removeLabel(), { undoes: second.uid });
	const answer = await phone.send([first, second, undoSecond, phone.mutation(label(), { undoes: first.uid })]);
	expect(answer.results.map(({ status, rejection }) => rejection?.code ?? status)).toEqual(['ok', 'ok', 'ok', 'ok']);
	const third = phone.mutation(label());
	await phone.send([third]);
	world.advance(1000);
	await world.desk(removeLabel());
	await world.desk(label());
	const [verdict] = (await phone.send([phone.mutation(label(), { undoes: third.uid })])).results;
	expect(verdict).toMatchObject({ status: 'rejected', rejection: { code: 'changed_since' } });
	expect(world.value('SELECT status FROM carton WHERE id = ?', cartonId)).toBe('labeled');
});

test('causedBy names the last refusal about the same thing, from the log too, and never another replica’s', async () => {
	const created = world.id();
	const refused = phone.mutation({
		name: 'carton.create',
		args: { cartonId: created, code: '260001', source: 'printed', warehouseId: SEEDED.warehouses[0] }
	});
	await phone.send([refused]);
	const pack: Command = {
		name: 'carton.pack',
		args: { cartonId: created, items: [{ productId: SEEDED.products[0], quantity: 1 }] }
	};
	const [later] = await phone.do(pack);
	expect(later).toMatchObject({
		status: 'rejected',
		rejection: { code: 'not_found' },
		detail: { causedBy: refused.uid }
	});
	const other = await world.phone('r2');
	expect((await other.do(pack))[0]!.detail).toEqual({});
});

test('causedBy: two cartons refused by one locked shipment are not each other’s cause', async () => {
	const { shipmentId: planned, cartonIds } = await world.plannedShipment(2);
	const verdicts = await phone.do(
		...cartonIds.map((id): Command => ({ name: 'carton.removeLabel', args: { cartonId: id, shipmentId: planned } }))
	);
	expect(verdicts.map(({ rejection, detail }) => [rejection?.code, detail])).toEqual([
		['shipment_locked', {}],
		['shipment_locked', {}]
	]);
});

test('[R1, R2] the phone learns with its verdict what the server assigned', async () => {
	const temporary = await world.shipment({ temporary: true });
	const [packed] = (await world.cartons(1, 'packed')) as [string];
	const assign: Command = { name: 'carton.assign', args: { cartonId: packed, shipmentId: temporary } };
	const mutation = phone.mutation(assign);
	expect((await phone.send([mutation])).results[0]!.assigned).toEqual({ reference: '260002' });
	expect((await phone.send([mutation])).results[0]!.assigned).toEqual({ reference: '260002' });
});

test('a desk command has its own replica and log, and a replay of its uid gets the stored verdict', async () => {
	const uid = world.uid();
	const first = await world.desk(label(), 'manager', uid);
	const again = await world.desk(label(), 'manager', uid);
	expect(first).toMatchObject({ status: 'ok', uid });
	expect(again).toEqual(first);
	expect(world.value(`SELECT replica_id FROM mutation_result WHERE uid = ?`, uid)).toBe('desk:manager');
	expect(await world.desk(removeLabel(), 'viewer')).toMatchObject({
		status: 'rejected',
		rejection: { code: 'forbidden' }
	});
	const two = await Promise.all([world.desk(removeLabel()), world.desk(label())]);
	expect(two.map(({ status }) => status)).toEqual(['ok', 'ok']);
	expect(two[1]!.mid).toBe(two[0]!.mid + 1);
});
