import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { recordReception } from './record-reception.ts';
import { readTracking, trackingView } from './tracking-page.ts';

// A database on disk for each: slow where the disk is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: TestWorld;
let reader: ReadClient;
let shipmentId: string;
let token: string;

beforeEach(async () => {
	world = await createWorld({ on: 'disk' });
	reader = openReadClient(world.file);
	({ shipmentId } = await world.plannedShipment(2));
	await world.track(shipmentId, 'boarding_ok');
	token = tokenOf(shipmentId);
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

const tokenOf = (id: string) => world.value<string>(`SELECT tracking_token FROM shipment WHERE id = ?`, id);
const statusOf = (id: string) => world.value<string>(`SELECT status FROM shipment WHERE id = ?`, id);

const form = (changes: Record<string, string> = {}) => ({
	uid: world.uid(),
	step: 'received_correspondent',
	cycle: '1',
	actorName: 'Awa Traoré',
	actorStructure: 'Hôpital de Bouaké',
	...changes
});
const record = (fields: Record<string, unknown>, of = shipmentId, by = token) =>
	recordReception(world.store, by, of, fields);

async function view() {
	const reading = await readTracking(reader, token);
	if (reading.kind !== 'open') throw new Error(`the link is ${reading.kind}`);
	return trackingView(reading, world.at());
}

const renew = () => world.desk({ name: 'shipment.renewLink', args: { shipmentId } }, 'admin');
const dispute = () =>
	world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: world.id(), reason: 'Awa dit: vol' } });

describe('[T5] what the link shows', () => {
	test('progress, destination, count and the reception that is next; nobody’s name, nobody’s reason', async () => {
		expect(await view()).toMatchObject({
			reference: '260001',
			cartons: 2,
			archived: false,
			onHold: false,
			open: 'received_correspondent',
			stops: [
				{ stop: 'planned', at: world.at() },
				{ stop: 'boarding_ok', at: world.at() },
				{ stop: 'received_correspondent', at: null },
				{ stop: 'received_recipient', at: null }
			]
		});
		await record(form());
		await dispute();
		const shown = JSON.stringify(await view());
		const { shipper, recipient, correspondent, notes } = world.rows<Record<string, string>>(
			`SELECT json_extract(shipper, '$.name') AS shipper, json_extract(recipient, '$.name') AS recipient, json_extract(correspondent, '$.name') AS correspondent, 'vol' AS notes FROM shipment WHERE id = ?`,
			shipmentId
		)[0]!;
		for (const secret of [shipper, recipient, correspondent, notes, 'Awa', 'Bouaké', token])
			expect(shown, secret).not.toContain(secret);
	});

	test('[D2, S5] no reception is offered before boarding, in a dispute, or of an archived shipment', async () => {
		await dispute();
		expect(await view()).toMatchObject({ onHold: true, open: null });
		const early = await world.plannedShipment();
		token = tokenOf(early.shipmentId);
		expect(await view()).toMatchObject({ open: null });
		const draft = await world.shipment();
		await world.desk({ name: 'shipment.archive', args: { shipmentId: draft } });
		token = tokenOf(draft);
		expect(await view()).toMatchObject({ archived: true, open: null });
	});

	test('a token that never was and one that cannot be are the same; a replaced one says so', async () => {
		for (const text of ['AAAAAAAAAAAAAAAAAAAAAA', '', '\u0000', '../../x', 'é'.repeat(9000)])
			expect(await readTracking(reader, text)).toEqual({ kind: 'unknown' });
		await renew();
		expect(await readTracking(reader, token)).toEqual({ kind: 'revoked' });
		expect(await readTracking(reader, tokenOf(shipmentId))).toMatchObject({ kind: 'open' });
	});
});

describe('[T5] what the holder may record', () => {
	test('a reception, as role link, under the link’s own replica, in the name that was typed', async () => {
		expect(await record(form())).toEqual({ kind: 'done' });
		expect(statusOf(shipmentId)).toBe('received_correspondent');
		expect(
			world.rows(
				`SELECT actor_name, actor_structure, person_id FROM timeline WHERE shipment_id = ? AND step = 'received_correspondent'`,
				shipmentId
			)
		).toEqual([{ actor_name: 'Awa Traoré', actor_structure: 'Hôpital de Bouaké', person_id: null }]);
		expect(world.rows(`SELECT id, lmid FROM replica WHERE id LIKE 'link:%'`)).toEqual([
			{ id: `link:${shipmentId}`, lmid: 1 }
		]);
	});

	test('a form that is sent twice records once and says the same; another form says that it was recorded', async () => {
		const sent = form();
		expect(await Promise.all([record(sent), record(sent)])).toEqual([{ kind: 'done' }, { kind: 'done' }]);
		expect(await record(form())).toEqual({ kind: 'already' });
		const entries = `SELECT count(*) FROM timeline WHERE shipment_id = ? AND step = 'received_correspondent'`;
		expect(world.value(entries, shipmentId)).toBe(1);
	});

	test('what somebody else’s uid became is not told', async () => {
		const uid = world.uid();
		await world.desk(
			{ name: 'shipment.create', args: { shipmentId: world.id(), destinationId: 'none' } },
			'manager',
			uid
		);
		expect(await record(form({ uid }))).toEqual({ kind: 'done' });
	});

	test.each([
		['no other step', { step: 'boarding_ok' }, 'step'],
		['no other step, however it is written', { step: 'planned ' }, 'step'],
		['a name', { actorName: '  ' }, 'actorName'],
		['a structure', { actorStructure: '' }, 'actorStructure'],
		['no endless name', { actorName: 'x'.repeat(121) }, 'actorName'],
		['a uid', { uid: 'one' }, 'uid'],
		['a cycle', { cycle: 'none' }, 'cycle']
	])('[T3] %s', async (_what, changes, field) => {
		const answer = await record(form(changes));
		expect(answer).toMatchObject({ kind: 'no', status: 400, errors: { [field]: expect.any(String) } });
		expect(statusOf(shipmentId)).toBe('shipped');
	});

	test('a name of characters that nobody can see is no name', async () => {
		expect(await record(form({ actorName: '\u0001\u0002' }))).toMatchObject({ kind: 'no', status: 400 });
		expect(statusOf(shipmentId)).toBe('shipped');
	});

	test('not of another shipment, and not with a link that was replaced meanwhile', async () => {
		const other = await world.plannedShipment();
		await world.track(other.shipmentId, 'boarding_ok');
		expect(await record(form(), other.shipmentId)).toMatchObject({ kind: 'no', status: 410 });
		expect(statusOf(other.shipmentId)).toBe('shipped');
		await renew();
		expect(await record(form())).toMatchObject({ kind: 'no', status: 410 });
		expect(statusOf(shipmentId)).toBe('shipped');
	});

	test('[T1, D2, D5] what the rules refuse changes nothing, and gives no reason away', async () => {
		expect(await record(form({ step: 'received_recipient' }))).toMatchObject({ kind: 'no', status: 409 });
		expect(await record(form({ cycle: '2' }))).toMatchObject({ kind: 'no', status: 409 });
		await dispute();
		const refused = await record(form());
		expect(refused).toMatchObject({ kind: 'no', status: 409 });
		expect(JSON.stringify(refused)).not.toContain('vol');
		expect(statusOf(shipmentId)).toBe('shipped');
	});

	test('where nobody could decide, it may be sent again', async () => {
		const runByLink = () => Promise.reject(new TransportError('busy', 'busy'));
		expect(await recordReception({ runByLink }, token, shipmentId, form())).toMatchObject({ kind: 'no', status: 503 });
	});
});
