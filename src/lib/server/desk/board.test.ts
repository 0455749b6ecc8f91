import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { boardAlert } from '#lib/domain/progress.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { BOARD_PAGE_ROWS, boardQuery } from './board-query.ts';
import { readBoard, readWholeBoard } from './board.ts';

// A database on disk for each: slow where the disk is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const HOUR_MS = 3_600_000;
const PARIS = 'Europe/Paris';

let world: TestWorld;

async function open(): Promise<void> {
	world = await createWorld({ at: '2026-03-02T08:00:00.000Z' });
}

async function close(): Promise<void> {
	await world.close();
}

const board = (address = '', timeZone = PARIS) =>
	readBoard(world.store, boardQuery(new URLSearchParams(address)), timeZone, world.now());

const listed = async (address = '', timeZone = PARIS): Promise<string[]> =>
	(await board(address, timeZone)).rows.map(({ shipment }) => shipment.id);

/** What the rules refuse to accept so far from now: only the reading is looked at here. */
const planAt = (shipmentId: string, at: string) =>
	world.raw(`UPDATE timeline SET occurred_at = ? WHERE shipment_id = ? AND step = 'planned'`, at, shipmentId);

async function plannedAt(at: string): Promise<string> {
	const { shipmentId } = await world.plannedShipment();
	await planAt(shipmentId, at);
	return shipmentId;
}

async function delivered(): Promise<string> {
	const { shipmentId } = await world.plannedShipment();
	for (const step of ['boarding_ok', 'received_correspondent', 'received_recipient'] as const)
		await world.track(shipmentId, step);
	return shipmentId;
}

describe('[B1] the weeks of one shipment', () => {
	let shipmentId: string;

	beforeAll(async () => {
		await open();
		({ shipmentId } = await world.plannedShipment());
	});
	afterAll(close);

	test.each([
		// Monday 16 November 00:00 in Paris, to the millisecond, and the Sunday's end.
		['2026-W47', '2026-11-15T22:59:59.999Z', false],
		['2026-W47', '2026-11-15T23:00:00.000Z', true],
		['2026-W47', '2026-11-22T22:59:59.999Z', true],
		['2026-W47', '2026-11-22T23:00:00.000Z', false],
		['2026-47', '2026-11-18T12:00:00.000Z', true],
		// Clocks go forward on Sunday 29 March: the week is an hour short, and ends at 22:00 UTC.
		['2026-W13', '2026-03-22T23:00:00.000Z', true],
		['2026-W13', '2026-03-29T21:59:59.999Z', true],
		['2026-W13', '2026-03-29T22:00:00.000Z', false],
		['2026-W14', '2026-03-29T22:00:00.000Z', true],
		// Clocks go back on Sunday 25 October: an hour long.
		['2026-W43', '2026-10-18T22:00:00.000Z', true],
		['2026-W43', '2026-10-25T22:59:59.999Z', true],
		['2026-W43', '2026-10-25T23:00:00.000Z', false],
		// ISO years: 2026 begins on Monday 29 December 2025 and has 53 weeks.
		['2026-W01', '2025-12-28T23:00:00.000Z', true],
		['2025-W52', '2025-12-28T22:59:59.999Z', true],
		['2026-W53', '2027-01-03T22:59:59.999Z', true],
		['2027-W01', '2027-01-03T23:00:00.000Z', true],
		['2026-W01', '2027-01-01T12:00:00.000Z', false]
	])('%s, planned at %s: %s', async (week, at, isIn) => {
		await planAt(shipmentId, at);
		expect(await listed(`planned_week=${week}`)).toEqual(isIn ? [shipmentId] : []);
	});
});

describe('the board', () => {
	beforeEach(open);
	afterEach(close);

	describe('rows', () => {
		test('[B] only what is locked and not archived is on the board', async () => {
			await world.shipment();
			await world.cartons(1, 'labeled', await world.shipment());
			const { shipmentId } = await world.plannedShipment();
			const archived = await delivered();
			await world.desk({ name: 'shipment.close', args: { shipmentId: archived } });
			await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
			expect(await listed('closed=all')).toEqual([shipmentId]);
		});

		test('[B] the newest plan comes first; of one plan, the newest shipment', async () => {
			const older = await plannedAt('2026-03-02T07:00:00.000Z');
			world.advance(1000);
			const newer = await plannedAt('2026-03-02T07:00:00.000Z');
			world.advance(1000);
			const first = await plannedAt('2026-03-02T07:30:00.000Z');
			expect(await listed()).toEqual([first, newer, older]);
		});

		test('[B] sorted as asked; what makes no order is the order it opens with', async () => {
			const few = await plannedAt('2026-03-02T07:00:00.000Z');
			world.advance(1000);
			const { shipmentId: many } = await world.plannedShipment(3);
			await world.track(many, 'boarding_ok');
			for (const order of ['cartons', 'reference', 'planned', 'boarding_ok'])
				expect([order, await listed(`sort=${order}`)]).toEqual([order, [few, many]]);
			for (const order of ['-cartons', '-reference', '-planned', '-boarding_ok', 'notes', '', '-'])
				expect([order, await listed(`sort=${order}`)]).toEqual([order, [many, few]]);
			expect(await listed('sort=destination&planned_week=2026-W10')).toEqual([many, few]);
		});

		test('[R1] references sort by year and number, the five-digit ones after 9999', async () => {
			const ids = [await plannedAt(world.at()), await plannedAt(world.at()), await plannedAt(world.at())];
			for (const [n, reference] of ['269999', '2610000', '270001'].entries())
				await world.raw(`UPDATE shipment SET reference = ? WHERE id = ?`, reference, ids[n]);
			expect(await listed('sort=reference')).toEqual(ids);
			expect(await listed('sort=-reference')).toEqual(ids.toReversed());
		});

		test('[B] an export has the rows of all pages in the board’s order, with their steps', async () => {
			for (let i = 0; i < 3; i++) await plannedAt(`2026-03-02T07:0${i}:00.000Z`);
			const query = boardQuery(new URLSearchParams('sort=planned&page=9'));
			const { count, rows } = readWholeBoard(world.store, query, PARIS, world.now());
			const all = [];
			for await (const row of rows) all.push(row);
			expect(count).toBe(3);
			expect(all.map(({ shipment }) => shipment.id)).toEqual(await listed('sort=planned'));
			expect(all.every(({ steps }) => steps.some(({ step }) => step === 'planned'))).toBe(true);
		});

		test('[D5] steps are those of the current cycle', async () => {
			const { shipmentId } = await world.plannedShipment();
			await world.track(shipmentId, 'boarding_ok');
			const disputeId = world.id();
			await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'abîmé' } });
			await world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
			expect(await listed()).toEqual([]);
			await world.track(shipmentId, 'planning_ok');
			await world.track(shipmentId, 'planned');
			const { rows } = await board();
			expect(rows.map(({ shipment, steps }) => [shipment.cycle, steps.map((entry) => entry.step)])).toEqual([
				[2, ['planning_ok', 'planned']]
			]);
		});

		test('a page holds fifty rows, the totals count them all', async () => {
			for (let i = 0; i <= BOARD_PAGE_ROWS; i++) {
				await world.plannedShipment(1);
				world.advance(1000);
			}
			const [first, second] = [await board(), await board('page=2')];
			expect([first.rows.length, second.rows.length]).toEqual([BOARD_PAGE_ROWS, 1]);
			expect([first.total, first.cartons, first.pages]).toEqual([51, 51, 2]);
			expect(first.rows.map(({ shipment }) => shipment.id)).not.toContain(second.rows[0]?.shipment.id);
		});

		test('search finds references, destinations and parties whatever the accents and the case', async () => {
			const { shipmentId } = await world.plannedShipment();
			await world.raw(`UPDATE shipment SET recipient = ? WHERE id = ?`, '{"name":"Hôpital Œuvre 100%"}', shipmentId);
			for (const text of ['260001', 'abj', 'ABIDJAN', 'hopital oeuvre', 'HÔPITAL', '100%'])
				expect(await listed(new URLSearchParams({ q: text }).toString()), text).toEqual([shipmentId]);
			for (const text of ['260002', '1_0%', "'; DROP"])
				expect(await listed(new URLSearchParams({ q: text }).toString())).toEqual([]);
		});
	});

	describe('[B1] the week filter', () => {
		test('the week is the site’s, not the server’s', async () => {
			const shipmentId = await plannedAt('2026-11-15T23:30:00.000Z');
			expect(await listed('planned_week=2026-W47', 'Europe/Paris')).toEqual([shipmentId]);
			expect(await listed('planned_week=2026-W47', 'America/Cayenne')).toEqual([]);
			expect(await listed('planned_week=2026-W46', 'America/Cayenne')).toEqual([shipmentId]);
		});

		test('only the current cycle’s plan counts', async () => {
			const { shipmentId } = await world.plannedShipment();
			const disputeId = world.id();
			await world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'abîmé' } });
			await world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId } });
			world.advance(14 * 24 * HOUR_MS);
			await world.track(shipmentId, 'planning_ok');
			await world.track(shipmentId, 'planned');
			expect(await listed('planned_week=2026-W10')).toEqual([]);
			expect(await listed('planned_week=2026-W12')).toEqual([shipmentId]);
		});

		test('an invalid week filters nothing', async () => {
			const shipmentId = await plannedAt('2026-11-18T12:00:00.000Z');
			expect(await listed('planned_week=2026-W54')).toEqual([shipmentId]);
		});
	});

	test('[B2] closed cases are hidden, unless all are asked for', async () => {
		const closed = await delivered();
		await world.desk({ name: 'shipment.close', args: { shipmentId: closed } });
		world.advance(1000);
		const { shipmentId } = await world.plannedShipment();
		expect(await listed()).toEqual([shipmentId]);
		expect(await listed('closed=anything')).toEqual([shipmentId]);
		expect(await listed('closed=all')).toEqual([shipmentId, closed]);
	});

	describe('[B4] lateness', () => {
		test('the query counts and lists exactly what the rule calls late', async () => {
			const upTo = async (...steps: Parameters<TestWorld['track']>[1][]) => {
				const { shipmentId } = await world.plannedShipment();
				for (const step of steps) await world.track(shipmentId, step);
				return shipmentId;
			};
			await upTo();
			await upTo('boarding_ok');
			await upTo('boarding_ok', 'received_correspondent');
			await upTo('boarding_ok', 'received_correspondent', 'received_recipient');
			// A later transfer to export does not make a plan younger.
			const moved = await upTo();
			world.advance(40 * HOUR_MS);
			await world.track(moved, 'moved_export');
			const seen: number[] = [];
			for (const ms of [32 * HOUR_MS, 1, HOUR_MS]) {
				world.advance(ms);
				const { rows, late } = await board();
				const byRule = rows.filter(({ shipment, steps }) => {
					const times = Object.fromEntries(steps.map((entry) => [entry.step, entry.occurredAt]));
					return boardAlert(shipment, world.at(), times) !== null;
				});
				expect(late).toBe(byRule.length);
				expect(await listed('late=only')).toEqual(byRule.map(({ shipment }) => shipment.id));
				seen.push(late);
			}
			expect(seen).toEqual([0, 4, 4]);
		});
	});

	test('[S3] parties and destination read as they were set', async () => {
		await world.plannedShipment();
		const { rows } = await board();
		expect(rows[0]?.shipment).toMatchObject({ destinationIata: 'ABJ', shipper: { id: SEEDED.shipper } });
	});
});
