import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { CartonRow, Role, ShipmentRow } from './rows.ts';
import { ARCHIVED, CLOSED, DISPUTED, sampleCarton, sampleContext, sampleShipment, sampleWorld } from './sample-rows.ts';

/**
 * Each test starts with everything wrong at once and mends one thing at a time: what is refused next must be what §10
 * looks at next.
 */
interface Wrong {
	role: Role;
	shipment: Partial<ShipmentRow>;
	carton: Partial<CartonRow>;
	command: (cartonId: string, shipmentId: string, otherId: string) => Command;
}

function refusals(start: Wrong, mends: ((wrong: Wrong) => Partial<Wrong>)[]): string[] {
	const codes: string[] = [];
	let wrong = start;
	for (const mend of [() => ({}), ...mends]) {
		wrong = { ...wrong, ...mend(wrong) };
		const own = sampleShipment({ id: 'own', ...wrong.shipment });
		const other = sampleShipment({ id: 'other' });
		const carton = sampleCarton({ id: 'carton', shipmentId: 'own', ...wrong.carton });
		const world = sampleWorld({ cartons: [carton], shipments: [own, other] });
		const context = sampleContext();
		const decision = decide(wrong.command('carton', 'own', 'other'), world, {
			...context,
			actor: { ...context.actor, role: wrong.role }
		});
		codes.push(decision.kind === 'ok' ? 'ok' : decision.rejection.code);
	}
	return codes;
}

const everything = { ...DISPUTED, ...CLOSED, ...ARCHIVED, status: 'delivered' } as const;

describe('the order of the checks', () => {
	it('[§10] takeOut: role, existence, archived, elsewhere, closed, disputed, shipped, content', () => {
		const takeOut =
			(cartonId: string, seen: string, productId = 'soap') =>
			(): Command => ({
				name: 'carton.takeOut',
				args: { cartonId, shipmentId: seen, items: [{ productId, quantity: 1 }] }
			});
		expect(
			refusals(
				{ role: 'viewer', shipment: everything, carton: { status: 'shipped' }, command: takeOut('nobody', 'other') },
				[
					() => ({ role: 'operator' }),
					() => ({ command: takeOut('carton', 'other') }),
					(wrong) => ({ shipment: { ...wrong.shipment, archivedAt: null } }),
					() => ({ command: takeOut('carton', 'own') }),
					(wrong) => ({ shipment: { ...wrong.shipment, closedAt: null } }),
					(wrong) => ({ shipment: { ...wrong.shipment, disputeId: null } }),
					() => ({ shipment: { status: 'planned' }, carton: { status: 'labeled' } }),
					() => ({ shipment: { status: 'packed' } }),
					() => ({ command: takeOut('carton', 'own', 'rice') })
				]
			)
		).toEqual([
			'forbidden',
			'not_found',
			'shipment_archived',
			'carton_linked_elsewhere',
			'case_closed',
			'shipment_disputed',
			'carton_shipped',
			'shipment_locked',
			'item_not_in_carton',
			'ok'
		]);
	});

	it('[§10] arguments before the role; the effect that already holds before everything that stands in the way', () => {
		const pack = (): Command => ({
			name: 'carton.pack',
			args: { cartonId: 'carton', items: [], ready: true, intoShipmentId: 'own' }
		});
		expect(
			refusals({ role: 'viewer', shipment: everything, carton: { status: 'shipped' }, command: pack }, [])
		).toEqual(['invalid_args']);
		const assign = (cartonId: string, shipmentId: string): Command => ({
			name: 'carton.assign',
			args: { cartonId, shipmentId }
		});
		expect(
			refusals({ role: 'operator', shipment: everything, carton: { status: 'shipped' }, command: assign }, [])
		).toEqual(['already_assigned']);
		const label = (cartonId: string, shipmentId: string): Command => ({
			name: 'carton.label',
			args: { cartonId, shipmentId }
		});
		expect(
			refusals({ role: 'operator', shipment: { ...DISPUTED }, carton: { status: 'labeled' }, command: label }, [])
		).toEqual(['already_labeled']);
	});

	it('[§10] setStatus: dispute, lock, link, was, status', () => {
		const set = (was: 'draft' | 'picking') => (): Command => ({
			name: 'carton.setStatus',
			args: { cartonId: 'carton', status: 'packed', was }
		});
		expect(
			refusals(
				{
					role: 'operator',
					shipment: { ...DISPUTED, status: 'planned' },
					carton: { status: 'labeled' },
					command: set('draft')
				},
				[
					() => ({ shipment: { status: 'planned' } }),
					() => ({ shipment: {} }),
					() => ({ carton: { shipmentId: null, status: 'picking', items: [] } }),
					() => ({ command: set('picking') }),
					() => ({ carton: { shipmentId: null, status: 'picking' } })
				]
			)
		).toEqual(['shipment_disputed', 'shipment_locked', 'carton_linked', 'stale_base', 'carton_empty', 'ok']);
	});

	it('[§10] track: archived, closed, dispute, cycle, status, cartons, parties', () => {
		const track = (cycle: number, step: 'planned' | 'received_recipient') => (): Command => ({
			name: 'shipment.track',
			args: { shipmentId: 'own', step, cycle, actorName: 'A', actorStructure: 'B' }
		});
		const lost = { shipper: null } as const;
		expect(
			refusals(
				{
					role: 'operator',
					shipment: { ...everything, ...lost },
					carton: { status: 'assigned' },
					command: track(2, 'planned')
				},
				[
					() => ({ shipment: { ...everything, ...lost, archivedAt: null } }),
					() => ({ shipment: { ...DISPUTED, ...lost, status: 'delivered' } }),
					() => ({ shipment: { ...lost, status: 'delivered' } }),
					() => ({ command: track(1, 'planned') }),
					() => ({ shipment: { ...lost, status: 'packed', latestStep: 'planning_ok' } }),
					() => ({ carton: { status: 'labeled' } }),
					() => ({ shipment: { status: 'packed', latestStep: 'planning_ok' } })
				]
			)
		).toEqual([
			'shipment_archived',
			'case_closed',
			'shipment_disputed',
			'cycle_changed',
			'step_not_allowed',
			'cartons_not_labeled',
			'parties_incomplete',
			'ok'
		]);
	});

	it('[§10] load: elsewhere, closed, dispute, cycle, status of the shipment, then of the carton', () => {
		const load = (shipmentId: string, cycle: number) => (): Command => ({
			name: 'carton.load',
			args: { cartonId: 'carton', shipmentId, cycle }
		});
		expect(
			refusals(
				{
					role: 'operator',
					shipment: { ...everything, archivedAt: null },
					carton: { status: 'assigned' },
					command: load('other', 2)
				},
				[
					() => ({ command: load('own', 2) }),
					() => ({ shipment: { ...DISPUTED, status: 'delivered' } }),
					() => ({ shipment: { status: 'delivered' } }),
					() => ({ command: load('own', 1) }),
					() => ({ shipment: { status: 'planned' } }),
					() => ({ carton: { status: 'labeled' } })
				]
			)
		).toEqual([
			'carton_linked_elsewhere',
			'case_closed',
			'shipment_disputed',
			'cycle_changed',
			'shipment_not_planned',
			'carton_not_labeled',
			'ok'
		]);
	});

	it('[§10] two shipments: the own one is looked at first, then the one named', () => {
		const into = (): Command => ({
			name: 'carton.pack',
			args: { cartonId: 'carton', items: [{ productId: 'rice', quantity: 1 }], intoShipmentId: 'other' }
		});
		const world = (own: Partial<ShipmentRow>, other: Partial<ShipmentRow>, carton: Partial<CartonRow>) => {
			const rows = [sampleShipment({ id: 'own', ...own }), sampleShipment({ id: 'other', ...other })];
			return sampleWorld({ shipments: rows, cartons: [sampleCarton({ id: 'carton', ...carton })] });
		};
		const entities = (given: ReturnType<typeof world>) => {
			const decision = decide(into(), given, sampleContext());
			return decision.kind === 'rejected'
				? [decision.rejection.code, decision.rejection.entities]
				: [decision.kind, []];
		};
		const linked = { shipmentId: 'own', status: 'assigned' } as const;
		expect(entities(world({ ...ARCHIVED }, { ...ARCHIVED }, linked))).toEqual(['shipment_archived', ['own']]);
		expect(entities(world({}, { ...ARCHIVED }, linked))).toEqual(['shipment_archived', ['other']]);
		expect(entities(world({ ...DISPUTED }, { ...DISPUTED }, linked))[0]).toBe('carton_linked_elsewhere');
		const unlinked = { status: 'packed' } as const;
		expect(entities(world({}, { ...DISPUTED }, unlinked))).toEqual(['shipment_disputed', ['other']]);
		expect(entities(world({}, { status: 'planned' }, unlinked))).toEqual(['shipment_locked', ['other']]);
		expect(entities(world({}, { ...CLOSED, status: 'delivered' }, unlinked))).toEqual(['case_closed', ['other']]);
		expect(entities(world({}, {}, unlinked))).toEqual(['ok', []]);
	});
});
