/**
 * [T5] What the holder of a tracking link may see of a shipment, and no more: where it goes, how many cartons, which stops
 * it has reached, and the reception that may be recorded now. No party, no actor, no reason: those are people's.
 */
import { asking, nextSteps } from '#lib/domain/ask.ts';
import { LINK_STEPS } from '#lib/domain/roles.ts';
import type { ShipmentRow, TimelineRow, TrackingStep } from '#lib/domain/rows.ts';
import { allowedSteps } from '#lib/domain/tracking.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { shipmentRow, timelineRow } from '#lib/server/desk/records.ts';

export type TrackingReading =
	| { kind: 'open'; shipment: ShipmentRow; steps: TimelineRow[] }
	/** The link was renewed. */
	| { kind: 'revoked' }
	| { kind: 'unknown' };

/** Longer than any token: what is longer is as unknown as what is made up. */
const MAX_TOKEN_LENGTH = 128;
/** What the public line shows, beginning with the work in the warehouse. */
const STOPS = [
	'planned',
	'boarding_ok',
	'received_correspondent',
	'received_recipient'
] as const satisfies TrackingStep[];

/** Asks the same of the database whatever the text is, so that a malformed token cannot be told from an unknown one. */
export async function readTracking(reader: PrismaClient, text: string): Promise<TrackingReading> {
	const token = text.slice(0, MAX_TOKEN_LENGTH);
	const [record, revoked] = await Promise.all([
		reader.shipment.findUnique({ where: { trackingToken: token } }),
		reader.revokedToken.findUnique({ where: { token } })
	]);
	if (record === null) return { kind: revoked === null ? 'unknown' : 'revoked' };
	const entries = await reader.timeline.findMany({ where: { shipmentId: record.id }, orderBy: { ordinal: 'asc' } });
	// [D5] Earlier cycles are the desk's business.
	const steps = entries.filter((entry) => entry.kind === 'step' && entry.cycle === record.cycle);
	return { kind: 'open', shipment: shipmentRow(record), steps: steps.map(timelineRow) };
}

/** `now`: ISO, the server's. */
export function trackingView({ shipment, steps }: Extract<TrackingReading, { kind: 'open' }>, now: string) {
	const actor = { personId: null, name: 'link', structure: 'link', role: 'link' as const };
	const open = allowedSteps(shipment.status, shipment.latestStep).find((step) => LINK_STEPS.includes(step));
	const answer = open === undefined ? null : nextSteps({ shipment, timeline: steps }, asking(actor, now))[open];
	return {
		reference: shipment.reference ?? shipment.temporaryReference ?? '',
		city: shipment.destinationCity,
		iata: shipment.destinationIata,
		country: shipment.destinationCountry,
		cartons: shipment.cartonsTotal,
		cycle: shipment.cycle,
		archived: shipment.archivedAt !== null,
		/** Somebody looks into it: why is not for everybody. */
		onHold: shipment.disputeId !== null,
		stops: STOPS.map((stop) => ({ stop, at: steps.findLast(({ step }) => step === stop)?.occurredAt ?? null })),
		/** The reception that the holder may record now. */
		open: answer?.allowed ? (open ?? null) : null
	};
}
