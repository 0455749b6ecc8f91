import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { countOpenRefusals, readInbox } from './refusals.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** The files of photos are tested with their routes (photos.test.ts). */
const NO_FILES = { has: () => Promise.resolve(false) };

let world: TestWorld;
let reader: ReadClient;
beforeEach(async () => {
	world = await createWorld({ on: 'disk' });
	reader = openReadClient(world.file);
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

/** A worker labels a carton of a shipment that was planned meanwhile, and hands the refusal over. */
async function handedOver(
	note = 'Il est sur le quai'
): Promise<{ refusalId: string; reference: string; shipmentId: string }> {
	const { shipmentId, cartonIds } = await world.plannedShipment(1);
	const phone = await world.phone(world.id());
	const args = { cartonId: cartonIds[0]!, shipmentId };
	const [refused] = await phone.do({ name: 'carton.removeLabel', args });
	expect(refused).toMatchObject({ status: 'rejected', rejection: { code: 'shipment_locked' } });
	const refusalId = refused!.uid;
	const [verdict] = await phone.do({
		name: 'refusal.handOver',
		args: { refusalId, command: 'carton.removeLabel', arguments: args, code: 'shipment_locked', note }
	});
	expect(verdict).toMatchObject({ status: 'ok' });
	return { refusalId, shipmentId, reference: world.value('SELECT reference FROM shipment WHERE id = ?', shipmentId) };
}
const settle = (refusalId: string, note: string, person: string = SEEDED.people.manager) =>
	world.desk({ name: 'refusal.settle', args: { refusalId, note } }, person);

test('[§11] the office reads what was meant, on what, why not and the worker’s word, in words', async () => {
	const { refusalId, reference, shipmentId } = await handedOver();
	expect(await countOpenRefusals(reader)).toBe(1);
	const { open, settled, more } = await readInbox(reader, NO_FILES, 'Europe/Paris');
	expect([settled, more]).toEqual([[], 0]);
	expect(open).toEqual([
		{
			id: refusalId,
			what: 'Retirer l’étiquette',
			about: [expect.stringMatching(/^T\d+$/), reference],
			details: [],
			why: expect.stringContaining(reference),
			note: 'Il est sur le quai',
			by: expect.any(String),
			at: expect.any(String),
			links: [
				{ kind: 'carton', href: expect.stringMatching(/^\/cartons\/T\d+$/) },
				{ kind: 'shipment', href: `/shipments/${shipmentId}` }
			],
			photos: [],
			settled: null
		}
	]);
});

test('[§9, §11] a manager settles it once, with a note; an operator cannot', async () => {
	const { refusalId } = await handedOver();
	expect(await settle(refusalId, 'Fait', SEEDED.people.operator)).toMatchObject({
		status: 'rejected',
		rejection: { code: 'forbidden' }
	});
	expect(await settle(refusalId, 'Étiquette changée à la main')).toMatchObject({ status: 'ok' });
	expect(await settle(refusalId, 'Encore')).toMatchObject({
		status: 'noop',
		rejection: { code: 'already_settled', params: { note: 'Étiquette changée à la main' } }
	});
	expect(await countOpenRefusals(reader)).toBe(0);
	const { open, settled } = await readInbox(reader, NO_FILES, 'Europe/Paris');
	expect(open).toEqual([]);
	expect(settled).toMatchObject([{ id: refusalId, settled: { note: 'Étiquette changée à la main' } }]);
});

test('[§11] handed over twice, by two phones, is one entry and a note', async () => {
	const { refusalId } = await handedOver('première fois');
	const args = { refusalId, command: 'carton.label', arguments: {}, code: 'x', note: 'encore' };
	const [again] = await (await world.phone('r2')).do({ name: 'refusal.handOver', args });
	expect(again).toMatchObject({ status: 'noop', rejection: { code: 'already_handed_over' } });
	expect((await readInbox(reader, NO_FILES, 'Europe/Paris')).open).toMatchObject([{ note: 'première fois' }]);
});

test('[§11] what a phone tells is believed only where it has the form, and nothing of it is needed', async () => {
	const phone = await world.phone('r1');
	const told = (refusalId: string, args: Record<string, unknown>) =>
		phone.do({
			name: 'refusal.handOver',
			args: { refusalId, command: 'carton.pack', arguments: args, code: 'carton_shipped' }
		});
	const [productId] = SEEDED.products;
	await told('r-1', { cartonId: 'gone', code: 'NEW-1', items: [{ productId, quantity: 3 }, { productId: 4 }, null] });
	await told('r-2', { cartonId: 7, items: 'many', shipmentId: null });
	const { open } = await readInbox(reader, NO_FILES, 'Europe/Paris');
	expect(open.map(({ what, about, links, why }) => ({ what, about, links, why }))).toEqual([
		{ what: 'Emballer', about: ['NEW-1'], links: [], why: 'Colis expédié' },
		{ what: 'Emballer', about: [], links: [], why: 'Colis expédié' }
	]);
	expect(open[0]?.details).toEqual([expect.stringMatching(/^3 × /)]);
});

test('[I34] its news reaches the desk and no phone', async () => {
	const pokes: string[] = [];
	world.store.events.subscribe({
		kind: 'desk',
		replicaId: 'desk:x',
		scopes: 'all',
		poke: () => void pokes.push('desk')
	});
	world.store.events.subscribe({
		kind: 'phone',
		replicaId: 'r8',
		scopes: ['*', `warehouse:${SEEDED.warehouses[0]}`],
		poke: () => void pokes.push('phone')
	});
	const args = { refusalId: 'r-9', command: 'carton.pack', arguments: {}, code: 'x' };
	await (await world.phone('r1')).do({ name: 'refusal.handOver', args });
	expect(pokes).toEqual(['desk']);
	expect(world.rows(`SELECT scope, "table", row_id FROM change WHERE row_id = 'r-9'`)).toEqual([
		{ scope: 'desk', table: 'refusals', row_id: 'r-9' }
	]);
});
