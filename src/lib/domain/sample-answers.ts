/**
 * What tests expect of a decision: that it was accepted, or that it was not. Either mistake throws with what came instead.
 */
import type { Command } from './commands.ts';
import { decide } from './decide.ts';
import type { Context, Decision, World } from './decision.ts';
import type { Rejection } from './rejections.ts';
import type { CartonRow, ShipmentRow } from './rows.ts';
import { sampleContext } from './sample-rows.ts';

export type Accepted = Extract<Decision, { kind: 'ok' }>;

/** @throws when the command is refused or changes nothing */
export function accepted(command: Command, world: World, context: Context = sampleContext()): Accepted {
	const decision = decide(command, world, context);
	if (decision.kind !== 'ok') throw new Error(`${command.name}: ${decision.rejection.code}`);
	return decision;
}

/** The rejection or note. @throws when the command is accepted */
export function refused(command: Command, world: World, context: Context = sampleContext()): Rejection {
	const decision = decide(command, world, context);
	if (decision.kind === 'ok') throw new Error(`${command.name} was accepted`);
	return decision.rejection;
}

/** The first carton that a decision writes. */
export const cartonOf = (decision: Accepted): CartonRow => decision.changes.cartons[0] as CartonRow;
/** The first shipment that a decision writes. */
export const shipmentOf = (decision: Accepted): ShipmentRow => decision.changes.shipments[0] as ShipmentRow;
