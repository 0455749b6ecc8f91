import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { CartonRow, ShipmentRow } from './rows.ts';
import { ARCHIVED, CLOSED, DISPUTED, sampleCarton, sampleContext, sampleShipment, sampleWorld } from './sample-rows.ts';

const one = [{ productId: 'rice', quantity: 1 }];
const all = [{ productId: 'rice', quantity: 10 }];

/** Every carton command, said by somebody who saw the carton where it is (`seen`) and knows another shipment (`other`). */
const COMMANDS: Record<string, (cartonId: string, seen: string | null, other: string) => Command> = {
	'pack': (cartonId, shipmentId) => ({ name: 'carton.pack', args: { cartonId, shipmentId, items: one } }),
	'pack, ready': (cartonId, shipmentId) => ({ name: 'carton.pack', args: { cartonId, shipmentId, items: one, ready: true } }),
	'pack into other': (cartonId, shipmentId, intoShipmentId) => ({
		name: 'carton.pack',
		args: { cartonId, shipmentId, intoShipmentId, items: one }
	}),
	'take one': (cartonId, shipmentId) => ({ name: 'carton.takeOut', args: { cartonId, shipmentId, items: one } }),
	'take all': (cartonId, shipmentId) => ({ name: 'carton.takeOut', args: { cartonId, shipmentId, items: all } }),
	'set draft': (cartonId) => ({ name: 'carton.setStatus', args: { cartonId, status: 'draft' } }),
	'set picking': (cartonId) => ({ name: 'carton.setStatus', args: { cartonId, status: 'picking' } }),
	'set packed': (cartonId) => ({ name: 'carton.setStatus', args: { cartonId, status: 'packed' } }),
	'assign other': (cartonId, _seen, shipmentId) => ({ name: 'carton.assign', args: { cartonId, shipmentId } }),
	'assign own': (cartonId, seen, other) => ({ name: 'carton.assign', args: { cartonId, shipmentId: seen ?? other } }),
	'remove': (cartonId, shipmentId) => ({ name: 'carton.remove', args: { cartonId, shipmentId } }),
	'label': (cartonId, shipmentId) => ({ name: 'carton.label', args: { cartonId, shipmentId } }),
	'unlabel': (cartonId, shipmentId) => ({ name: 'carton.removeLabel', args: { cartonId, shipmentId } }),
	'load': (cartonId, seen, other) => ({ name: 'carton.load', args: { cartonId, shipmentId: seen ?? other, cycle: 1 } }),
	'load other': (cartonId, _seen, shipmentId) => ({ name: 'carton.load', args: { cartonId, shipmentId, cycle: 1 } }),
	'unload': (cartonId, seen, other) => ({ name: 'carton.unload', args: { cartonId, shipmentId: seen ?? other, cycle: 1 } }),
	'move': (cartonId) => ({ name: 'carton.move', args: { cartonId, locationId: 'shelf', was: null } }),
	'unpack': (cartonId, shipmentId) => ({ name: 'carton.unpack', args: { cartonId, shipmentId } }),
	'discard': (cartonId) => ({ name: 'carton.discard', args: { cartonId } })
}; // prettier-ignore

type Place = { carton: Partial<CartonRow>; shipment?: Partial<ShipmentRow> };
const content = [{ productId: 'rice', quantity: 10, lotCode: null, expiresOn: null }];

const UNLINKED: Record<string, Place> = {
	'empty draft': { carton: { status: 'draft', items: [] } },
	'filled draft': { carton: { status: 'draft', items: content } },
	'picking': { carton: { status: 'picking' } },
	'packed': { carton: { status: 'packed' } }
}; // prettier-ignore

const LINKED: Record<string, Place> = {
	assigned: { carton: { status: 'assigned' }, shipment: { status: 'picking' } },
	labeled: { carton: { status: 'labeled' }, shipment: { status: 'packed' } },
	disputed: { carton: { status: 'labeled' }, shipment: { status: 'packed', ...DISPUTED } },
	planned: { carton: { status: 'labeled' }, shipment: { status: 'planned' } },
	shipped: { carton: { status: 'shipped' }, shipment: { status: 'shipped' } },
	closed: { carton: { status: 'shipped' }, shipment: { status: 'delivered', ...CLOSED } },
	archived: { carton: { status: 'shipped' }, shipment: { status: 'delivered', ...CLOSED, ...ARCHIVED } }
};

/** Where the rest of a row is the same code. */
const GONE = ['shipment_disputed', 'shipment_locked', 'carton_shipped', 'case_closed', 'shipment_archived'];
const ELSEWHERE = [...Array<string>(4).fill('carton_linked_elsewhere'), 'shipment_archived'];
const every = (code: string): string[] => Array<string>(7).fill(code);

/** What the rule book says of each command on each unlinked carton, in the order of UNLINKED. */
const ON_UNLINKED: Record<string, string[]> = {
	'pack': ['ok', 'ok', 'ok', 'ok'],
	'pack, ready': ['ok', 'ok', 'ok', 'ok'],
	'pack into other': ['ok', 'ok', 'ok', 'ok'],
	'take one': ['item_not_in_carton', 'ok', 'ok', 'ok'],
	'take all': ['item_not_in_carton', 'ok', 'ok', 'ok'],
	'set draft': ['already_in_status', 'already_in_status', 'ok', 'ok'],
	'set picking': ['ok', 'ok', 'already_in_status', 'ok'],
	'set packed': ['carton_empty', 'ok', 'ok', 'already_in_status'],
	'assign other': ['carton_not_packed', 'carton_not_packed', 'carton_not_packed', 'ok'],
	'assign own': ['carton_not_packed', 'carton_not_packed', 'carton_not_packed', 'ok'],
	'remove': Array<string>(4).fill('already_removed'),
	'label': Array<string>(4).fill('carton_not_assigned'),
	'unlabel': Array<string>(4).fill('already_unlabeled'),
	'load': Array<string>(4).fill('carton_not_linked'),
	'load other': Array<string>(4).fill('carton_not_linked'),
	'unload': Array<string>(4).fill('carton_not_linked'),
	'move': ['ok', 'ok', 'ok', 'ok'],
	'unpack': ['carton_empty', 'ok', 'ok', 'ok'],
	'discard': ['ok', 'carton_not_discardable', 'carton_not_discardable', 'carton_not_discardable']
}; // prettier-ignore

/** The same for linked ones, in the order of LINKED. */
const ON_LINKED: Record<string, string[]> = {
	'pack': ['ok', 'ok', ...GONE],
	'pack, ready': every('invalid_args'),
	'pack into other': ['carton_linked_elsewhere', 'carton_linked_elsewhere', ...ELSEWHERE],
	'take one': ['ok', 'ok', ...GONE],
	'take all': ['carton_would_be_empty', 'carton_would_be_empty', ...GONE],
	'set draft': ['carton_linked', 'carton_linked', ...GONE],
	'set picking': ['carton_linked', 'carton_linked', ...GONE],
	'set packed': ['carton_linked', 'carton_linked', ...GONE],
	'assign other': ['carton_linked_elsewhere', 'carton_linked_elsewhere', ...ELSEWHERE],
	'assign own': every('already_assigned'),
	'remove': ['ok', 'ok', ...GONE],
	'label': ['ok', 'already_labeled', 'already_labeled', 'already_labeled', 'carton_shipped', 'case_closed', 'shipment_archived'],
	'unlabel': ['already_unlabeled', 'ok', ...GONE],
	'load': ['shipment_not_planned', 'shipment_not_planned', 'shipment_disputed', 'ok', 'shipment_not_planned', 'case_closed', 'shipment_archived'],
	'load other': ['carton_linked_elsewhere', 'carton_linked_elsewhere', ...ELSEWHERE],
	'unload': every('already_unloaded'),
	'move': ['ok', 'ok', 'shipment_disputed', 'ok', 'carton_shipped', 'case_closed', 'shipment_archived'],
	'unpack': ['ok', 'ok', ...GONE],
	'discard': ['carton_not_discardable', 'carton_not_discardable', ...GONE]
}; // prettier-ignore

function judged(
	place: Place,
	command: (typeof COMMANDS)[string],
	seen: 'here' | 'elsewhere' | 'nowhere' | 'unsaid' = 'here'
) {
	const other = sampleShipment({ status: 'draft' });
	const own = place.shipment ? sampleShipment(place.shipment) : null;
	const carton = sampleCarton({ shipmentId: own?.id ?? null, ...place.carton });
	const third = sampleShipment({ status: 'draft' });
	const world = sampleWorld({ cartons: [carton], shipments: [other, third, ...(own ? [own] : [])] });
	const saw = { here: own?.id ?? null, elsewhere: third.id, nowhere: null, unsaid: null }[seen];
	const made = command(carton.id, saw, other.id);
	if (seen === 'unsaid' && 'shipmentId' in made.args) delete (made.args as { shipmentId?: string }).shipmentId;
	const decision = decide(made, world, sampleContext());
	return { decision, code: decision.kind === 'ok' ? 'ok' : decision.rejection.code, carton, own, other };
}

describe('every command on every carton', () => {
	for (const [name, command] of Object.entries(COMMANDS)) {
		it(`[C2–C15] ${name} on unlinked cartons`, () => {
			const codes = Object.values(UNLINKED).map((place) => judged(place, command).code);
			expect(codes).toEqual(ON_UNLINKED[name]);
		});
		it(`[C2–C15] ${name} on linked cartons`, () => {
			const codes = Object.values(LINKED).map((place) => judged(place, command).code);
			expect(codes).toEqual(ON_LINKED[name]);
		});
	}

	it('[C10] the own shipment stops a command that does not name it', () => {
		for (const name of ['pack', 'take one', 'remove', 'unpack', 'unlabel'] as const) {
			const command = COMMANDS[name] as (typeof COMMANDS)[string];
			const codes = Object.values(LINKED).map((place) => judged(place, command, 'unsaid').code);
			expect(codes.slice(2)).toEqual(GONE);
		}
	});

	it('[§11] a carton that is not where its author saw it is left alone', () => {
		for (const name of ['pack', 'take one', 'remove', 'label', 'unlabel', 'unpack'] as const) {
			const command = COMMANDS[name] as (typeof COMMANDS)[string];
			for (const place of [LINKED['assigned'], LINKED['labeled'], LINKED['planned']] as Place[]) {
				expect(judged(place, command, 'elsewhere').code, name).toBe('carton_linked_elsewhere');
				expect(judged(place, command, 'nowhere').code, name).toBe('carton_linked_elsewhere');
			}
			const gone = judged(UNLINKED['packed'] as Place, command, 'elsewhere').code;
			expect(gone, name).toBe(name === 'remove' ? 'already_removed' : 'carton_not_linked');
		}
	});

	it('[C5] packing into the shipment where somebody put it meanwhile is no conflict', () => {
		const own = sampleShipment({ status: 'picking' });
		const carton = sampleCarton({ shipmentId: own.id, status: 'assigned' });
		const world = sampleWorld({ cartons: [carton], shipments: [own] });
		const args = { cartonId: carton.id, items: one, shipmentId: null, intoShipmentId: own.id };
		expect(decide({ name: 'carton.pack', args }, world, sampleContext()).kind).toBe('ok');
	});

	it('[§10] a carton or shipment that does not exist, a discarded carton', () => {
		const discarded = sampleCarton({ discardedAt: '2026-03-01T00:00:00.000Z' });
		const there = sampleCarton({ status: 'packed' });
		const world = sampleWorld({ cartons: [discarded, there] });
		for (const command of Object.values(COMMANDS)) {
			expect(decide(command('nobody', null, 'nowhere'), world, sampleContext())).toMatchObject({
				rejection: { code: 'not_found' }
			});
			expect(decide(command(discarded.id, null, 'nowhere'), world, sampleContext())).toMatchObject({
				rejection: { code: 'carton_discarded', params: { code: discarded.code } }
			});
		}
		const assign = decide(
			{ name: 'carton.assign', args: { cartonId: there.id, shipmentId: 'nowhere' } },
			world,
			sampleContext()
		);
		expect(assign).toMatchObject({ rejection: { code: 'not_found', params: { what: 'shipment', id: 'nowhere' } } });
	});
});
