import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { chosenRows, runForEach } from './bulk.ts';
import { readViews, removeView, saveView, viewQuery } from './saved-views.ts';

// A database on disk for each: slow where the disk is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

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

const save = (personId: string, name: string, query: string) =>
	saveView(world.store, personId, 'board', { name, query }, world.now());
const names = async (personId: string) => (await readViews(reader, personId, 'board')).map(({ name }) => name);

test('[ux] a view is the list’s parameters in a fixed order, without where one was on it', () => {
	expect(viewQuery(new URLSearchParams('q=&sort=-cartons&page=3&open=x&closed=all'))).toBe('closed=all&sort=-cartons');
});

test('[ux] views are their person’s own: saved under a name, saved anew under the same, removed', async () => {
	expect(await save('manager', ' Mon équipe ', 'closed=all&page=2')).toBe(true);
	expect(await save('manager', 'Mon équipe', 'late=only')).toBe(true);
	expect(await save('operator', 'Mon équipe', 'closed=all')).toBe(true);
	const [view] = await readViews(reader, 'manager', 'board');
	expect(view).toMatchObject({ name: 'Mon équipe', query: 'late=only' });
	await removeView(world.store, 'operator', view!.id);
	expect(await names('manager')).toEqual(['Mon équipe']);
	await removeView(world.store, 'manager', view!.id);
	expect([await names('manager'), await names('operator')]).toEqual([[], ['Mon équipe']]);
});

test('[ux] no view without a name, and no more than forty', async () => {
	for (const fields of [{ name: ' ', query: '' }, { name: 'x'.repeat(61), query: '' }, { query: '' }])
		expect(await saveView(world.store, 'manager', 'board', fields, world.now())).toBe(false);
	for (let n = 0; n < 40; n++) expect(await save('manager', `v${n}`, '')).toBe(true);
	expect(await save('manager', 'one more', '')).toBe(false);
	expect(await save('manager', 'v7', 'closed=all')).toBe(true);
});

function formOf(uid: string, ids: readonly string[]): FormData {
	const form = new FormData();
	form.set('uid', uid);
	for (const id of ids) form.append('ids', id);
	return form;
}

test('[S5] a common action is decided row by row: each refusal is told with its reason', async () => {
	const draft = await world.shipment();
	const { shipmentId: planned } = await world.plannedShipment();
	const desk = { store: world.store, personId: 'manager', signedInBy: 'password' } as const;
	const chosen = chosenRows(formOf(world.uid(), [draft, planned, draft]))!;
	expect(chosen.ids).toEqual([draft, planned]);
	const names = new Map([[planned, '260002']]);
	const archive = () => runForEach(desk, chosen, 'shipment.archive', (shipmentId) => ({ shipmentId }), names);
	const answer = await archive();
	expect(answer).toMatchObject({ ok: 1, noted: 0, refused: [{ id: planned, name: '260002' }] });
	expect(answer.refused[0]!.text).toContain('260002');
	// Sent twice: the same answer, once done.
	expect(await archive()).toEqual(answer);
	const again = { ...chosen, uid: world.uid() };
	expect(await runForEach(desk, again, 'shipment.archive', (shipmentId) => ({ shipmentId }), names)).toMatchObject({
		ok: 0,
		noted: 1
	});
});

test('[ux] nothing chosen, too much, or what no page of ours sends, is refused as a whole', () => {
	const id = world.id();
	for (const form of [
		formOf(world.uid(), []),
		formOf('uid', [id]),
		formOf(world.uid(), ['no id!']),
		formOf(
			world.uid(),
			Array.from({ length: 201 }, (_, n) => `id-${n}`)
		)
	])
		expect(chosenRows(form)).toBeNull();
});
