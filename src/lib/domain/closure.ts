/**
 * [K1, S5, T5] The end of a case: closing, archiving, and renewing its tracking link.
 */
import { byWhom, referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import type { World } from './decision.ts';
import { judgeBy } from './rule.ts';
import type { ShipmentRow, TrackingStep } from './rows.ts';
import { findShipment, type ShipmentSubject } from './shipment-subject.ts';
import { stepsOf } from './world.ts';

/** [K1] What the current cycle must have; `planning_ok` and `moved_export` may be missing. */
export const CLOSURE_STEPS = [
	'planned',
	'boarding_ok',
	'received_correspondent',
	'received_recipient'
] as const satisfies readonly TrackingStep[];

/** [K1] The steps that the current cycle still lacks. */
function missingSteps(shipment: ShipmentRow, world: World): TrackingStep[] {
	const recorded = new Set(stepsOf(world, shipment).map((entry) => entry.step));
	return CLOSURE_STEPS.filter((step) => !recorded.has(step));
}

function incomplete({ shipment }: ShipmentSubject, world: World): Rejection | null {
	const missing = missingSteps(shipment, world);
	if (shipment.status === 'delivered' && missing.length === 0) return null;
	const params = { reference: referenceOf(shipment), status: shipment.status };
	return refuse(
		'closure_incomplete',
		missing.length > 0 ? { ...params, missing: missing.join(',') } : params,
		shipment.id
	);
}

export const closeCase = judgeBy<'shipment.close', ShipmentSubject>({
	name: 'shipment.close',
	find: findShipment,
	already: ({ shipment }) =>
		shipment.closedAt === null
			? null
			: refuse(
					'already_closed',
					{ reference: referenceOf(shipment), ...byWhom(shipment.closedBy, shipment.closedAt) },
					shipment.id
				),
	passes: ['locked'],
	needs: [(subject, _args, { world }) => incomplete(subject, world)],
	act: ({ shipment: before }, _args, draft) => {
		const shipment = draft.shipment(before);
		Object.assign(shipment, { closedAt: draft.at, closedBy: draft.by });
		draft.entry(shipment, { kind: 'close', comment: '' });
	}
});

/** [S5] A draft, which has no carton, or a closed case. There is no way back. */
export const archiveShipment = judgeBy<'shipment.archive', ShipmentSubject>({
	name: 'shipment.archive',
	find: findShipment,
	already: ({ shipment }) => {
		if (shipment.archivedAt === null) return null;
		const { archivedBy, archivedAt } = shipment;
		return refuse(
			'already_archived',
			{ reference: referenceOf(shipment), ...byWhom(archivedBy, archivedAt) },
			shipment.id
		);
	},
	passes: ['closed', 'locked'],
	needs: [
		({ shipment }) =>
			shipment.status === 'draft' || shipment.closedAt !== null
				? null
				: refuse('not_archivable', { reference: referenceOf(shipment), status: shipment.status }, shipment.id)
	],
	act: ({ shipment: before }, _args, draft) => {
		const shipment = draft.shipment(before);
		Object.assign(shipment, { archivedAt: draft.at, archivedBy: draft.by });
		draft.entry(shipment, { kind: 'archive', comment: '' });
	}
});

/** [T5] A new token; the old one is revoked. Only the server makes one: a phone shows it as pending. */
export const renewLink = judgeBy<'shipment.renewLink', ShipmentSubject>({
	name: 'shipment.renewLink',
	find: findShipment,
	passes: ['closed', 'disputed', 'locked'],
	act: ({ shipment }, _args, draft) => {
		const token = draft.context.numbers?.trackingToken ?? null;
		draft.shipment(shipment).trackingToken = token;
		if (token !== null) draft.assigned.trackingToken = token;
	}
});
