/**
 * What may be done with a shipment now, and why not: one question to the rule book for each button of its page. Null means
 * yes. Saves nothing.
 */
import { canArchive, canClose, shipmentWorld } from '#lib/domain/ask.ts';
import type { Command } from '#lib/domain/commands.ts';
import { availability, decide } from '#lib/domain/decide.ts';
import type { Availability } from '#lib/domain/decide.ts';
import type { Context } from '#lib/domain/decision.ts';
import { progressOf } from '#lib/domain/progress.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { ShipmentReading } from './shipment-page.ts';

const refusalIn = (answer: Availability): Rejection | null => (answer.allowed ? null : answer.rejection);

const ask = (reading: ShipmentReading, command: Command, context: Context): Rejection | null =>
	refusalIn(availability(command, shipmentWorld(reading), context));

export const disputeRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	ask(
		reading,
		{ name: 'shipment.dispute', args: { shipmentId: reading.shipment.id, disputeId: 'asked', reason: '?' } },
		context
	);

const resolving = ({ shipment }: ShipmentReading): Command => ({
	name: 'shipment.resolve',
	args: { shipmentId: shipment.id, disputeId: shipment.disputeId ?? 'none' }
});

export const resolveRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	ask(reading, resolving(reading), context);

/**
 * [D3, D5] What resolving the dispute would do, as the rule itself does it; null where there is none. Everybody may read it,
 * whoever may resolve. `relabelled`: how many shipped cartons go back to labelled.
 */
export function resolveOutcome(reading: ShipmentReading, context: Context) {
	const manager = { ...context, actor: { ...context.actor, role: 'manager' as const } };
	const decision = decide(resolving(reading), shipmentWorld(reading), manager);
	if (decision.kind !== 'ok') return null;
	const after = decision.changes.shipments.find(({ id }) => id === reading.shipment.id) ?? reading.shipment;
	return {
		progress: progressOf(after),
		/** Null: work goes on in the cycle that it is in. */
		newCycle: after.cycle === reading.shipment.cycle ? null : after.cycle,
		relabelled: decision.changes.cartons.filter(({ status }) => status === 'labeled').length
	};
}

export const closeRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	refusalIn(canClose(reading, context));

export const archiveRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	refusalIn(canArchive(reading, context));

/** [T5] */
export const renewRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	ask(reading, { name: 'shipment.renewLink', args: { shipmentId: reading.shipment.id } }, context);

/** [S6] Asked with a change that anybody could make: whether the shipment may be edited at all. */
export const editRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	ask(
		reading,
		{
			name: 'shipment.edit',
			args: { shipmentId: reading.shipment.id, changes: { notes: `${reading.shipment.notes}.` } }
		},
		context
	);
