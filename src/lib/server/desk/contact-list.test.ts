import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CommandArgs } from '#lib/domain/commands.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { contactQuery, destinationQuery, readContacts, readDestinations } from './contact-list.ts';
import { backTo, backWith, editedWas, withNews } from './party-forms.ts';
import { contactUses, correspondentChoices, destinationUses, scopeChoices } from './party-pages.ts';

// A database for each: slow where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: TestWorld;
let reader: ReadClient;

const LOME = { destinationId: 'd-lfw', city: 'Lomé', iata: 'LFW', country: 'Togo', active: true };
const RELAY = { contactId: 'relay', name: 'Hôpital d’Abidjan', structure: 'Relais', address: '', active: true };

async function save(given: Partial<CommandArgs['contact.save']>): Promise<void> {
	const blank = { roles: ['donor' as const], destinationIds: [], linkedShipperIds: [] };
	const verdict = await world.desk({ name: 'contact.save', args: { ...RELAY, ...blank, ...given } });
	expect(verdict.status).toBe('ok');
}

beforeEach(async () => {
	world = await createWorld({ on: 'disk' });
	reader = openReadClient(world.file);
	await world.desk({ name: 'destination.save', args: { ...LOME, correspondentId: null } });
	await save({ roles: ['correspondent', 'donor'], destinationIds: ['d-lfw'] });
	await world.desk({ name: 'destination.save', args: { ...LOME, correspondentId: 'relay' } });
	await save({ contactId: 'gone', name: 'Ancien', structure: '', active: false });
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).join(' ');
const contacts = async (query: string) =>
	ids((await readContacts(reader, contactQuery(new URLSearchParams(query)))).rows);
const places = async (query: string) =>
	ids((await readDestinations(reader, destinationQuery(new URLSearchParams(query)))).rows);

test('contacts are found by name and structure, role, destination and state, whatever is typed', async () => {
	expect(await contacts('q=hopital')).toBe('relay');
	expect(await contacts('q=RELAIS')).toBe('relay');
	expect(await contacts('q=%25')).toBe('');
	expect(await contacts('role=correspondent')).toBe(`${SEEDED.correspondent} relay`);
	expect(await contacts('role=correspondent&destination=d-lfw')).toBe(`${SEEDED.correspondent} relay`);
	expect(await contacts(`role=correspondent&destination=${SEEDED.destination}`)).toBe(SEEDED.correspondent);
	expect(await contacts('state=inactive')).toBe('gone');
	expect(await contacts('state=all&role=donor')).toBe('gone relay');
	expect((await contacts('role=pilot&state=x&page=-3')).split(' ')).toHaveLength(4);
	expect(await contacts('page=9')).toBe('');
});

test('destinations are found by city, code and country; an empty list tells a new installation from a filter', async () => {
	expect(await places('q=lome')).toBe('d-lfw');
	expect(await places('q=togo')).toBe('d-lfw');
	expect(await places('')).toBe(`${SEEDED.destination} d-lfw`);
	expect((await readDestinations(reader, destinationQuery(new URLSearchParams('q=zzz')))).isNew).toBe(false);
	await world.raw('DELETE FROM destination');
	expect(await readDestinations(reader, destinationQuery(new URLSearchParams()))).toMatchObject({
		rows: [],
		total: 0,
		pages: 1,
		isNew: true
	});
});

test('what uses a contact or a destination is told before it is deactivated', async () => {
	const shipmentId = await world.shipment();
	expect(await contactUses(reader, SEEDED.shipper)).toMatchObject({
		destinations: [],
		recipients: [{ id: SEEDED.recipient }],
		shipments: { count: 1, newest: [{ id: shipmentId, name: '260001' }] }
	});
	expect((await contactUses(reader, 'relay')).destinations).toEqual([{ id: 'd-lfw', name: 'LFW · Lomé' }]);
	expect((await destinationUses(reader, SEEDED.destination)).count).toBe(1);
	await world.desk({ name: 'shipment.archive', args: { shipmentId } });
	expect((await destinationUses(reader, SEEDED.destination)).count).toBe(0);
});

test('[P4] a destination’s form offers who serves it; a new one, who serves them all', async () => {
	expect(ids(await correspondentChoices(reader, 'd-lfw', null))).toBe(`${SEEDED.correspondent} relay`);
	expect(ids(await correspondentChoices(reader, SEEDED.destination, null))).toBe(SEEDED.correspondent);
	expect(ids(await correspondentChoices(reader, null, null))).toBe(SEEDED.correspondent);
	expect(ids(await correspondentChoices(reader, null, 'gone'))).toBe(`gone ${SEEDED.correspondent}`);
});

test('[P5] a contact’s form offers active shippers and destinations, and keeps what it has', async () => {
	await world.raw(`UPDATE contact SET active = 0 WHERE id = ?`, SEEDED.shipper);
	expect((await scopeChoices(reader, null)).shippers).toEqual([]);
	const kept = { ...RELAY, id: 'x', roles: [], destinationIds: [], linkedShipperIds: [SEEDED.shipper] };
	expect(ids((await scopeChoices(reader, kept)).shippers)).toBe(SEEDED.shipper);
});

test('[§11] a form says what it saw of what changed; after a refusal the rest follows what there is now', () => {
	const seen = { name: 'A', roles: ['donor', 'shipper'], note: 'x' };
	const form = { name: 'B', roles: ['shipper', 'donor'], note: 'x' };
	expect(editedWas(form, seen)).toEqual({ name: 'A' });
	expect(withNews(form, seen, { name: 'C', roles: ['carrier'], note: 'y' })).toEqual({
		...{ name: 'B', roles: ['carrier'], note: 'y' }
	});
});

test('a form leads back to a form of this site and nowhere else', () => {
	const back = '/shipments/new?destinationId=d-lfw&notes=a+b';
	expect(backTo(back)).toBe(back);
	expect(backWith(back, 'recipient', 'c1')).toBe(`${back}&recipientId=c1`);
	expect(backWith('/shipments/new', 'donor', 'c1')).toBe('/shipments/new');
	expect(backTo('/shipments/0195-x/edit')).toBe('/shipments/0195-x/edit');
	for (const elsewhere of [
		'//evil.example',
		'https://evil.example/shipments/new',
		'/shipments/..\\evil',
		'/logout',
		'',
		null
	])
		expect(backTo(elsewhere)).toBeNull();
});
