import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { Context, Decision, Footprint, World } from './decision.ts';
import { footprint, mergeFootprints } from './footprint.ts';
import { invariants } from './invariants.ts';
import { LOCALES } from './labels.ts';
import { finalReference, temporaryReference } from './references.ts';
import type { CartonRow } from './rows.ts';
import { commandFor, pick, type Attempt } from './sample-attempts.ts';
import { minutes, sampleContext, sampleWorld } from './sample-rows.ts';
import { sentence } from './sentences.ts';
import { undo, undoFootprint, type Original } from './undo.ts';
import { applyChanges, cloneWorld, emptyWorld, missingShipments } from './world.ts';

const attempt: fc.Arbitrary<Attempt> = fc.record({
	what: fc.nat(999),
	carton: fc.nat(5),
	shipment: fc.nat(3),
	detail: fc.nat(99),
	knows: fc.nat(99),
	who: fc.nat(2)
});

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

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
