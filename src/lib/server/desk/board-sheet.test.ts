import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sheetAnswer } from '#lib/server/export/sheet-answer.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { boardQuery } from './board-query.ts';
import { boardSheet, exportRefusal } from './board-sheet.ts';

// A database on disk: slow where the disk is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: TestWorld;

beforeEach(async () => {
	world = await createWorld({ at: '2026-03-02T08:00:00.000Z' });
});
afterEach(async () => {
	await world.close();
});

test('[B, B4, D1] a row says all that the board says: steps in the site’s time, lateness, dispute', async () => {
	const { shipmentId } = await world.plannedShipment(2);
	const disputeId = world.id();
	await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: '=cmd|abîmé' } });
	world.advance(80 * 3_600_000);
	const query = boardQuery(new URLSearchParams('planned_week=2026-W10&q=260001&late=only'));
	const sheet = boardSheet(world.store, query, 'Europe/Paris', world.now());
	const filters = ['Semaine 2026-W10', 'Dossiers clos : masqués', 'En retard seulement', 'Recherche : « 260001 »'];
	expect(sheet).toMatchObject({ count: 1, filters });
	const [head, row] = (await sheetAnswer(sheet, 'csv', 'x').text()).replace('\ufeff', '').split('\r\n');
	const cells = Object.fromEntries(head!.split(';').map((name, i) => [name, row!.split(';')[i]]));
	expect(cells).toMatchObject({
		Référence: '260001',
		Colis: '2',
		Cycle: '1',
		Planifié: '2026-03-02 09:00',
		Livré: '',
		'Retard (h)': '80',
		'Motif du litige': "'=cmd|abîmé"
	});
});

test('[§9] exports are a manager’s', () => {
	expect([exportRefusal('manager'), exportRefusal('admin')]).toEqual([null, null]);
	expect(exportRefusal('operator')).toContain('responsable');
	expect(exportRefusal('viewer')).not.toBeNull();
});
