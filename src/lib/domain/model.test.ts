import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cartonCode } from './carton-code.ts';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { Context, Decision, Footprint, World } from './decision.ts';
import { footprint, mergeFootprints } from './footprint.ts';
import { invariants } from './invariants.ts';
import { LOCALES } from './labels.ts';
import { finalReference, temporaryReference } from './references.ts';
import { TRACKING_STEPS, type CartonRow, type ShipmentRow, type TrackingStep } from './rows.ts';
import { minutes, sampleContext, sampleWorld } from './sample-rows.ts';
import { sentence } from './sentences.ts';
import { allowedSteps } from './tracking.ts';
import { undo, undoFootprint, type Original } from './undo.ts';
import { applyChanges, cloneWorld, emptyWorld, missingShipments } from './world.ts';

/** One thing that somebody tries, in numbers: which, on what, and how well they know what they do. */
interface Attempt {
	what: number;
	carton: number;
	shipment: number;
	detail: number;
	/** Of a hundred: says something stale, something wrong, or leaves it out. */
	knows: number;
	who: number;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
	what: fc.nat(999),
	carton: fc.nat(5),
	shipment: fc.nat(3),
	detail: fc.nat(99),
	knows: fc.nat(99),
	who: fc.nat(2)
});

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

function pick<T>(list: readonly T[], index: number): T | undefined {
	return list[index % Math.max(list.length, 1)];
}

/** A believable, sometimes mistaken command for the world as it is. */
function commandFor(world: World, at: Attempt, count: number): Command {
	const cartons = [...world.cartons.values()].filter((carton) => !carton.discardedAt || at.knows > 95);
	const shipments = [...world.shipments.values()].filter((shipment) => !shipment.archivedAt || at.knows > 95);
	const carton = pick(cartons, at.carton);
	const shipment = pick(shipments, at.shipment);
	const cartonId = carton?.id ?? 'nobody';
	const own = world.shipments.get(carton?.shipmentId ?? '') ?? shipment;
	const shipmentId = shipment?.id ?? 'nowhere';
	const seen =
		at.knows < 70 ? (carton?.shipmentId ?? null) : at.knows < 80 ? shipmentId : at.knows < 90 ? null : undefined;
	const cycle = (given: typeof shipment) => (given?.cycle ?? 1) + (at.knows > 90 ? -1 : 0);
	const quantity = 1 + (at.detail % 4);
	const productId = at.detail % 3 ? 'rice' : 'soap';
	const lot = at.detail % 5 === 0 ? {} : { lotCode: `L${at.detail % 2}` };
	const items = [{ productId, quantity, ...lot }];
	const disputeId = at.knows > 90 ? 'another' : (shipment?.disputeId ?? `dispute-${count}`);
	const step = (): TrackingStep => {
		const allowed = shipment ? allowedSteps(shipment.status, shipment.latestStep) : [];
		return (at.knows < 85 ? pick(allowed, at.detail) : pick(TRACKING_STEPS, at.detail)) ?? 'planning_ok';
	};
	const parties = { shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' };
	const table: [share: number, make: () => Command][] = [
		[7, () => ({ name: 'carton.create', args: { cartonId: `c${count}`, code: at.detail % 2 ? `BOX-${at.detail % 9}` : cartonCode(1 + (at.detail % 99)), source: at.detail % 2 ? 'printed' : 'leased', warehouseId: 'warehouse' } })],
		[12, () => ({ name: 'carton.pack', args: { cartonId, items, shipmentId: seen, ...(at.detail % 4 === 0 ? { intoShipmentId: shipmentId } : at.detail % 2 ? { ready: true } : {}) } })],
		[6, () => ({ name: 'carton.takeOut', args: { cartonId, items: [{ productId, quantity, ...(at.detail % 2 ? lot : {}) }], shipmentId: seen } })],
		[4, () => ({ name: 'carton.setStatus', args: { cartonId, status: pick(['draft', 'picking', 'packed'] as const, at.detail) ?? 'draft', ...(at.knows < 80 && carton ? { was: carton.status } : {}) } })],
		[9, () => ({ name: 'carton.assign', args: { cartonId, shipmentId } })],
		[4, () => ({ name: 'carton.remove', args: { cartonId, shipmentId: seen } })],
		[14, () => ({ name: 'carton.label', args: { cartonId, shipmentId: seen } })],
		[3, () => ({ name: 'carton.removeLabel', args: { cartonId, shipmentId: seen } })],
		[3, () => ({ name: 'carton.load', args: { cartonId, shipmentId: own?.id ?? 'nowhere', cycle: cycle(own) } })],
		[2, () => ({ name: 'carton.unload', args: { cartonId, shipmentId: own?.id ?? 'nowhere', cycle: cycle(own) } })],
		[2, () => ({ name: 'carton.move', args: { cartonId, locationId: pick(['shelf', 'dock', null], at.detail) ?? null } })],
		[1, () => ({ name: 'carton.unpack', args: { cartonId, shipmentId: seen } })],
		[2, () => ({ name: 'carton.discard', args: { cartonId } })],
		[5, () => ({ name: 'shipment.create', args: { shipmentId: `s${count}`, destinationId: 'bamako', ...(at.detail % 3 ? parties : { temporary: true }) } })],
		[3, () => ({ name: 'shipment.edit', args: { shipmentId, changes: pick([{ destinationId: 'dakar' }, { destinationId: 'bamako' }, { ...parties, notes: `n${at.detail}` }, { shipperId: null }], at.detail) ?? {} } })],
		[13, () => ({ name: 'shipment.track', args: { shipmentId, step: step(), cycle: cycle(shipment), actorName: 'Quai', actorStructure: 'Escale' } })],
		[3, () => ({ name: 'shipment.dispute', args: { shipmentId, disputeId, reason: 'Palette mouillée' } })],
		[4, () => ({ name: 'shipment.resolve', args: { shipmentId, disputeId } })],
		[2, () => ({ name: 'shipment.close', args: { shipmentId } })],
		[1, () => ({ name: 'shipment.archive', args: { shipmentId } })]
	]; // prettier-ignore
	if (at.what >= 600)
		return shipment
			? advance(world, shipment, at)
			: { name: 'shipment.create', args: { shipmentId: `s${count}`, destinationId: 'dakar', ...parties } };
	let left = (at.what * 98) / 600;
	for (const [share, make] of table) {
		left -= share;
		if (left < 0) return make();
	}
	return { name: 'shipment.renewLink', args: { shipmentId } };
}

/** The next thing that somebody who wants this shipment to arrive would do: without such people a random walk never gets far. */
function advance(world: World, shipment: ShipmentRow, at: Attempt): Command {
	const cartons = [...world.cartons.values()].filter((carton) => !carton.discardedAt);
	const inside = cartons.filter((carton) => carton.shipmentId === shipment.id);
	const { id: shipmentId, cycle, disputeId } = shipment;
	if (disputeId) return { name: 'shipment.resolve', args: { shipmentId, disputeId } };
	const unlabeled = inside.find((carton) => carton.status === 'assigned');
	if (unlabeled) return { name: 'carton.label', args: { cartonId: unlabeled.id, shipmentId } };
	if (shipment.status === 'delivered') return { name: 'shipment.close', args: { shipmentId } };
	const actor = { actorName: 'Quai', actorStructure: 'Escale' };
	const step = pick(allowedSteps(shipment.status, shipment.latestStep), at.detail) ?? 'planning_ok';
	if (inside.length > 0) return { name: 'shipment.track', args: { shipmentId, step, cycle, ...actor } };
	const free = pick(
		cartons.filter((carton) => carton.shipmentId === null),
		at.carton
	);
	const items = [{ productId: 'rice', quantity: 2 }];
	return { name: 'carton.pack', args: { cartonId: free?.id ?? 'nobody', items, intoShipmentId: shipmentId } };
}

/** What a gatherer brings: exactly the footprint, and the shipments of its cartons. */
function gather(full: World, needs: Footprint): World {
	const world = emptyWorld();
	const copy = (
		table: 'cartons' | 'shipments' | 'products' | 'contacts' | 'destinations' | 'locations' | 'warehouses',
		ids: readonly string[]
	) => {
		for (const id of ids) {
			const row = full[table].get(id);
			if (row) (world[table] as Map<string, unknown>).set(id, row);
		}
	};
	const inside = [...full.cartons.values()].filter((carton) => needs.allCartonsOf.includes(carton.shipmentId ?? ''));
	copy('cartons', [...needs.cartonIds, ...inside.map((carton) => carton.id)]);
	copy('shipments', [...needs.shipmentIds, ...missingShipments(world)]);
	copy('products', needs.productIds);
	copy('contacts', needs.contactIds);
	copy('destinations', needs.destinationIds);
	copy('locations', needs.locationIds);
	copy('warehouses', needs.warehouseIds);
	for (const entry of full.timeline.values()) {
		const cycle = full.shipments.get(entry.shipmentId)?.cycle;
		if (needs.timelineOf.includes(entry.shipmentId) && entry.cycle === cycle) world.timeline.set(entry.id, entry);
	}
	for (const code of needs.codes) {
		const holder = full.codes.get(code);
		if (holder) world.codes.set(code, holder);
	}
	return world;
}

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
		Object.freeze(value);
		Object.values(value).forEach(deepFreeze);
	}
	return value;
}

const people = ['Awa', 'Bruno', 'Chloé'].map((name) => ({
	personId: name,
	name,
	structure: 'Escale',
	role: 'admin' as const
}));

function contextOf(at: Attempt, count: number): Context {
	return sampleContext({
		uid: `u${count}`,
		actor: people[at.who] as Context['actor'],
		deviceAt: minutes(100 + count + (at.detail % 7) - 3),
		receivedAt: minutes(100 + count),
		numbers: {
			finalReference: finalReference(2026, 100 + count),
			temporaryReference: temporaryReference(100 + count),
			trackingToken: `token-${count}`
		}
	});
}

const NOBODY_NEW: Attempt = { what: 0, carton: 0, shipment: 0, detail: 0, knows: 0, who: 0 };
/** Two shipments and four packed cartons, so that the walk does not begin in an empty warehouse. */
const BEGINNING: Command[] = [
	{ name: 'shipment.create', args: { shipmentId: 'first', destinationId: 'bamako', shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' } },
	{ name: 'shipment.create', args: { shipmentId: 'second', destinationId: 'dakar', temporary: true, shipperId: 'shipper', recipientId: 'recipient', correspondentId: 'correspondent' } },
	...['a', 'b', 'c', 'd'].flatMap((cartonId): Command[] => [
		{ name: 'carton.create', args: { cartonId, code: `START-${cartonId}`, source: 'printed', warehouseId: 'warehouse' } },
		{ name: 'carton.pack', args: { cartonId, items: [{ productId: 'rice', quantity: 3 }, { productId: 'soap', quantity: 2, lotCode: 'L1' }], ready: true } }
	])
]; // prettier-ignore

/** What both sides must say alike when they know the same: all but what only the server gives out. */
function common(decision: Decision): unknown {
	if (decision.kind !== 'ok') return decision;
	const { cartons, shipments, timeline } = decision.changes;
	const open = { reference: null, temporaryReference: null, trackingToken: null };
	return {
		cartons,
		shipments: shipments.map((shipment) => ({ ...shipment, ...open })),
		timeline,
		notes: decision.notes.map((note) => note.code),
		undo: decision.undo
	};
}

/** `expect` costs more than the rules do: it is only asked to say what differs. */
function same(actual: unknown, expected: unknown): void {
	if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

const bare = (decision: Decision) => (decision.kind === 'ok' ? 'ok' : decision.rejection.code);

describe('random work of three people', () => {
	it(`[C12] keeps every invariant (SEED=${SEED})`, () => {
		const answers = new Map<string, number>();
		fc.assert(
			fc.property(fc.array(attempt, { minLength: 40, maxLength: 90 }), (attempts) => {
				const full = sampleWorld();
				for (const [index, command] of BEGINNING.entries()) {
					const begun = decide(command, full, contextOf(NOBODY_NEW, index - 50));
					if (begun.kind !== 'ok') throw new Error(begun.rejection.code);
					applyChanges(full, deepFreeze(begun.changes));
				}
				const done: Original[] = [];
				attempts.forEach((at, index) => {
					const count = index + 1;
					const context = contextOf(at, count);
					// One in eight takes something back, mostly their own latest.
					const original = at.what % 8 === 7 ? pick(done, at.knows < 70 ? done.length - 1 : at.detail) : undefined;
					const command = commandFor(full, at, count);
					const needs = original ? undoFootprint(original) : footprint(command);
					const doing =
						original && at.knows < 90
							? { ...context, actor: people.find((each) => each.personId === original.actorId) ?? context.actor }
							: context;
					const ask = (world: World, given: Context) =>
						original ? undo(original, world, given) : decide(command, world, given);

					const decision = ask(full, doing);
					same(ask(gather(full, mergeFootprints([needs])), doing), decision);
					const onPhone = ask(full, { ...doing, side: 'phone', numbers: null });
					// A phone cannot tell "changed and changed back" from "not changed" (undo.ts).
					if (bare(decision) !== 'changed_since') same(common(onPhone), common(decision));

					const key = `${original ? 'undo' : command.name} ${bare(decision)}`;
					answers.set(key, (answers.get(key) ?? 0) + 1);
					if (decision.kind !== 'ok') {
						for (const locale of LOCALES)
							if (/[{}[\]]|–/.test(sentence(decision.rejection, locale)))
								expect(decision.rejection).toBe('a sentence without gaps');
						return;
					}
					checkHistory(full, decision);
					const before = cloneWorld(full);
					applyChanges(full, deepFreeze(decision.changes));
					same(invariants(full), []);
					if (!original && decision.undo)
						checkTakenBack(before, full, { command, actorId: doing.actor.personId, memo: decision.undo }, doing);
					if (original) original.undone = true;
					else done.push({ command, actorId: context.actor.personId, memo: decision.undo ?? null });
				});
			}),
			{ numRuns: 150, seed: SEED }
		);
		const reached = [...answers.keys()].sort();
		// The walk is only worth something while it gets everywhere that matters.
		for (const needed of [
			'shipment.track ok',
			'shipment.resolve ok',
			'shipment.close ok',
			'carton.load ok',
			'undo ok',
			'undo changed_since',
			'carton.remove shipment_locked',
			'carton.remove carton_shipped',
			'shipment.edit ok',
			'carton.create code_taken'
		])
			expect(reached).toContain(needed);
	}, 60_000);

	/** [§11, I38] Taken back at once, everything is as it was: but for a sticker that has held an item, and a discarded carton. */
	function checkTakenBack(before: World, after: World, original: Original, context: Context): void {
		const world = cloneWorld(after);
		const back = undo(original, world, context);
		if (back.kind !== 'ok') throw new Error(`${original.command.name} cannot be taken back: ${back.rejection.code}`);
		applyChanges(world, back.changes);
		same(invariants(world), []);
		for (const { id } of back.changes.cartons) {
			const [was, is] = [before.cartons.get(id), world.cartons.get(id)];
			if (was) same({ ...is, everPacked: null }, { ...was, everPacked: null });
			else same([is?.status, is?.discardedAt === null], ['draft', false]);
		}
		for (const { id } of back.changes.shipments) {
			const [was, is] = [before.shipments.get(id), world.shipments.get(id)];
			// A number is never demoted (R1); becoming ready again is a new moment (S1).
			same({ ...is, reference: null, readyAt: null }, { ...was, reference: null, readyAt: null });
		}
	}

	/** [C11] One event for each status that really changed, and none besides. */
	function checkHistory(before: World, decision: Extract<Decision, { kind: 'ok' }>): void {
		const changed = decision.changes.cartons.filter(
			(carton: CartonRow) => before.cartons.get(carton.id)?.status !== carton.status
		);
		const told = decision.changes.cartonEvents.map(
			(event) =>
				`${event.cartonId} ${event.fromStatus} ${event.toStatus} ${event.shipmentBefore} ${event.shipmentAfter}`
		);
		same(
			told.sort(),
			changed
				.map((carton) => {
					const was = before.cartons.get(carton.id);
					return `${carton.id} ${was?.status ?? null} ${carton.status} ${was?.shipmentId ?? null} ${carton.shipmentId}`;
				})
				.sort()
		);
	}
});
