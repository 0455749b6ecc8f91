/** Notices that no mutation causes: composed by the clock, a manager or a command, and queued once. */
import { describe, expect, test } from 'vitest';
import { NoticeWorld, SETTINGS } from '../../../../tests/support/notices.ts';
import { SEEDED } from '../../../../tests/support/world.ts';
import { customMails, readAudience } from './custom-notices.ts';
import { dailyMails } from './daily-notices.ts';
import { lateMails } from './late-notices.ts';
import { freshMails, queueAll } from './queue-job.ts';
import { statusNowMails } from './status-notices.ts';
import { toggleShipment } from './subscribers.ts';

const HOUR_MS = 3_600_000;
const { manager, operator } = SEEDED.people;
const notices = NoticeWorld.forEachTest();
const { ask, confirm, queue, sentTo, clear, now } = notices;

/** Composes, shows what is new, queues; twice. */
async function twice(
	compose: () => ReturnType<typeof lateMails>
): Promise<[previewed: number, first: number, second: number]> {
	const before = queue().length;
	const previewed = (await freshMails(notices.reader, await compose())).length;
	expect(queue(), 'a preview queues nothing').toHaveLength(before);
	const first = await queueAll(notices.world.store, await compose(), SETTINGS, now());
	const second = await queueAll(notices.world.store, await compose(), SETTINGS, now());
	expect(await freshMails(notices.reader, await compose())).toEqual([]);
	return [previewed, first, second];
}

describe('[B4] late shipments', () => {
	test('are told once for each shipment, cycle and alert, after the 72 hours of the rule', async () => {
		const { shipmentId } = await notices.world.plannedShipment();
		await ask({ kind: 'late' });
		await ask({ kind: 'late', who: { personId: operator }, scope: 'shipment', scopeId: 'other' });
		const late = () => lateMails(notices.reader, SETTINGS, now());
		notices.world.advance(72 * HOUR_MS);
		expect(await twice(late)).toEqual([0, 0, 0]);
		notices.world.advance(1);
		expect(await twice(late)).toEqual([1, 1, 0]);
		expect(sentTo()).toEqual(['viewer@example.org: Embarquement en retard : expédition 260001 · ABJ Abidjan']);
		await notices.world.track(shipmentId, 'boarding_ok');
		notices.world.advance(100 * HOUR_MS);
		expect(await twice(late)).toEqual([1, 1, 0]);
		const disputeId = notices.world.id();
		await notices.world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'x' } });
		await notices.world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
		await notices.world.track(shipmentId, 'planning_ok');
		await notices.world.track(shipmentId, 'planned');
		notices.world.advance(100 * HOUR_MS);
		expect(await twice(late)).toEqual([1, 1, 0]);
	});
});

describe('[B4] who asks for late shipments', () => {
	test('is told of those that become late from then on, not of those that were', async () => {
		await notices.world.plannedShipment();
		notices.world.advance(100 * HOUR_MS);
		const { shipmentId } = await notices.world.plannedShipment();
		notices.world.advance(HOUR_MS);
		await ask({ kind: 'late' });
		notices.world.advance(100 * HOUR_MS);
		const late = () => lateMails(notices.reader, SETTINGS, now());
		expect(await twice(late)).toEqual([1, 1, 0]);
		expect(notices.world.value(`SELECT shipment_id FROM mail_message`)).toBe(shipmentId);
	});

	test('counts from when their address was confirmed', async () => {
		await ask({ kind: 'late', who: { address: 'new@example.org', locale: 'fr' } });
		await notices.world.plannedShipment();
		notices.world.advance(100 * HOUR_MS);
		await confirm('new@example.org');
		expect(await twice(() => lateMails(notices.reader, SETTINGS, now()))).toEqual([0, 0, 0]);
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
		const { shipmentId } = await notices.world.plannedShipment();
		const daily = () => dailyMails(notices.reader, SETTINGS, now());
		// 22:59 UTC is still 23:59 of the same day in Paris.
		notices.world.advance(Date.parse('2026-03-02T22:59:00.000Z') - now().getTime());
		await notices.world.track(shipmentId, 'boarding_ok');
		expect((await daily())[0]?.text).toMatch(/résumé du 2026-03-01[\s\S]*Planifié : 0/);
		notices.world.advance(60_000);
		expect(await twice(daily)).toEqual([2, 2, 0]);
		// Two of the same moment stand in any order.
		const textTo = (isAddress: boolean) => queue().find(({ to }) => (to === 'p@example.org') === isAddress)?.text;
		expect(textTo(false)).toMatch(
			/résumé du 2026-03-02[\s\S]*Toutes les destinations\nExpéditions créées : 1[\s\S]*Embarquement OK : 1/
		);
		expect(textTo(true)).toMatch(/summary of 2026-03-02[\s\S]*ABJ Abidjan\nShipments created: 1/);
		notices.world.advance(24 * HOUR_MS);
		expect(await twice(daily)).toEqual([2, 2, 0]);
	});
});

describe('what a manager writes', () => {
	const custom = { uid: 'u1', subject: 'Vol avancé', text: 'Premier <b>point</b>.\n\nمرحبا 🎉', personId: manager };

	test('goes to those who were chosen among those who follow, once', async () => {
		const { shipmentId } = await notices.world.plannedShipment();
		await ask({ scope: 'shipment', scopeId: shipmentId });
		await ask({ kind: 'late', who: { personId: operator }, scope: 'destination', scopeId: SEEDED.destination });
		await ask({ kind: 'daily', who: { address: 'p@example.org', locale: 'en' } });
		const audience = await readAudience(notices.reader, { shipmentId });
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
		const { people } = await readAudience(notices.reader, 'colleagues');
		expect(people.map(({ name }) => name)).toEqual(['Test manager', 'Test operator', 'Test viewer']);
		expect((await readAudience(notices.reader, { shipmentId: 'gone' })).people).toEqual([]);
		expect((await readAudience(notices.reader, { destinationId: 'gone' })).people).toEqual([]);
	});
});

test('the status that a shipment has now can be told again, once', async () => {
	const { shipmentId } = await notices.world.plannedShipment();
	await ask();
	expect(await twice(() => statusNowMails(notices.reader, shipmentId, SETTINGS, now()))).toEqual([1, 1, 0]);
	expect(sentTo()).toEqual(['viewer@example.org: Expédition 260001 : Planifié · ABJ Abidjan']);
	expect(await statusNowMails(notices.reader, 'gone', SETTINGS, now())).toEqual([]);
});

test('[ux] "Me prévenir" follows one shipment, status and lateness, and stops both', async () => {
	const shipmentId = await notices.world.shipment();
	const kinds = () =>
		notices.world.rows(`SELECT kind FROM notice_subscription WHERE person_id = ? ORDER BY kind`, operator);
	for (let n = 0; n < 2; n++) await toggleShipment(notices.world.store, operator, shipmentId, true, now());
	expect(kinds()).toEqual([{ kind: 'late' }, { kind: 'status' }]);
	await toggleShipment(notices.world.store, operator, shipmentId, false, now());
	expect(kinds()).toEqual([]);
});
