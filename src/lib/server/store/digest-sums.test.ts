import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import { TRACKING_STEPS } from '#lib/domain/rows.ts';
import { createWorld, SEEDED } from '../../../../tests/support/world.ts';
import { recomputedDigests, scopeDigests } from './digest-sums.ts';

const SCOPES = [['*'], ['warehouse:w-paris'], ['warehouse:w-lyon'], ['*', 'warehouse:w-paris']];

/** A command on the n-th carton and shipment, whatever their state: many are refused, which changes nothing either. */
type Draw = { what: number; carton: number; shipment: number; who: keyof typeof SEEDED.people };
const draw: fc.Arbitrary<Draw> = fc.record({
	what: fc.nat(13),
	carton: fc.nat(5),
	shipment: fc.nat(2),
	who: fc.constantFrom('operator', 'manager', 'admin')
});

const carton = (n: number) => `carton-${n}`;
const shipment = (n: number) => `shipment-${n}`;

function commandOf({ what, carton: c, shipment: s }: Draw, id: () => string): Command {
	const cartonId = carton(c);
	const shipmentId = shipment(s);
	const items = [{ productId: SEEDED.products[0], quantity: 1 }];
	const who = { actorName: 'A', actorStructure: 'B' };
	const commands: Command[] = [
		{
			name: 'carton.create',
			args: { cartonId, code: `C${c}`, source: 'printed', warehouseId: SEEDED.warehouses[c % 2]! }
		},
		{ name: 'carton.pack', args: { cartonId, items, ready: true } },
		{ name: 'carton.assign', args: { cartonId, shipmentId } },
		{ name: 'carton.label', args: { cartonId } },
		{ name: 'carton.remove', args: { cartonId } },
		{ name: 'carton.unpack', args: { cartonId } },
		{ name: 'carton.discard', args: { cartonId } },
		{ name: 'carton.move', args: { cartonId, locationId: SEEDED.locations[s % 2]! } },
		{ name: 'shipment.create', args: { shipmentId, destinationId: SEEDED.destination, temporary: true } },
		{ name: 'shipment.archive', args: { shipmentId } },
		{ name: 'shipment.dispute', args: { shipmentId, disputeId: id(), reason: 'short' } },
		{ name: 'shipment.resolve', args: { shipmentId, disputeId: 'x' } },
		{ name: 'shipment.track', args: { shipmentId, step: TRACKING_STEPS[c]!, cycle: 1, ...who } },
		{ name: 'shipment.renewLink', args: { shipmentId } }
	];
	return commands[what]!;
}

test('[I15, I27] after any commands and raw SQL the running sums equal sums counted from the rows', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(draw, { minLength: 5, maxLength: 40 }), fc.nat(3), async (draws, byHand) => {
			const world = await createWorld();
			try {
				for (const [i, one] of draws.entries()) {
					await world.desk(
						commandOf(one, () => world.id()),
						SEEDED.people[one.who]
					);
					if (i % 7 === 3)
						await world.raw(`UPDATE carton SET location_id = 'l-${byHand}' WHERE id = '${carton(byHand)}'`);
					if (i % 11 === 5) await world.raw(`UPDATE carton SET warehouse_id = 'w-lyon' WHERE id = '${carton(byHand)}'`);
				}
				expect(world.value('SELECT count(*) FROM in_scope WHERE digest IS NULL')).toBe(0);
				for (const scopes of SCOPES) {
					const running = world.store.read((db) => scopeDigests(db, scopes));
					expect(running).toEqual(world.store.read((db) => recomputedDigests(db, scopes)));
				}
				// [I27] membership is what the rules of §1 say, counted anew from the rows.
				expect(world.rows(`SELECT scope, row_id FROM in_scope WHERE "table" = 'cartons' ORDER BY row_id`)).toEqual(
					world.rows(
						`SELECT CASE WHEN shipment_id IS NULL THEN 'warehouse:' || warehouse_id ELSE '*' END AS scope, carton.id AS row_id
						FROM carton LEFT JOIN shipment ON shipment.id = shipment_id
						WHERE discarded_at IS NULL AND (shipment_id IS NULL OR archived_at IS NULL) ORDER BY carton.id`
					)
				);
			} finally {
				await world.close();
			}
		}),
		// A failure prints its seed, which replays it.
		{ numRuns: 25 }
	);
}, 60_000);

test('[I15] a phone’s digest at the head, and moved when it is not', async () => {
	const world = await createWorld();
	const phone = await world.phone('r1', { warehouseId: 'w-paris' });
	await world.cartons(2, 'packed');
	const ask = () =>
		world.store.digest({ epoch: world.store.epoch, replicaId: 'r1', cookie: phone.cookie }, phone.deviceId);
	expect(ask()).toEqual({ kind: 'moved' });
	phone.pull();
	expect(ask()).toMatchObject({ kind: 'digest', tables: { cartons: { count: 2 } } });
	// Another warehouse's news moves nobody here.
	await world.raw(
		`INSERT INTO carton (id, code, source, status, warehouse_id, status_by, status_at, created_by, created_at) VALUES ('far', 'FAR', 'printed', 'draft', 'w-lyon', 'x', 'x', 'x', 'x')`
	);
	expect(ask()).toMatchObject({ kind: 'digest', tables: { cartons: { count: 2 } } });
	expect(world.store.digest({ epoch: 'former', replicaId: 'r1', cookie: phone.cookie }, phone.deviceId)).toEqual({
		kind: 'moved'
	});
	await world.close();
});
