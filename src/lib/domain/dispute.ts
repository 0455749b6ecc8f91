/**
 * [D1–D5] A dispute is a flag on a shipment that stops its work until a manager resolves it. Resolving it after the lock
 * starts the shipment's planning again, in a new cycle.
 */
import type { Draft } from './draft.ts';
import { isLocked } from './readiness.ts';
import { byWhom, referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy } from './rule.ts';
import type { ShipmentRow } from './rows.ts';
import { findShipment, type ShipmentSubject } from './shipment-subject.ts';
import { cartonsOf, timelineOf } from './world.ts';

const openDispute = (shipment: ShipmentRow) => ({
	reference: referenceOf(shipment),
	reason: shipment.disputeReason ?? '',
	...byWhom(shipment.disputedBy, shipment.disputedAt)
});

/** [D1, D4] Any time, by any operator; a closed case is open again. */
export const disputeShipment = judgeBy<'shipment.dispute', ShipmentSubject>({
	name: 'shipment.dispute',
	find: findShipment,
	already: ({ shipment }) =>
		shipment.disputeId === null ? null : refuse('already_disputed', openDispute(shipment), shipment.id),
	passes: ['closed', 'locked'],
	act: ({ shipment: before }, args, draft) => {
		const shipment = draft.shipment(before);
		const { disputeId, reason } = args;
		Object.assign(shipment, { disputeId, disputeReason: reason, disputedBy: draft.by, disputedAt: draft.at });
		draft.entry(shipment, { kind: 'dispute', comment: reason, disputeId });
		if (shipment.closedAt === null) return;
		Object.assign(shipment, { closedAt: null, closedBy: null });
		draft.entry(shipment, { kind: 'reopen', comment: '', disputeId });
	}
});

/** [D3, D5] */
export const resolveDispute = judgeBy<'shipment.resolve', ShipmentSubject>({
	name: 'shipment.resolve',
	find: findShipment,
	already: ({ shipment }, _args, world): Rejection | null => {
		if (shipment.disputeId !== null) return null;
		const last = timelineOf(world, shipment.id).findLast((entry) => entry.kind === 'resolve');
		return refuse(
			'not_disputed',
			{ reference: referenceOf(shipment), ...byWhom(last?.actorName, last?.occurredAt) },
			shipment.id
		);
	},
	passes: ['disputed', 'locked'],
	needs: [
		({ shipment }, args) =>
			args.disputeId === shipment.disputeId ? null : refuse('dispute_changed', openDispute(shipment), shipment.id)
	],
	act: ({ shipment: before }, args, draft) => {
		const shipment = draft.shipment(before);
		Object.assign(shipment, { disputeId: null, disputeReason: null, disputedBy: null, disputedAt: null });
		if (isLocked(before)) restart(shipment, draft);
		draft.entry(shipment, { kind: 'resolve', comment: args.comment ?? '', disputeId: args.disputeId });
	}
});

/** [D3, D5] Planning starts again: a new cycle without steps, shipped cartons labelled as they were. */
function restart(shipment: ShipmentRow, draft: Draft): void {
	Object.assign(shipment, { status: 'packed', cycle: shipment.cycle + 1, latestStep: null, latestStepAt: null });
	for (const carton of cartonsOf(draft.world, shipment.id))
		if (carton.status === 'shipped') draft.place(carton, 'labeled');
}
