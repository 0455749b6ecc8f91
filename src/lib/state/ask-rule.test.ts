import { beforeEach, describe, expect, test } from 'vitest';
import { FakeReplica, WORKER } from '../../../tests/support/fake-replica.ts';
import { obstacleTo, obstacleToFilling } from './ask-rule.ts';
import { cartonActions } from './carton-actions.ts';

const ITEM = { productId: 'p1', quantity: 1, lotCode: null, expiresOn: null };

let replica: FakeReplica;
beforeEach(() => (replica = new FakeReplica()));

describe('a button asks the rule', () => {
	test('[S2, D2, §9] a shipment takes cartons, or says why not', () => {
		const open = replica.addShipment({ id: 's1' });
		const code = (shipment: typeof open, operator = WORKER) => obstacleToFilling(shipment, operator)?.code ?? null;
		expect(code(open)).toBeNull();
		expect(code({ ...open, status: 'planned' })).toBe('shipment_locked');
		expect(code({ ...open, disputeId: 'd', disputeReason: 'abîmé' })).toBe('shipment_disputed');
		expect(code({ ...open, archivedAt: '2026-11-20T09:00:00.000Z' })).toBe('shipment_archived');
		expect(code(open, { ...WORKER, role: 'viewer' })).toBe('forbidden');
	});

	test('[C3] an empty carton cannot be marked ready', () => {
		const carton = replica.addCarton({ id: 'c1', code: 'BOX-1' });
		const command = {
			name: 'carton.setStatus' as const,
			args: { cartonId: 'c1', status: 'packed' as const, was: carton.status }
		};
		expect(obstacleTo(command, { carton }, WORKER)?.code).toBe('carton_empty');
		expect(obstacleTo(command, { carton: { ...carton, items: [ITEM], status: 'picking' } }, WORKER)?.code).toBe(
			'stale_base'
		);
	});
});

describe('what can be done with a carton', () => {
	const nextOf = (id: string) => {
		const carton = replica.world.cartons.get(id)!;
		const shipment = carton.shipmentId === null ? null : (replica.world.shipments.get(carton.shipmentId) ?? null);
		const { next } = cartonActions(carton, shipment);
		return next?.kind === 'open' ? next.path : next?.command.name;
	};

	test('[ux] one obvious next action for each status', () => {
		replica.addShipment({ id: 's1' });
		const add = (id: string, carton: object) => replica.addCarton({ id, code: id, items: [ITEM], ...carton });
		add('draft', { items: [] });
		add('picking', { status: 'picking' });
		add('packed', { status: 'packed' });
		add('assigned', { status: 'assigned', shipmentId: 's1' });
		add('labeled', { status: 'labeled', shipmentId: 's1' });
		expect(['draft', 'picking', 'packed', 'assigned', 'labeled'].map(nextOf)).toEqual([
			'/scan/pack/draft',
			'/scan/pack/picking',
			'/scan/assign?carton=packed',
			'carton.label',
			'/scan/shipments/s1'
		]);
	});

	test('[S2] an assigned carton of a locked shipment leads to its shipment', () => {
		replica.addShipment({ id: 's1' });
		replica.addCarton({ id: 'c1', code: 'BOX-1', status: 'assigned', shipmentId: 's1', items: [ITEM] });
		replica.world.shipments.set('s1', { ...replica.world.shipments.get('s1')!, status: 'planned' });
		expect(nextOf('c1')).toBe('/scan/shipments/s1');
	});

	test('[C14] a discarded carton offers nothing; an empty one can be discarded', () => {
		const gone = replica.addCarton({ id: 'c1', code: 'BOX-1', discardedAt: '2026-11-20T09:00:00.000Z' });
		expect(cartonActions(gone, null)).toEqual({ next: null, others: [] });
		const empty = replica.addCarton({ id: 'c2', code: 'BOX-2' });
		expect(cartonActions(empty, null).others.map(({ command }) => command.name)).toContain('carton.discard');
	});
});
