import { describe, expect, test } from 'vitest';
import { asking } from '#lib/domain/ask.ts';
import type { Role, ShipmentRow, TimelineRow, TrackingStep } from '#lib/domain/rows.ts';
import type { BoardShipment } from './board.ts';
import { boardEntry } from './board-entry.ts';

const PLANNED_AT = '2026-11-16T08:12:00.000Z';
const PARTY = { id: 'c', name: 'Partie', address: '' };

const SHIPMENT: ShipmentRow = {
	id: 's',
	reference: '260147',
	temporaryReference: null,
	temporary: false,
	status: 'planned',
	disputeId: null,
	disputeReason: null,
	disputedBy: null,
	disputedAt: null,
	cycle: 1,
	latestStep: 'planned',
	latestStepAt: PLANNED_AT,
	cartonsTotal: 2,
	cartonsAssigned: 0,
	cartonsLabeled: 2,
	cartonsShipped: 0,
	readyAt: PLANNED_AT,
	closedAt: null,
	closedBy: null,
	archivedAt: null,
	archivedBy: null,
	destinationId: 'd',
	destinationCity: 'Abidjan',
	destinationIata: 'ABJ',
	destinationCountry: 'Côte d’Ivoire',
	shipper: PARTY,
	recipient: PARTY,
	correspondent: PARTY,
	requestedOn: null,
	notes: '',
	trackingToken: 'secret',
	createdBy: 'p',
	createdAt: '2026-11-10T08:00:00.000Z'
};

function row(steps: readonly TrackingStep[], changes: Partial<ShipmentRow> = {}): BoardShipment {
	const timeline = steps.map((step, index): TimelineRow => ({
		id: `t${index}`,
		shipmentId: 's',
		cycle: 1,
		kind: 'step',
		step,
		ordinal: index + 1,
		actorName: 'A',
		actorStructure: 'B',
		comment: '',
		personId: null,
		disputeId: null,
		occurredAt: PLANNED_AT,
		occurredUncertain: false,
		receivedAt: PLANNED_AT
	}));
	return { shipment: { ...SHIPMENT, latestStep: steps.at(-1) ?? null, ...changes }, version: 1, steps: timeline };
}

const DELIVERED = row(['planning_ok', 'planned', 'boarding_ok', 'received_correspondent', 'received_recipient'], {
	status: 'delivered',
	cartonsLabeled: 0,
	cartonsShipped: 2
});

const entry = (of: BoardShipment, role: Role = 'manager', now = PLANNED_AT) =>
	boardEntry(of, asking({ personId: 'p', name: 'P', structure: 'S', role }, now), ({ code }) => code);

describe('[B3] closing', () => {
	test('is offered to a manager when nothing is missing', () => {
		expect(entry(DELIVERED)).toMatchObject({ closable: true, closeMissing: [], closeRefusal: null });
	});

	test('says which steps are missing, to everybody', () => {
		const planned = row(['planning_ok', 'planned']);
		const missing = ['boarding_ok', 'received_correspondent', 'received_recipient'];
		for (const role of ['viewer', 'operator', 'manager'] as const)
			expect(entry(planned, role)).toMatchObject({ closable: false, closeMissing: missing });
	});

	test('says who may, where only the role is missing', () => {
		expect(entry(DELIVERED, 'operator')).toMatchObject({
			closable: false,
			closeMissing: [],
			closeRefusal: 'forbidden'
		});
	});

	test('is not offered while disputed or when closed', () => {
		for (const changes of [
			{ disputeId: 'x', disputeReason: 'abîmé' },
			{ closedAt: PLANNED_AT, closedBy: 'p' }
		])
			expect(entry({ ...DELIVERED, shipment: { ...DELIVERED.shipment, ...changes } })).toMatchObject({
				closable: false,
				closeMissing: [],
				closeRefusal: null
			});
	});
});

describe('the next action', () => {
	test('is the step that fills a column, where the export is possible too', () => {
		expect(entry(row(['planning_ok', 'planned'])).next).toEqual({ step: 'boarding_ok', refusal: null });
	});

	test('says which role it needs', () => {
		expect(entry(row(['planning_ok', 'planned']), 'viewer').next).toEqual({
			step: 'boarding_ok',
			refusal: 'forbidden'
		});
	});

	test('ends with the delivery', () => {
		expect(entry(DELIVERED).next).toBeNull();
	});
});

describe('stops', () => {
	test('shipped reads the time of the boarding', () => {
		const { stamps } = entry(row(['planning_ok', 'planned', 'boarding_ok'], { status: 'shipped' }));
		expect(stamps.map(({ stop, at }) => [stop, at !== null])).toEqual([
			['planned', true],
			['boarding_ok', true],
			['shipped', true],
			['received_correspondent', false],
			['received_recipient', false]
		]);
	});

	test('[B4] the missing stop is late after 72 hours, and says by how many', () => {
		const planned = row(['planning_ok', 'planned']);
		expect(entry(planned, 'manager', '2026-11-19T08:12:00.000Z').late).toBeNull();
		expect(entry(planned, 'manager', '2026-11-19T17:13:00.000Z').late).toEqual({ stop: 'boarding_ok', hours: 81 });
	});

	test('[B4] a transfer to export does not make the plan younger', () => {
		const moved = row(['planning_ok', 'planned', 'moved_export'], { latestStepAt: '2026-11-19T08:00:00.000Z' });
		expect(entry(moved, 'manager', '2026-11-19T17:13:00.000Z').late).toEqual({ stop: 'boarding_ok', hours: 81 });
	});
});

test('[T5] the tracking token stays on the server', () => {
	expect(JSON.stringify(entry(DELIVERED))).not.toContain('secret');
});
