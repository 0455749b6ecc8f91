import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command, CommandArgs } from '#lib/domain/commands.ts';
import type { ContactRow } from '#lib/domain/rows.ts';
import { contentHash } from '#lib/protocol/canonical.ts';
import { recomputedDigests, scopeDigests } from '#lib/server/store/digest-sums.ts';
import { readStored } from '#lib/server/store/rows.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';

let world: TestWorld;
beforeEach(async () => {
	world = await createWorld({ defaultShipper: 'Aviation Test' });
});
afterEach(() => world.close());

const contact = (contactId: string, given: Partial<CommandArgs['contact.save']> = {}): Command => ({
	name: 'contact.save',
	args: {
		...{ contactId, name: contactId, structure: '', address: '', roles: ['recipient'], destinationIds: [] },
		...{ linkedShipperIds: [], active: true, ...given }
	}
});
const stored = (id: string): ContactRow | undefined => world.store.read((db) => readStored(db, 'contacts', id)?.row);

test('[P5] the contact that the setting names is linked to a new recipient, once it exists', async () => {
	expect(await world.desk(contact('clinic'))).toMatchObject({
		status: 'rejected',
		rejection: { code: 'recipient_without_shipper' }
	});
	// Both in one group: the second sees what the first has made.
	const made = await Promise.all([
		world.desk(contact('asf', { name: 'AVIATION TEST', roles: ['shipper'] })),
		world.desk(contact('clinic'))
	]);
	expect(made.map(({ status }) => status)).toEqual(['ok', 'ok']);
	expect(stored('clinic')?.linkedShipperIds).toEqual(['asf']);
	await world.desk(contact('asf', { name: 'Aviation Test', roles: ['shipper'], active: false }));
	expect((await world.desk(contact('second'))).rejection?.code).toBe('recipient_without_shipper');
});

test('[§11, I15] who changed which field is kept with the row; an unchanged row reads and hashes as before', async () => {
	const before = stored(SEEDED.shipper)!;
	expect('changed' in before).toBe(false);
	const { id, ...fields } = before;
	const edit = contact(id, { ...fields, name: 'Autre nom', was: { name: before.name } });
	expect((await world.desk(edit)).status).toBe('ok');
	const after = stored(id)!;
	expect(after).toEqual({ ...before, name: 'Autre nom', changed: { name: { by: 'Test manager', at: world.at() } } });
	const hash = world.value(`SELECT content_hash FROM contact WHERE id = ?`, id);
	expect(hash).toBe(contentHash(after));
	expect(world.store.read((db) => scopeDigests(db, ['*']))).toEqual(
		world.store.read((db) => recomputedDigests(db, ['*']))
	);
	expect(await world.desk({ ...edit, args: { ...edit.args, name: 'Encore un' } } as Command)).toMatchObject({
		rejection: { code: 'stale_base', params: { field: 'name', value: 'Autre nom', by: 'Test manager' } }
	});
});

test('[§9] a phone may save contacts by the same rule, and every phone gets them', async () => {
	const manager = await world.phone('r1', { actorId: SEEDED.people.manager });
	const operator = await world.phone('r2');
	expect((await operator.do(contact('clinic')))[0]).toMatchObject({ rejection: { code: 'forbidden' } });
	const [verdict] = await manager.do(contact('clinic', { linkedShipperIds: [SEEDED.shipper] }));
	expect(verdict?.status).toBe('ok');
	operator.pull();
	expect(operator.row('contacts', 'clinic')).toMatchObject({ linkedShipperIds: [SEEDED.shipper] });
});

test('[P6] the server re-checks every pair, with the parties that an edit leaves as they are', async () => {
	const shipmentId = await world.shipment();
	const other = { city: 'Lomé', iata: 'LFW', country: 'Togo', correspondentId: null, active: true };
	await world.desk({ name: 'destination.save', args: { destinationId: 'd-lfw', ...other } });
	const { id, ...shipper } = stored(SEEDED.shipper)!;
	await world.desk(contact(id, { ...shipper, destinationIds: [SEEDED.destination] }));
	const move: Command = { name: 'shipment.edit', args: { shipmentId, changes: { destinationId: 'd-lfw' } } };
	expect((await world.desk(move)).rejection).toMatchObject({
		code: 'shipper_out_of_scope',
		params: { destination: 'Lomé' }
	});
	await world.desk(contact(id, { ...shipper, destinationIds: [] }));
	expect((await world.desk(move)).rejection?.code).toBe('correspondent_not_configured');
	await world.desk({
		name: 'destination.save',
		args: { destinationId: 'd-lfw', ...other, correspondentId: SEEDED.correspondent }
	});
	expect((await world.desk(move)).status).toBe('ok');
});

test('[S3] a name from right to left, with emoji and accents in pieces, is kept as it reads and hashes alike', async () => {
	const name = 'مستشفى الأمل 🏥 — Hôpital';
	await world.desk(contact('asf', { name: name.normalize('NFD'), roles: ['shipper'] }));
	expect(stored('asf')?.name).toBe(name.normalize('NFC'));
	const shipmentId = world.id();
	const destinationId = SEEDED.destination;
	const created = await world.desk({
		name: 'shipment.create',
		args: { shipmentId, destinationId, shipperId: 'asf', temporary: true }
	});
	expect(created.status).toBe('ok');
	expect(world.store.read((db) => readStored(db, 'shipments', shipmentId)?.row.shipper?.name)).toBe(name);
	expect(world.store.read((db) => scopeDigests(db, ['*']))).toEqual(
		world.store.read((db) => recomputedDigests(db, ['*']))
	);
});
