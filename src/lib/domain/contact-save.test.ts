import { describe, expect, it } from 'vitest';
import type { Command, CommandArgs } from './commands.ts';
import type { World } from './decision.ts';
import { accepted, refused } from './sample-answers.ts';
import { minutes, sampleContact, sampleContext, sampleWorld } from './sample-rows.ts';
import type { ContactRow, Role } from './rows.ts';

type Args = CommandArgs['contact.save'];

const BLANK = {
	name: 'Clinique du Fleuve',
	structure: 'ONG',
	address: '',
	roles: ['recipient'],
	destinationIds: [],
	linkedShipperIds: [],
	active: true
} satisfies Omit<Args, 'contactId'>;

const save = (given: Partial<Args> = {}): Command => ({
	name: 'contact.save',
	args: { contactId: 'clinic', ...BLANK, ...given }
});
const withDefault = (side: 'phone' | 'server' = 'server') => sampleContext({ side, defaultShipperId: 'shipper' });
const saved = (command: Command, world: World, context = withDefault()): ContactRow =>
	accepted(command, world, context).changes.contacts[0]!;
const knowing = (given: Partial<ContactRow> = {}): World => {
	const world = sampleWorld();
	world.contacts.set('clinic', sampleContact({ id: 'clinic', ...BLANK, ...given }));
	return world;
};
/** What an edit says: what it saw in the fields that it changes. */
const edit = (given: Partial<Args>, was: Args['was']) => save({ ...given, was });

describe('contact.save', () => {
	it('[P5] a new recipient is linked to the default shipper first, which counts', () => {
		expect(saved(save(), sampleWorld())).toEqual({ id: 'clinic', ...BLANK, linkedShipperIds: ['shipper'] });
		const linked = save({ linkedShipperIds: ['shipper-2', 'shipper'] });
		expect(saved(linked, sampleWorld()).linkedShipperIds).toEqual(['shipper', 'shipper-2']);
	});

	it('[P5] without a default shipper a new recipient needs one of its own', () => {
		expect(refused(save(), sampleWorld())).toMatchObject({
			code: 'recipient_without_shipper',
			params: { name: 'Clinique du Fleuve' },
			entities: ['clinic']
		});
		expect(saved(save({ linkedShipperIds: ['shipper-2'] }), sampleWorld(), sampleContext()).linkedShipperIds).toEqual([
			'shipper-2'
		]);
		expect(accepted(save({ roles: ['donor'] }), sampleWorld()).kind).toBe('ok');
	});

	it('[P5] a phone, which does not know the default shipper, leaves it to the server', () => {
		expect(saved(save(), sampleWorld(), sampleContext({ side: 'phone' })).linkedShipperIds).toEqual([]);
	});

	it('[P5] an existing contact that becomes a recipient gets the default shipper too', () => {
		const donor = knowing({ roles: ['donor'] });
		const becomes = edit({ roles: ['donor', 'recipient'] }, { roles: ['donor'] });
		expect(saved(becomes, donor)).toMatchObject({ roles: ['donor', 'recipient'], linkedShipperIds: ['shipper'] });
		expect(refused(becomes, donor).code).toBe('recipient_without_shipper');
	});

	it('[P5] the last linked shipper is not taken away; an old recipient without any can be edited otherwise', () => {
		const linked = knowing({ linkedShipperIds: ['shipper'] });
		const empties = edit({ linkedShipperIds: [] }, { linkedShipperIds: ['shipper'] });
		expect(refused(empties, linked, withDefault()).code).toBe('recipient_without_shipper');
		expect(saved(edit({ name: 'Autre' }, { name: BLANK.name }), knowing())).toMatchObject({
			name: 'Autre',
			linkedShipperIds: []
		});
	});

	it('[§11] saves what its author changed and keeps what somebody else did', () => {
		const world = knowing({ address: 'rue Neuve', linkedShipperIds: ['shipper'] });
		const row = saved(edit({ name: 'Clinique' }, { name: BLANK.name }), world);
		expect(row).toMatchObject({ name: 'Clinique', address: 'rue Neuve', linkedShipperIds: ['shipper'] });
		expect(row.changed).toEqual({ name: { by: 'Responsable', at: minutes(60) } });
		expect(saved(save({ linkedShipperIds: ['shipper'] }), world).address).toBe('');
	});

	it('[§11] a field that somebody changed meanwhile stops the save, naming it, who and when', () => {
		const changed = { name: { by: 'Awa', at: minutes(9) } };
		const world = knowing({ name: 'Clinique du Port', changed });
		expect(refused(edit({ name: 'Clinique' }, { name: BLANK.name, address: '' }), world)).toMatchObject({
			code: 'stale_base',
			params: { field: 'name', value: 'Clinique du Port', by: 'Awa', at: minutes(9) }
		});
		expect(refused(edit({ name: 'Clinique du Port' }, { name: BLANK.name }), world).code).toBe('nothing_changed');
		expect(refused(edit({ roles: ['donor'] }, { roles: ['carrier'] }), world).params).toEqual({
			field: 'roles',
			value: ''
		});
	});

	it('[P1] is deactivated and made active again by `active`; the order of lists means nothing', () => {
		expect(saved(edit({ active: false }, { active: true }), knowing()).active).toBe(false);
		expect(saved(edit({ active: true }, { active: false }), knowing({ active: false })).active).toBe(true);
		const world = knowing({ linkedShipperIds: ['shipper', 'shipper-2'] });
		expect(refused(save({ linkedShipperIds: ['shipper-2', 'shipper'] }), world).code).toBe('nothing_changed');
	});

	it('[§10] what is newly named exists, is active and ships; what stays may have changed', () => {
		const code = (given: Partial<Args>, world = sampleWorld()) => refused(save(given), world, withDefault()).code;
		expect(code({ linkedShipperIds: ['nobody'] })).toBe('not_found');
		expect(code({ linkedShipperIds: ['retired'] })).toBe('contact_inactive');
		expect(code({ linkedShipperIds: ['recipient'] })).toBe('contact_role_missing');
		expect(code({ destinationIds: ['nowhere'] })).toBe('not_found');
		expect(code({ destinationIds: ['closed'] })).toBe('destination_inactive');
		const old = knowing({ linkedShipperIds: ['retired'], destinationIds: ['closed'] });
		expect(saved(save({ linkedShipperIds: ['retired'], destinationIds: ['closed'], name: 'X' }), old).name).toBe('X');
		const both = save({ roles: ['shipper', 'recipient'], linkedShipperIds: ['clinic'] });
		expect(saved(both, sampleWorld()).linkedShipperIds).toEqual(['shipper', 'clinic']);
	});

	it('[§9, §10] role, existence, was, then the linked shippers', () => {
		const as = (role: Role) => sampleContext({ actor: { ...sampleContext().actor, role } });
		const world = knowing({ name: 'Autre', linkedShipperIds: ['shipper'] });
		const wrong = { linkedShipperIds: ['recipient', 'nobody'], name: 'Mien' };
		const was = { name: 'Vu', linkedShipperIds: ['shipper'] };
		expect(refused(edit(wrong, was), world, as('operator')).code).toBe('forbidden');
		expect(refused(edit(wrong, was), world, as('manager')).code).toBe('not_found');
		const found = { ...wrong, linkedShipperIds: ['recipient'] };
		expect(refused(edit(found, was), world).code).toBe('stale_base');
		expect(refused(edit(found, { ...was, name: 'Autre' }), world).code).toBe('contact_role_missing');
	});
});
