import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordReception } from '#lib/server/track/record-reception.ts';
import { confirmAddress } from '#lib/server/mail/addresses.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { decide } from '#lib/domain/decide.ts';
import { footprint } from '#lib/domain/footprint.ts';
import { undo, undoFootprint } from '#lib/domain/undo.ts';
import { applyChanges } from '#lib/domain/world.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { customMails, readAudience } from './custom-notices.ts';
import { dailyMails } from './daily-notices.ts';
import { lateMails } from './late-notices.ts';
import { statusNowMails } from './status-notices.ts';
import { freshMails, queueAll } from './queue-job.ts';
import { subscribe, toggleShipment, unsubscribe, type Asked } from './subscribers.ts';

// A database for each: slow where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const SETTINGS = { origin: 'https://escale.example.org', siteTimeZone: 'Europe/Paris' };
const HOUR_MS = 3_600_000;
const { manager, operator, viewer } = SEEDED.people;

let world: TestWorld;
let reader: ReadClient;
beforeEach(async () => {
	world = await createWorld({ on: 'disk', origin: SETTINGS.origin });
	reader = openReadClient(world.file);
	for (const person of [manager, operator, viewer]) await address(person, `${person}@example.org`);
	await confirm('p@example.org');
	await confirm('Partner@Example.org');
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

const confirm = (email: string) => world.store.write((db) => confirmAddress(db, email, world.at()));
/** One that they confirmed. */
async function address(person: string, email: string | null): Promise<void> {
	await world.raw(`UPDATE account SET email = ? WHERE person_id = ?`, email, person);
	if (email !== null) await confirm(email);
}
const ask = (asked: Partial<Asked> & { who?: Asked['who'] } = {}) =>
	subscribe(
		world.store,
		{ who: { personId: viewer }, kind: 'status', scope: 'all', scopeId: '', ownToo: false, by: viewer, ...asked },
		world.now()
	);
const queue = () =>
	world.rows<{ kind: string; to: string; subject: string; text: string; html: string; state: string; uid: string }>(
		`SELECT kind, to_address AS "to", subject, text, html, state, mutation_uid AS uid FROM mail_message ORDER BY id`
	);
const sentTo = () => queue().map(({ to, subject }) => `${to}: ${subject}`);
const clear = () => world.raw(`DELETE FROM mail_message`);
const now = () => world.now();

describe('a status change', () => {
	test('queues one message for each who asked, in the transaction of the mutation that caused it', async () => {
		const { shipmentId } = await world.plannedShipment();
		await ask();
		await ask({ scope: 'destination', scopeId: SEEDED.destination });
		await ask({ scope: 'shipment', scopeId: shipmentId });
		await ask({ who: { personId: operator }, scope: 'destination', scopeId: 'd-other' });
		await ask({ who: { address: 'Partner@Example.org', locale: 'en' }, scope: 'shipment', scopeId: shipmentId });
		const uid = world.uid();
		const args = {
			shipmentId,
			step: 'boarding_ok' as const,
			cycle: 1,
			actorName: 'Awa Traoré',
			actorStructure: 'Quai'
		};
		await world.desk({ name: 'shipment.track', args }, manager, uid);
		await world.desk({ name: 'shipment.track', args }, manager, uid);
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
		const token = world.value<string>(`SELECT tracking_token FROM shipment WHERE id = ?`, shipmentId);
		expect(partner?.text).toContain(`${SETTINGS.origin}/track/${token}`);
		expect(partner?.text).not.toContain('/shipments/');
	});

	test('has a Message-ID of its own for each, on our host, that says nothing of the address', async () => {
		await ask();
		await ask({ who: { personId: operator } });
		await world.plannedShipment();
		const ids = world.rows<{ id: string }>(`SELECT message_id AS id FROM mail_message`).map(({ id }) => id);
		expect(ids.length).toBeGreaterThan(3);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{40}@escale\.example\.org$/);
	});

	test('is told to who did it only if they asked for their own', async () => {
		await ask({ who: { personId: manager } });
		await world.plannedShipment();
		expect(queue()).toEqual([]);
		await ask({ who: { personId: manager }, ownToo: true });
		const { shipmentId } = await world.plannedShipment();
		expect(queue().length).toBeGreaterThan(0);
		expect(shipmentId).not.toBe('');
	});

	test('[T5] by a tracking link is told to everybody, once, though the form was sent twice', async () => {
		const { shipmentId } = await world.plannedShipment();
		await world.track(shipmentId, 'boarding_ok');
		await ask({ who: { personId: manager } });
		const token = world.value<string>(`SELECT tracking_token FROM shipment WHERE id = ?`, shipmentId);
		const form = {
			...{ uid: world.uid(), step: 'received_correspondent', cycle: '1' },
			...{ actorName: 'Awa', actorStructure: 'Escale' }
		};
		for (let n = 0; n < 2; n++) await recordReception(world.store, token, shipmentId, form);
		expect(sentTo()).toEqual(['manager@example.org: Expédition 260001 : Reçu escale · ABJ Abidjan']);
	});

	test('[S1] by a phone is told; a push that comes twice, a noop and a refusal queue nothing', async () => {
		const shipmentId = await world.shipment();
		const [packed] = await world.cartons(1, 'packed');
		await ask();
		const phone = await world.phone('r1');
		await phone.do({ name: 'carton.assign', args: { cartonId: packed!, shipmentId } });
		expect(sentTo()).toEqual(['viewer@example.org: Expédition 260001 : En cours · ABJ Abidjan']);
		const [noop] = await phone.do({ name: 'carton.assign', args: { cartonId: packed!, shipmentId } });
		expect(noop?.status).toBe('noop');
		const refused = await world.desk({
			name: 'shipment.track',
			args: { shipmentId, step: 'boarding_ok', cycle: 1, actorName: 'A', actorStructure: 'B' }
		});
		expect(refused.status).toBe('rejected');
		expect(queue()).toHaveLength(1);
	});

	test('[D3, S1] that one mutation makes twice is told once, from before to after', async () => {
		const { shipmentId } = await world.plannedShipment();
		await world.track(shipmentId, 'boarding_ok');
		const disputeId = world.id();
		await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'Awa dit : vol' } });
		await ask();
		await world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
		expect(sentTo()).toEqual(['viewer@example.org: Expédition 260001 : Prêt · ABJ Abidjan']);
		expect(queue()[0]?.text).toContain('Avant : Expédié');
		expect(queue()[0]?.text).not.toContain('vol');
	});

	test('reaches nobody who is inactive, has no address, or stopped asking', async () => {
		await ask();
		await ask({ who: { personId: operator } });
		await address(viewer, null);
		await world.raw(`UPDATE account SET active = 0 WHERE person_id = ?`, operator);
		await ask({ who: { personId: manager }, ownToo: true });
		const [{ id } = { id: '' }] = world.rows<{ id: string }>(
			`SELECT id FROM notice_subscription WHERE person_id = ?`,
			manager
		);
		await unsubscribe(world.store, id, { personId: viewer });
		await world.plannedShipment();
		expect(new Set(queue().map(({ to }) => to))).toEqual(new Set(['manager@example.org']));
		await clear();
		await unsubscribe(world.store, id, { personId: manager });
		await world.plannedShipment();
		expect(queue()).toEqual([]);
	});

	test('reaches no address that was not confirmed, or whose reader ended its notices', async () => {
		await ask();
		await ask({ who: { address: 'new@example.org', locale: 'fr' } });
		await ask({ who: { personId: operator } });
		await world.raw(`UPDATE mail_address SET confirmed_at = NULL WHERE address = 'viewer@example.org'`);
		await world.plannedShipment();
		expect(new Set(queue().map(({ to }) => to))).toEqual(new Set(['operator@example.org']));
	});

	test('leads a partner to the page that ends it', async () => {
		await ask({ who: { address: 'p@example.org', locale: 'en' } });
		await world.plannedShipment();
		const token = world.value<string>(`SELECT unsubscribe_token FROM mail_address WHERE address = 'p@example.org'`);
		expect(queue()[0]?.text).toContain(`Get no more:\n${SETTINGS.origin}/unsubscribe/${token}\n`);
	});

	test('two who share an address get one message', async () => {
		await ask();
		await ask({ who: { address: 'VIEWER@example.org', locale: 'en' } });
		const shipmentId = await world.shipment();
		await world.cartons(1, 'assigned', shipmentId);
		expect(queue()).toHaveLength(1);
	});
});

describe('what is taken back leaves no message', () => {
	test('a transaction that fails after the decision', async () => {
		await ask();
		const shipmentId = await world.shipment();
		const [cartonId] = await world.cartons(1, 'packed');
		await world.raw(`CREATE TRIGGER torn BEFORE INSERT ON mutation_result BEGIN SELECT RAISE(ABORT, 'torn'); END`);
		const assigned = world.desk({ name: 'carton.assign', args: { cartonId: cartonId!, shipmentId } });
		await expect(assigned).rejects.toThrow();
		expect([queue(), world.value(`SELECT status FROM shipment WHERE id = ?`, shipmentId)]).toEqual([[], 'draft']);
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

/** Composes, shows what is new, queues; twice. */
async function twice(
	compose: () => ReturnType<typeof lateMails>
): Promise<[previewed: number, first: number, second: number]> {
	const before = queue().length;
	const previewed = (await freshMails(reader, await compose())).length;
	expect(queue(), 'a preview queues nothing').toHaveLength(before);
	const first = await queueAll(world.store, await compose(), SETTINGS, now());
	const second = await queueAll(world.store, await compose(), SETTINGS, now());
	expect(await freshMails(reader, await compose())).toEqual([]);
	return [previewed, first, second];
}

describe('[B4] late shipments', () => {
	test('are told once for each shipment, cycle and alert, after the 72 hours of the rule', async () => {
		const { shipmentId } = await world.plannedShipment();
		await ask({ kind: 'late' });
		await ask({ kind: 'late', who: { personId: operator }, scope: 'shipment', scopeId: 'other' });
		const late = () => lateMails(reader, SETTINGS, now());
		world.advance(72 * HOUR_MS);
		expect(await twice(late)).toEqual([0, 0, 0]);
		world.advance(1);
		expect(await twice(late)).toEqual([1, 1, 0]);
		expect(sentTo()).toEqual(['viewer@example.org: Embarquement en retard : expédition 260001 · ABJ Abidjan']);
		await world.track(shipmentId, 'boarding_ok');
		world.advance(100 * HOUR_MS);
		expect(await twice(late)).toEqual([1, 1, 0]);
		const disputeId = world.id();
		await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'x' } });
		await world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
		await world.track(shipmentId, 'planning_ok');
		await world.track(shipmentId, 'planned');
		world.advance(100 * HOUR_MS);
		expect(await twice(late)).toEqual([1, 1, 0]);
	});
});

describe('[B4] who asks for late shipments', () => {
	test('is told of those that become late from then on, not of those that were', async () => {
		await world.plannedShipment();
		world.advance(100 * HOUR_MS);
		const { shipmentId } = await world.plannedShipment();
		world.advance(HOUR_MS);
		await ask({ kind: 'late' });
		world.advance(100 * HOUR_MS);
		const late = () => lateMails(reader, SETTINGS, now());
		expect(await twice(late)).toEqual([1, 1, 0]);
		expect(world.value(`SELECT shipment_id FROM mail_message`)).toBe(shipmentId);
	});

	test('counts from when their address was confirmed', async () => {
		await ask({ kind: 'late', who: { address: 'new@example.org', locale: 'fr' } });
		await world.plannedShipment();
		world.advance(100 * HOUR_MS);
		await confirm('new@example.org');
		expect(await twice(() => lateMails(reader, SETTINGS, now()))).toEqual([0, 0, 0]);
	});
});

describe('the daily summary', () => {
	test('[T4] comes once for each person and local day, with the day that is over at the site', async () => {
		await ask({ kind: 'daily' });
		await ask({
			kind: 'daily',
			who: { address: 'p@example.org', locale: 'en' },
			scope: 'destination',
			scopeId: SEEDED.destination
		});
		const { shipmentId } = await world.plannedShipment();
		const daily = () => dailyMails(reader, SETTINGS, now());
		// 22:59 UTC is still 23:59 of the same day in Paris.
		world.advance(Date.parse('2026-03-02T22:59:00.000Z') - now().getTime());
		await world.track(shipmentId, 'boarding_ok');
		expect((await daily())[0]?.text).toMatch(/résumé du 2026-03-01[\s\S]*Planifié : 0/);
		world.advance(60_000);
		expect(await twice(daily)).toEqual([2, 2, 0]);
		// Two of the same moment stand in any order.
		const textTo = (isAddress: boolean) => queue().find(({ to }) => (to === 'p@example.org') === isAddress)?.text;
		expect(textTo(false)).toMatch(
			/résumé du 2026-03-02[\s\S]*Toutes les destinations\nExpéditions créées : 1[\s\S]*Embarquement OK : 1/
		);
		expect(textTo(true)).toMatch(/summary of 2026-03-02[\s\S]*ABJ Abidjan\nShipments created: 1/);
		world.advance(24 * HOUR_MS);
		expect(await twice(daily)).toEqual([2, 2, 0]);
	});
});

describe('what a manager writes', () => {
	const custom = { uid: 'u1', subject: 'Vol avancé', text: 'Premier <b>point</b>.\n\nمرحبا 🎉', personId: manager };

	test('goes to those who were chosen among those who follow, once', async () => {
		const { shipmentId } = await world.plannedShipment();
		await ask({ scope: 'shipment', scopeId: shipmentId });
		await ask({ kind: 'late', who: { personId: operator }, scope: 'destination', scopeId: SEEDED.destination });
		await ask({ kind: 'daily', who: { address: 'p@example.org', locale: 'en' } });
		const audience = await readAudience(reader, { shipmentId });
		expect(audience.people.map(({ subscriber }) => subscriber).sort()).toEqual([
			'address:p@example.org',
			'person:operator',
			'person:viewer'
		]);
		const chosen = new Set(['person:viewer', 'address:p@example.org', 'person:admin']);
		const compose = () => Promise.resolve(customMails(audience, chosen, custom, SETTINGS));
		await clear();
		expect(await twice(compose)).toEqual([2, 2, 0]);
		const [mail] = queue();
		expect(mail).toMatchObject({ kind: 'custom', subject: 'Vol avancé' });
		expect(mail?.html).toContain('Premier &lt;b&gt;point&lt;/b&gt;.');
		expect(mail?.html).toContain('<p dir="auto">مرحبا 🎉</p>');
		expect(mail?.text).toContain('Premier <b>point</b>.\n\nمرحبا 🎉');
	});

	test('or to colleagues who gave an address; nobody follows what does not exist', async () => {
		const { people } = await readAudience(reader, 'colleagues');
		expect(people.map(({ name }) => name)).toEqual(['Test manager', 'Test operator', 'Test viewer']);
		expect((await readAudience(reader, { shipmentId: 'gone' })).people).toEqual([]);
		expect((await readAudience(reader, { destinationId: 'gone' })).people).toEqual([]);
	});
});

test('the status that a shipment has now can be told again, once', async () => {
	const { shipmentId } = await world.plannedShipment();
	await ask();
	expect(await twice(() => statusNowMails(reader, shipmentId, SETTINGS, now()))).toEqual([1, 1, 0]);
	expect(sentTo()).toEqual(['viewer@example.org: Expédition 260001 : Planifié · ABJ Abidjan']);
	expect(await statusNowMails(reader, 'gone', SETTINGS, now())).toEqual([]);
});

test('[ux] "Me prévenir" follows one shipment, status and lateness, and stops both', async () => {
	const shipmentId = await world.shipment();
	const kinds = () => world.rows(`SELECT kind FROM notice_subscription WHERE person_id = ? ORDER BY kind`, operator);
	for (let n = 0; n < 2; n++) await toggleShipment(world.store, operator, shipmentId, true, now());
	expect(kinds()).toEqual([{ kind: 'late' }, { kind: 'status' }]);
	await toggleShipment(world.store, operator, shipmentId, false, now());
	expect(kinds()).toEqual([]);
});
