import { describe, expect, it } from 'vitest';
import { LOCALES, progressLabel } from './labels.ts';
import { boardAlert, progressOf } from './progress.ts';
import { isLive, isLocked, isOpen } from './readiness.ts';
import { SHIPMENT_STATUSES } from './rows.ts';
import { ARCHIVED, CLOSED, DISPUTED, sampleShipment } from './sample-rows.ts';

describe('progress', () => {
	it('[S1] reads CRÉATION, EN COURS (n/m), PRÊT, and "Litige - " before it', () => {
		const label = (given: Parameters<typeof sampleShipment>[0]) =>
			progressLabel(progressOf(sampleShipment(given)), 'fr');
		expect(label({})).toBe('CRÉATION');
		expect(label({ status: 'picking', cartonsTotal: 5, cartonsLabeled: 2, cartonsShipped: 1 })).toBe('EN COURS (3/5)');
		expect(label({ status: 'packed', ...DISPUTED })).toBe('Litige - PRÊT');
		expect(progressLabel(progressOf(sampleShipment({ status: 'packed', ...DISPUTED })), 'en')).toBe('Dispute - READY');
		for (const status of SHIPMENT_STATUSES)
			for (const locale of LOCALES) expect(progressLabel(progressOf(sampleShipment({ status })), locale)).not.toBe('');
	});

	it('[§1, S2] locked, open, live', () => {
		const of = (given: Parameters<typeof sampleShipment>[0]) => {
			const shipment = sampleShipment(given);
			return [isLocked(shipment), isOpen(shipment), isLive(shipment)];
		};
		for (const status of ['draft', 'picking', 'packed'] as const) expect(of({ status })).toEqual([false, true, true]);
		for (const status of ['planned', 'shipped', 'received_correspondent', 'delivered'] as const)
			expect(of({ status })).toEqual([true, false, true]);
		expect(of({ ...ARCHIVED })).toEqual([false, false, false]);
		expect(of({ status: 'delivered', ...CLOSED })).toEqual([true, false, false]);
	});
});

describe('alerts', () => {
	const at = '2026-03-10T12:00:00.000Z';
	const late = '2026-03-07T11:59:59.999Z';
	const just = '2026-03-07T12:00:00.000Z';

	it('[B4] after 72 hours: boarding, reception at the stopover, delivery', () => {
		const alert = (status: (typeof SHIPMENT_STATUSES)[number], latestStepAt: string | null) =>
			boardAlert(sampleShipment({ status, latestStepAt }), at);
		expect(SHIPMENT_STATUSES.map((status) => alert(status, late))).toEqual([
			null,
			null,
			null,
			'boarding_late',
			'reception_late',
			'delivery_late',
			null
		]);
		expect(SHIPMENT_STATUSES.map((status) => alert(status, just))).toEqual(SHIPMENT_STATUSES.map(() => null));
		expect(alert('planned', null)).toBe(null);
		expect(boardAlert(sampleShipment({ status: 'planned', latestStepAt: late, ...ARCHIVED }), at)).toBe(null);
	});

	it('[B4] counts from the planned step where its time is known, not from a later transfer', () => {
		const shipment = sampleShipment({ status: 'planned', latestStep: 'moved_export', latestStepAt: just });
		expect(boardAlert(shipment, at, { planned: late })).toBe('boarding_late');
		expect(boardAlert(shipment, at, { planned: null })).toBe(null);
	});
});
