import { describe, expect, it } from 'vitest';
import type { Command, CommandArgs } from './commands.ts';
import type { World } from './decision.ts';
import { accepted, refused } from './sample-answers.ts';
import { minutes, sampleContext, sampleWorld } from './sample-rows.ts';
import type { DestinationRow } from './rows.ts';

type Args = CommandArgs['destination.save'];
const LOME = { city: 'Lomé', iata: 'LFW', country: 'Togo', correspondentId: 'correspondent', active: true };
const save = (given: Partial<Args> = {}): Command => ({
	name: 'destination.save',
	args: { destinationId: 'lome', ...LOME, ...given }
});
const saved = (command: Command, world: World): DestinationRow => accepted(command, world).changes.destinations[0]!;
const knowing = (given: Partial<DestinationRow> = {}): World => {
	const world = sampleWorld();
	world.destinations.set('lome', { id: 'lome', ...LOME, ...given });
	return world;
};

describe('destination.save', () => {
	it('[§11] makes a destination, then changes what its author changed', () => {
		expect(saved(save(), sampleWorld())).toEqual({ id: 'lome', ...LOME });
		const row = saved(save({ city: 'Lome', was: { city: 'Lomé' } }), knowing({ country: 'Togo (TG)' }));
		expect(row).toMatchObject({ city: 'Lome', country: 'Togo (TG)' });
		expect(row.changed).toEqual({ city: { by: 'Responsable', at: minutes(60) } });
		expect(refused(save(), knowing()).code).toBe('nothing_changed');
		expect(saved(save({ active: false, was: { active: true } }), knowing()).active).toBe(false);
	});

	it('[P4] a correspondent is configured who exists, is active, has the role and serves the place', () => {
		const code = (correspondentId: string, world = sampleWorld()) => refused(save({ correspondentId }), world).code;
		expect(code('nobody')).toBe('not_found');
		expect(code('retired')).toBe('contact_inactive');
		expect(code('shipper')).toBe('correspondent_out_of_scope');
		const scoped = sampleWorld();
		scoped.contacts.set('correspondent', { ...scoped.contacts.get('correspondent')!, destinationIds: ['dakar'] });
		expect(refused(save(), scoped)).toMatchObject({
			code: 'correspondent_out_of_scope',
			params: { name: 'correspondent', destination: 'Lomé' },
			entities: ['correspondent', 'lome']
		});
		expect(saved(save({ correspondentId: null }), sampleWorld()).correspondentId).toBe(null);
		expect(
			saved(save({ city: 'Lome', correspondentId: 'retired' }), knowing({ correspondentId: 'retired' })).city
		).toBe('Lome');
	});

	it('[§9, §10, §11] role, existence, was, then the correspondent', () => {
		const world = knowing({ city: 'Kpalimé', changed: { city: { by: 'Awa', at: minutes(3) } } });
		const operator = sampleContext({ actor: { ...sampleContext().actor, role: 'operator' } });
		const wrong = { city: 'Lome', correspondentId: 'nobody', was: { city: 'Lomé', correspondentId: null } };
		expect(refused(save(wrong), world, operator).code).toBe('forbidden');
		expect(refused(save(wrong), world).code).toBe('not_found');
		expect(refused(save({ ...wrong, correspondentId: 'shipper' }), world)).toMatchObject({
			code: 'stale_base',
			params: { field: 'city', value: 'Kpalimé', by: 'Awa', at: minutes(3) }
		});
		const seen = { city: 'Kpalimé', correspondentId: 'correspondent' };
		expect(refused(save({ ...wrong, correspondentId: 'shipper', was: seen }), world).code).toBe(
			'correspondent_out_of_scope'
		);
	});
});
