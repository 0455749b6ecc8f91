import { describe, expect, test } from 'vitest';
import { recordReception } from '#lib/server/track/record-reception.ts';
import { decide } from '#lib/domain/decide.ts';
import { footprint } from '#lib/domain/footprint.ts';
import { undo, undoFootprint } from '#lib/domain/undo.ts';
import { applyChanges } from '#lib/domain/world.ts';
import { NoticeWorld, SETTINGS } from '../../../../tests/support/notices.ts';
import { createWorld, SEEDED } from '../../../../tests/support/world.ts';
import { subscribe, unsubscribe } from './subscribers.ts';

const { manager, operator, viewer } = SEEDED.people;
const notices = NoticeWorld.forEachTest();
const { address, ask, queue, sentTo, clear } = notices;

describe('a status change', () => {
	test('queues one message for each who asked, in the transaction of the mutation that caused it', async () => {
		const { shipmentId } = await notices.world.plannedShipment();
		await ask();
		await ask({ scope: 'destination', scopeId: SEEDED.destination });
		await ask({ scope: 'shipment', scopeId: shipmentId });
		await ask({ who: { personId: operator }, scope: 'destination', scopeId: 'd-other' });
		await ask({ who: { address: 'Partner@Example.org', locale: 'en' }, scope: 'shipment', scopeId: shipmentId });
		const uid = notices.world.uid();
		const args = {
			shipmentId,
			step: 'boarding_ok' as const,
			cycle: 1,
			actorName: 'Awa Traoré',
			actorStructure: 'Quai'
		};
		await notices.world.desk({ name: 'shipment.track', args }, manager, uid);
		await notices.world.desk({ name: 'shipment.track', args }, manager, uid);
		expect(sentTo().sort()).toEqual([
			'Partner@Example.org: Shipment 260001: Shipped · ABJ Abidjan',
			'viewer@example.org: Expédition 260001 : Expédié · ABJ Abidjan'
		]);
		for (const mail of queue()) {
			expect(mail).toMatchObject({ kind: 'status', state: 'pending', uid });
			// [T5] Nobody's name; the site's time.
			expect(mail.text + mail.html).not.toMatch(/Awa|Quai|c-recipient|c-shipper|rue du Test/);
			expect(mail.text).toContain('2026-03-02 09:00 (Europe/Paris)');
		}
		const [person, partner] = ['viewer', 'Partner'].map((who) => queue().find(({ to }) => to.startsWith(who)));
		expect(person?.text).toContain(`${SETTINGS.origin}/shipments/${shipmentId}`);
		const token = notices.world.value<string>(`SELECT tracking_token FROM shipment WHERE id = ?`, shipmentId);
		expect(partner?.text).toContain(`${SETTINGS.origin}/track/${token}`);
		expect(partner?.text).not.toContain('/shipments/');
	});

	test('has a Message-ID of its own for each, on our host, that says nothing of the address', async () => {
		await ask();
		await ask({ who: { personId: operator } });
		await notices.world.plannedShipment();
		const ids = notices.world.rows<{ id: string }>(`SELECT message_id AS id FROM mail_message`).map(({ id }) => id);
		expect(ids.length).toBeGreaterThan(3);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{40}@escale\.example\.org$/);
	});

	test('is told to who did it only if they asked for their own', async () => {
		await ask({ who: { personId: manager } });
		await notices.world.plannedShipment();
		expect(queue()).toEqual([]);
		await ask({ who: { personId: manager }, ownToo: true });
		const { shipmentId } = await notices.world.plannedShipment();
		expect(queue().length).toBeGreaterThan(0);
		expect(shipmentId).not.toBe('');
	});

	test('[T5] by a tracking link is told to everybody, once, though the form was sent twice', async () => {
		const { shipmentId } = await notices.world.plannedShipment();
		await notices.world.track(shipmentId, 'boarding_ok');
		await ask({ who: { personId: manager } });
		const token = notices.world.value<string>(`SELECT tracking_token FROM shipment WHERE id = ?`, shipmentId);
		const form = {
			...{ uid: notices.world.uid(), step: 'received_correspondent', cycle: '1' },
			...{ actorName: 'Awa', actorStructure: 'Escale' }
		};
		for (let n = 0; n < 2; n++) await recordReception(notices.world.store, token, shipmentId, form);
		expect(sentTo()).toEqual(['manager@example.org: Expédition 260001 : Reçu escale · ABJ Abidjan']);
	});

	test('[S1] by a phone is told; a push that comes twice, a noop and a refusal queue nothing', async () => {
		const shipmentId = await notices.world.shipment();
		const [packed] = await notices.world.cartons(1, 'packed');
		await ask();
		const phone = await notices.world.phone('r1');
		await phone.do({ name: 'carton.assign', args: { cartonId: packed!, shipmentId } });
		expect(sentTo()).toEqual(['viewer@example.org: Expédition 260001 : En cours · ABJ Abidjan']);
		const [noop] = await phone.do({ name: 'carton.assign', args: { cartonId: packed!, shipmentId } });
		expect(noop?.status).toBe('noop');
		const refused = await notices.world.desk({
			name: 'shipment.track',
			args: { shipmentId, step: 'boarding_ok', cycle: 1, actorName: 'A', actorStructure: 'B' }
		});
		expect(refused.status).toBe('rejected');
		expect(queue()).toHaveLength(1);
	});

	test('[D3, S1] that one mutation makes twice is told once, from before to after', async () => {
		const { shipmentId } = await notices.world.plannedShipment();
		await notices.world.track(shipmentId, 'boarding_ok');
		const disputeId = notices.world.id();
		await notices.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'Awa dit : vol' } });
		await ask();
		await notices.world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
		expect(sentTo()).toEqual(['viewer@example.org: Expédition 260001 : Prêt · ABJ Abidjan']);
		expect(queue()[0]?.text).toContain('Avant : Expédié');
		expect(queue()[0]?.text).not.toContain('vol');
	});

	test('reaches nobody who is inactive, has no address, or stopped asking', async () => {
		await ask();
		await ask({ who: { personId: operator } });
		await address(viewer, null);
		await notices.world.raw(`UPDATE account SET active = 0 WHERE person_id = ?`, operator);
		await ask({ who: { personId: manager }, ownToo: true });
		const [{ id } = { id: '' }] = notices.world.rows<{ id: string }>(
			`SELECT id FROM notice_subscription WHERE person_id = ?`,
			manager
		);
		await unsubscribe(notices.world.store, id, { personId: viewer });
		await notices.world.plannedShipment();
		expect(new Set(queue().map(({ to }) => to))).toEqual(new Set(['manager@example.org']));
		await clear();
		await unsubscribe(notices.world.store, id, { personId: manager });
		await notices.world.plannedShipment();
		expect(queue()).toEqual([]);
	});

	test('reaches no address that was not confirmed, or whose reader ended its notices', async () => {
		await ask();
		await ask({ who: { address: 'new@example.org', locale: 'fr' } });
		await ask({ who: { personId: operator } });
		await notices.world.raw(`UPDATE mail_address SET confirmed_at = NULL WHERE address = 'viewer@example.org'`);
		await notices.world.plannedShipment();
		expect(new Set(queue().map(({ to }) => to))).toEqual(new Set(['operator@example.org']));
	});

	test('leads a partner to the page that ends it', async () => {
		await ask({ who: { address: 'p@example.org', locale: 'en' } });
		await notices.world.plannedShipment();
		const token = notices.world.value<string>(
			`SELECT unsubscribe_token FROM mail_address WHERE address = 'p@example.org'`
		);
		expect(queue()[0]?.text).toContain(`Get no more:\n${SETTINGS.origin}/unsubscribe/${token}\n`);
	});

	test('two who share an address get one message', async () => {
		await ask();
		await ask({ who: { address: 'VIEWER@example.org', locale: 'en' } });
		const shipmentId = await notices.world.shipment();
		await notices.world.cartons(1, 'assigned', shipmentId);
		expect(queue()).toHaveLength(1);
	});
});

describe('what is taken back leaves no message', () => {
	test('a transaction that fails after the decision', async () => {
		await ask();
		const shipmentId = await notices.world.shipment();
		const [cartonId] = await notices.world.cartons(1, 'packed');
		await notices.world.raw(
			`CREATE TRIGGER torn BEFORE INSERT ON mutation_result BEGIN SELECT RAISE(ABORT, 'torn'); END`
		);
		const assigned = notices.world.desk({ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } });
		await expect(assigned).rejects.toThrow();
		expect([queue(), notices.world.value(`SELECT status FROM shipment WHERE id = ?`, shipmentId)]).toEqual([
			[],
			'draft'
		]);
	});

	test('without the flag of the context, as healing and replaying run, nothing is queued', async () => {
		await ask();
		const rules = { footprint, undoFootprint, decide, undo, applyChanges };
		const silent = await createWorld({ rules });
		await silent.raw(`UPDATE account SET email = 'v@example.org' WHERE person_id = ?`, viewer);
		await subscribe(
			silent.store,
			{ who: { personId: viewer }, kind: 'status', scope: 'all', scopeId: '', ownToo: true, by: viewer },
			silent.now()
		);
		await silent.plannedShipment();
		expect(silent.value(`SELECT count(*) FROM mail_message`)).toBe(0);
		await silent.close();
	});
});
