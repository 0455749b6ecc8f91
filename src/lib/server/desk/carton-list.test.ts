import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asking } from '#lib/domain/ask.ts';
import type { Role } from '#lib/domain/rows.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { CARTON_PAGE_ROWS, cartonEntry, cartonListQuery, countCartons, readCartonList } from './carton-list.ts';
import { readReadyList, readyEntry, staleDraftIds } from './ready-list.ts';

// A database on disk for each: slow where the disk is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const DAY_MS = 86_400_000;
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

const list = (address = '') => readCartonList(reader, cartonListQuery(new URLSearchParams(address)));
const ids = async (address = '') => (await list(address)).rows.map(({ carton }) => carton.id);
const as = (role: Role) => asking({ personId: 'p', name: 'P', structure: 'S', role }, world.at());

test('[ux] pages by key: each carton once, newest first, there and back, whatever its status', async () => {
	const shipmentId = await world.shipment();
	const made = [
		...(await world.cartons(CARTON_PAGE_ROWS, 'packed')),
		...(await world.cartons(CARTON_PAGE_ROWS, 'labeled', shipmentId)),
		...(await world.cartons(20, 'draft'))
	].toSorted((a, b) => (a < b ? 1 : -1));
	const pages: string[][] = [];
	for (let before = ''; ; before = `before=${pages.at(-1)!.at(-1)}`) {
		const page = await list(before);
		pages.push(page.rows.map(({ carton }) => carton.id));
		expect([page.newer, page.older]).toEqual([before !== '', pages.flat().length < made.length]);
		if (!page.older) break;
	}
	expect(pages.flat()).toEqual(made);
	expect(pages.map(({ length }) => length)).toEqual([CARTON_PAGE_ROWS, CARTON_PAGE_ROWS, 20]);
	const back = await list(`after=${pages[2]![0]}`);
	expect(back).toMatchObject({ newer: true, older: true });
	expect(back.rows.map(({ carton }) => carton.id)).toEqual(pages[1]);
	expect(await list(`after=${pages[1]![0]}`)).toMatchObject({ newer: false, older: true });
});

test('[C12, C14] filters by status, shipment, none, and part of a code; discarded cartons are gone', async () => {
	const shipmentId = await world.shipment();
	const [assigned] = await world.cartons(1, 'assigned', shipmentId);
	const [packed] = await world.cartons(1, 'packed');
	const [gone] = await world.cartons(1, 'draft');
	await world.desk({ name: 'carton.discard', args: { cartonId: gone! } });
	expect(await ids()).toEqual([packed, assigned]);
	expect(await ids('status=packed')).toEqual([packed]);
	expect(await ids('status=nothing')).toEqual([packed, assigned]);
	expect(await ids('shipment=260001')).toEqual([assigned]);
	expect(await ids('shipment=260001&status=packed')).toEqual([]);
	expect(await ids('shipment=none')).toEqual([packed]);
	expect(await ids('shipment=none&status=labeled')).toEqual([]);
	expect(await list('shipment=269999')).toMatchObject({ rows: [], shipmentFound: false });
	const code = world.value<string>(`SELECT code FROM carton WHERE id = ?`, packed);
	expect(await ids(`q=${code.slice(-2).toLowerCase()}`)).toEqual([packed]);
	expect(await ids("q=%25'_")).toEqual([]);
	expect(await countCartons(reader)).toEqual({ assigned: 1, packed: 1 });
});

test('[C4, C7, S2, §9] what the rules allow with a carton now', async () => {
	const open = await world.shipment();
	await world.cartons(1, 'packed');
	await world.cartons(1, 'assigned', open);
	await world.cartons(1, 'labeled', open);
	const locked = await world.plannedShipment();
	const may = async (role: Role) => {
		const { rows } = await list();
		const entries = rows.map((row) => cartonEntry(row, as(role)));
		return Object.fromEntries(
			entries.map((entry) => [entry.id === locked.cartonIds[0] ? 'locked' : entry.status, entry.may])
		);
	};
	const none = { label: false, removeLabel: false, assign: false };
	expect(await may('operator')).toEqual({
		packed: { ...none, assign: true },
		assigned: { ...none, label: true },
		labeled: { ...none, removeLabel: true },
		locked: none
	});
	expect(Object.values(await may('viewer'))).toEqual([none, none, none, none]);
});

test('[S1, T2, S4] preparation: progress, and what the next step lacks, in the rule book’s words', async () => {
	const picking = await world.shipment();
	await world.cartons(2, 'assigned', picking);
	await world.cartons(1, 'labeled', picking);
	const packed = await world.shipment();
	await world.cartons(1, 'labeled', packed);
	await world.plannedShipment();
	const read = async (role: Role) => {
		const { rows, total, counts } = await readReadyList(reader, { status: null, search: '', page: 1 });
		const entries = rows.map((row) => readyEntry(row, as(role), ({ code, params }) => `${code} ${params.codes ?? ''}`));
		return { total, counts, entries: new Map(entries.map((entry) => [entry.id, entry])) };
	};
	const { total, counts, entries } = await read('operator');
	expect([total, counts]).toEqual([2, { picking: 1, packed: 1 }]);
	expect(entries.get(picking)).toMatchObject({
		progress: { ready: 1, total: 3 },
		step: 'planning_ok',
		missing: expect.stringMatching(/^cartons_not_labeled T\d+, T\d+$/)
	});
	expect(entries.get(packed)).toMatchObject({ step: 'planning_ok', missing: null, refusal: null });
	expect((await read('viewer')).entries.get(packed)).toMatchObject({ missing: null, refusal: 'forbidden ' });
});

test('[S5] a temporary draft is stale after thirty days; one that holds cartons, or is archived, is not', async () => {
	const stale = await world.shipment({ temporary: true });
	const used = await world.shipment({ temporary: true });
	await world.cartons(1, 'assigned', used);
	const archived = await world.shipment({ temporary: true });
	await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
	world.advance(30 * DAY_MS);
	const fresh = await world.shipment({ temporary: true });
	expect(await staleDraftIds(reader, world.now())).toEqual([]);
	world.advance(1);
	expect(await staleDraftIds(reader, world.now())).toEqual([stale]);
	world.advance(30 * DAY_MS);
	expect(await staleDraftIds(reader, world.now())).toEqual([stale, fresh]);
});

test('the list of half a million is read from its index', async () => {
	const plan = world.rows<{ detail: string }>(
		`EXPLAIN QUERY PLAN SELECT c.id AS id FROM carton c WHERE c.discarded_at IS NULL AND c.id < 'x' AND instr(c.code, '7') > 0 AND c.status = 'packed' ORDER BY id DESC LIMIT 51`
	);
	expect(plan.map(({ detail }) => detail)).toEqual([
		expect.stringContaining('USING COVERING INDEX carton_discarded_at_status_id_code_idx')
	]);
});
