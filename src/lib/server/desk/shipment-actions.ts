/**
 * What may be done with a shipment now, and why not: one question to the rule book for each button of its page. Null means
 * yes. Saves nothing.
 */
import { canArchive, canClose, shipmentWorld } from '#lib/domain/ask.ts';
import type { Command } from '#lib/domain/commands.ts';
import { availability } from '#lib/domain/decide.ts';
import type { Availability } from '#lib/domain/decide.ts';
import type { Context } from '#lib/domain/decision.ts';
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

export const resolveRefusal = (reading: ShipmentReading, context: Context): Rejection | null =>
	ask(
		reading,
		{
			name: 'shipment.resolve',
			args: { shipmentId: reading.shipment.id, disputeId: reading.shipment.disputeId ?? 'none' }
		},
		context
	);

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
