/**
 * The one function that phone, desk and server ask: may this happen, and what does it change? Pure and synchronous; the
 * rules are in one file per noun, the order of the checks (§10) in `rule.ts`.
 */
import { packCarton, takeOutOfCarton, unpackCarton } from './carton-content.ts';
import { labelCarton, removeLabel } from './carton-label.ts';
import { assignCarton, removeCarton } from './carton-link.ts';
import { loadCarton, unloadCarton } from './carton-load.ts';
import { createCarton, discardCarton, moveCarton, setCartonStatus } from './carton-place.ts';
import { archiveShipment, closeCase, renewLink } from './closure.ts';
import type { Command, CommandArgs, CommandName } from './commands.ts';
import { saveContact } from './contact-save.ts';
import type { Context, Decision, World } from './decision.ts';
import { saveDestination } from './destination-save.ts';
import { disputeShipment, resolveDispute } from './dispute.ts';
import { recordLabelPrint } from './label-print.ts';
import { handOverRefusal, settleRefusal } from './refusal.ts';
import type { Rejection } from './rejections.ts';
import type { Judge } from './rule.ts';
import { createShipment } from './shipment-create.ts';
import { editShipment } from './shipment-edit.ts';
import { trackShipment } from './tracking.ts';

const RULES: { [N in CommandName]: Judge<N> } = {
	'carton.create': createCarton,
	'carton.pack': packCarton,
	'carton.takeOut': takeOutOfCarton,
	'carton.setStatus': setCartonStatus,
	'carton.assign': assignCarton,
	'carton.remove': removeCarton,
	'carton.label': labelCarton,
	'carton.removeLabel': removeLabel,
	'carton.load': loadCarton,
	'carton.unload': unloadCarton,
	'carton.move': moveCarton,
	'carton.unpack': unpackCarton,
	'carton.discard': discardCarton,
	'label.printed': recordLabelPrint,
	'shipment.create': createShipment,
	'shipment.edit': editShipment,
	'shipment.track': trackShipment,
	'shipment.dispute': disputeShipment,
	'shipment.resolve': resolveDispute,
	'shipment.close': closeCase,
	'shipment.archive': archiveShipment,
	'shipment.renewLink': renewLink,
	'refusal.handOver': handOverRefusal,
	'refusal.settle': settleRefusal,
	'contact.save': saveContact,
	'destination.save': saveDestination
};

/**
 * Decides one command on the world that its `footprint` gathered; the world stays as it was (`applyChanges` lays the
 * changes over it). Arguments are well formed (`protocol/command-args.ts`).
 */
export const decide = (command: Command, world: World, context: Context): Decision =>
	judged(command.name, command.args, world, context);

function judged<N extends CommandName>(name: N, args: CommandArgs[N], world: World, context: Context): Decision {
	return RULES[name](args, world, context);
}

export type Availability = { allowed: true } | { allowed: false; rejection: Rejection };

/** Asks the rule book without saving: what a button needs to know, and what it says when it is disabled. */
export function availability(command: Command, world: World, context: Context): Availability {
	const decision = decide(command, world, context);
	return decision.kind === 'ok' ? { allowed: true } : { allowed: false, rejection: decision.rejection };
}
