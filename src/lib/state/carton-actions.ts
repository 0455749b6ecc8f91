/**
 * What can be done with a carton: the one obvious next action for its status, and the rest. Whether the rule allows each now
 * is asked when it is shown (`ask-rule.ts`).
 */
import type { Command } from '#lib/domain/commands.ts';
import { isLocked } from '#lib/domain/readiness.ts';
import { referenceOf } from '#lib/domain/refuse.ts';
import type { CartonRow, ShipmentRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { commandWord, modeWord } from './words.ts';

export interface CommandAction {
	kind: 'command';
	label: string;
	command: Command;
	/** The answer's headline when it is saved. */
	done: string;
	/** What it brings with it, said before; null: nothing. */
	warning: string | null;
}

export type NextAction = CommandAction | { kind: 'open'; label: string; path: string };

export interface CartonActions {
	/** null: a discarded carton. */
	next: NextAction | null;
	others: CommandAction[];
}

/** `shipment`: the carton's own, when this phone has it. */
export function cartonActions(carton: CartonRow, shipment: ShipmentRow | null): CartonActions {
	if (carton.discardedAt !== null) return { next: null, others: [] };
	return { next: nextAction(carton, shipment), others: otherActions(carton) };
}

function nextAction(carton: CartonRow, shipment: ShipmentRow | null): NextAction {
	const openShipment: NextAction | null = shipment && {
		kind: 'open',
		label: m.floor_open_named({ name: referenceOf(shipment) || m.floor_shipment_unnumbered() }),
		path: `/scan/shipments/${shipment.id}`
	};
	const pack: NextAction = { kind: 'open', label: modeWord('pack'), path: `/scan/pack/${carton.id}` };
	switch (carton.status) {
		case 'draft':
		case 'picking':
			return pack;
		case 'packed':
			return { kind: 'open', label: modeWord('assign'), path: `/scan/assign?carton=${carton.id}` };
		case 'assigned':
			return shipment && isLocked(shipment) && openShipment ? openShipment : labelAction(carton);
		default:
			return openShipment ?? pack;
	}
}

const labelAction = (carton: CartonRow): CommandAction => ({
	kind: 'command',
	label: modeWord('label'),
	command: { name: 'carton.label', args: { cartonId: carton.id, shipmentId: carton.shipmentId } },
	done: m.floor_done_label(),
	warning: null
});

function otherActions(carton: CartonRow): CommandAction[] {
	const { id: cartonId, shipmentId, status } = carton;
	const actions: CommandAction[] = [];
	const add = (label: string, done: string, command: Command, warning: string | null = null): void => {
		actions.push({ kind: 'command', label, done, command, warning });
	};
	if (status === 'draft' || status === 'picking')
		add(m.floor_action_ready(), m.floor_done_ready(), {
			name: 'carton.setStatus',
			args: { cartonId, status: 'packed', was: status }
		});
	if (status === 'packed')
		add(m.floor_action_reopen(), m.floor_done_reopen(), {
			name: 'carton.setStatus',
			args: { cartonId, status: 'picking', was: status }
		});
	if (status === 'labeled')
		add(commandWord('carton.removeLabel'), m.floor_done_remove_label(), {
			name: 'carton.removeLabel',
			args: { cartonId, shipmentId }
		});
	if (shipmentId !== null)
		add(
			commandWord('carton.remove'),
			m.floor_done_remove(),
			{ name: 'carton.remove', args: { cartonId, shipmentId } },
			status === 'labeled' ? m.floor_warning_label_goes() : null
		);
	if (carton.items.length > 0)
		add(
			commandWord('carton.unpack'),
			m.floor_done_unpack(),
			{ name: 'carton.unpack', args: { cartonId, shipmentId } },
			m.floor_warning_unpack()
		);
	if (carton.items.length === 0)
		add(commandWord('carton.discard'), m.floor_done_discard(), { name: 'carton.discard', args: { cartonId } });
	return actions;
}
