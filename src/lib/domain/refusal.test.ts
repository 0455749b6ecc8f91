import { describe, expect, test } from 'vitest';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import { footprint } from './footprint.ts';
import { toldArguments } from './refusal.ts';
import { accepted, refused } from './sample-answers.ts';
import { sampleContext, sampleWorld } from './sample-rows.ts';
import { applyChanges } from './world.ts';

const handOver: Command = {
	name: 'refusal.handOver',
	args: {
		refusalId: 'r1',
		command: 'carton.label',
		arguments: { cartonId: 'c1', shipmentId: 's1' },
		code: 'shipment_locked',
		note: 'Il est sur le quai'
	}
};
const settle: Command = { name: 'refusal.settle', args: { refusalId: 'r1', note: 'Étiqueté à la main' } };
const as = (role: 'viewer' | 'operator' | 'manager') => {
	const context = sampleContext();
	return { ...context, actor: { ...context.actor, role } };
};

describe('a refusal for the office', () => {
	test('[§11] is handed over once, with what was meant and why it was refused', () => {
		const world = sampleWorld({});
		const decision = accepted(handOver, world, as('operator'));
		expect(decision.changes.refusals).toEqual([
			{
				id: 'r1',
				command: 'carton.label',
				arguments: { cartonId: 'c1', shipmentId: 's1' },
				code: 'shipment_locked',
				note: 'Il est sur le quai',
				handedBy: sampleContext().actor.name,
				handedAt: expect.any(String),
				settledBy: null,
				settledAt: null,
				settlement: null
			}
		]);
		expect({ ...decision.changes, refusals: [] }).toMatchObject({ cartons: [], shipments: [], timeline: [] });
		applyChanges(world, decision.changes);
		expect(decide(handOver, world, as('operator')).kind).toBe('noop');
		expect(refused(handOver, world, as('operator')).code).toBe('already_handed_over');
	});

	test('[§9, §11] is settled by a manager, once, with a note', () => {
		const world = sampleWorld({});
		expect(refused(settle, world, as('manager'))).toMatchObject({ code: 'not_found', params: { what: 'refusal' } });
		applyChanges(world, accepted(handOver, world, as('operator')).changes);
		expect(refused(settle, world, as('operator'))).toMatchObject({ code: 'forbidden', params: { role: 'manager' } });
		const decision = accepted(settle, world, as('manager'));
		expect(decision.changes.refusals).toMatchObject([
			{ id: 'r1', note: 'Il est sur le quai', settlement: 'Étiqueté à la main', settledAt: expect.any(String) }
		]);
		applyChanges(world, decision.changes);
		expect(refused(settle, world, as('manager'))).toMatchObject({
			code: 'already_settled',
			params: { note: 'Étiqueté à la main' }
		});
	});

	test('[§9] a viewer hands nothing over', () => {
		expect(refused(handOver, sampleWorld({}), as('viewer'))).toMatchObject({
			code: 'forbidden',
			params: { role: 'operator' }
		});
	});

	test('[§11] arguments that are too long are told in short', () => {
		const items = Array.from({ length: 100 }, () => ({ productId: 'p'.repeat(36), quantity: 1 }));
		expect(toldArguments({ cartonId: 'c1', items })).toEqual({ cartonId: 'c1' });
		expect(toldArguments({ cartonId: 'c1', items: items.slice(0, 2), ready: true })).toMatchObject({ ready: true });
	});

	test('[§11] needs nothing but the refusal itself', () => {
		for (const command of [handOver, settle])
			expect(Object.entries(footprint(command)).filter(([, ids]) => ids.length > 0)).toEqual([['refusalIds', ['r1']]]);
	});
});
