/**
 * [T1, T2, T3, T4, C8] Tracking steps: what may happen next, what it needs, what it does to the shipment and its cartons.
 */
import { isLoaded } from './carton-load.ts';
import type { CommandArgs } from './commands.ts';
import type { Context, World } from './decision.ts';
import type { Draft } from './draft.ts';
import { deviceOccurredAt, typedOccurredAt, type OccurredAt } from './occurred-at.ts';
import { missingParties } from './parties.ts';
import { readyCartons } from './readiness.ts';
import { isRejection, listed, referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy } from './rule.ts';
import type { ShipmentRow, ShipmentStatus, TimelineRow, TrackingStep } from './rows.ts';
import { findShipment, type ShipmentSubject } from './shipment-subject.ts';
import { cartonsOf, stepsOf } from './world.ts';

type Args = CommandArgs['shipment.track'];

/** [T1] The next allowed steps by status, and by the latest step of the current cycle. Empty: the end of the road. */
export function allowedSteps(status: ShipmentStatus, latest: TrackingStep | null): readonly TrackingStep[] {
	switch (status) {
		case 'draft':
		case 'picking':
			return ['planning_ok'];
		case 'packed':
			return latest === 'planning_ok' ? ['planned'] : ['planning_ok'];
		case 'planned':
			return latest === 'moved_export' ? ['boarding_ok'] : ['moved_export', 'boarding_ok'];
		case 'shipped':
			return ['received_correspondent'];
		case 'received_correspondent':
			return ['received_recipient'];
		case 'delivered':
			return [];
	}
}

/** §4: what each step makes of the shipment. */
export const STATUS_AFTER: Record<TrackingStep, ShipmentStatus> = {
	planning_ok: 'packed',
	planned: 'planned',
	moved_export: 'planned',
	boarding_ok: 'shipped',
	received_correspondent: 'received_correspondent',
	received_recipient: 'delivered'
};

/** [T2, S4] The first four steps also need cartons and parties. */
export const needsCartonChecks = (step: TrackingStep): boolean =>
	step !== 'received_correspondent' && step !== 'received_recipient';

const allowedNow = ({ shipment }: ShipmentSubject): readonly TrackingStep[] =>
	allowedSteps(shipment.status, shipment.latestStep);

/** [T1] Not allowed, but recorded in the cycle that its author saw. */
function recorded({ shipment }: ShipmentSubject, args: Args, world: World): TimelineRow | undefined {
	if (args.cycle !== shipment.cycle) return undefined;
	return stepsOf(world, shipment).find((entry) => entry.step === args.step);
}

export const trackShipment = judgeBy<'shipment.track', ShipmentSubject>({
	name: 'shipment.track',
	find: findShipment,
	already: (subject, args, world) => {
		const { shipment } = subject;
		const entry = allowedNow(subject).includes(args.step) ? undefined : recorded(subject, args, world);
		if (!entry) return null;
		const params = { reference: referenceOf(shipment), step: args.step, by: entry.actorName, at: entry.occurredAt };
		return refuse('already_recorded', params, shipment.id);
	},
	passes: ['locked'],
	needs: [
		({ shipment }, args) =>
			args.cycle === shipment.cycle
				? null
				: refuse('cycle_changed', { reference: referenceOf(shipment), cycle: shipment.cycle }, shipment.id),
		notAllowed,
		({ shipment }, args, { world }) => (needsCartonChecks(args.step) ? cartonsLacking(shipment, world) : null),
		({ shipment }, args) => (needsCartonChecks(args.step) ? partiesLacking(shipment) : null),
		({ shipment }, args, { context }) => {
			const when = occurredAt(shipment, args, context);
			return isRejection(when) ? when : null;
		}
	],
	by: (args) => args.actorName,
	reason: (args) => `shipment.track:${args.step}`,
	act: ({ shipment: before }, args, draft) => {
		const when = occurredAt(before, args, draft.context);
		if (isRejection(when)) throw new Error('shipment.track acted on a time that its guard had refused');
		draft.at = when.occurredAt;
		const shipment = draft.shipment(before);
		draft.entry(shipment, {
			kind: 'step',
			step: args.step,
			comment: args.comment ?? '',
			actorStructure: args.actorStructure,
			occurredUncertain: when.uncertain
		});
		Object.assign(shipment, { latestStep: args.step, latestStepAt: when.occurredAt });
		if (args.step === 'boarding_ok') board(shipment, draft);
		// `planning_ok` needs cartons that make it ready anyway: readiness then sets status and readyAt together (S1).
		if (args.step !== 'planning_ok') shipment.status = STATUS_AFTER[args.step];
	}
});

function notAllowed(subject: ShipmentSubject, args: Args): Rejection | null {
	const { shipment } = subject;
	const allowed = allowedNow(subject);
	if (allowed.includes(args.step)) return null;
	const params = { reference: referenceOf(shipment), step: args.step, status: shipment.status };
	return refuse(
		'step_not_allowed',
		allowed.length > 0 ? { ...params, allowed: allowed.join(',') } : params,
		shipment.id
	);
}

/** [T2] In this order: a carton, all past packing, all labelled. Reads the counts; the cartons only to name them. */
function cartonsLacking(shipment: ShipmentRow, world: World): Rejection | null {
	const reference = referenceOf(shipment);
	const { cartonsTotal } = shipment;
	if (cartonsTotal === 0) return refuse('no_cartons', { reference }, shipment.id);
	const ready = readyCartons(shipment);
	const unassigned = cartonsTotal - ready - shipment.cartonsAssigned;
	if (unassigned > 0) return refuse('cartons_not_assigned', { reference, count: unassigned }, shipment.id);
	if (ready === cartonsTotal) return null;
	const unlabeled = cartonsOf(world, shipment.id).filter((carton) => carton.status === 'assigned');
	const codes = listed(unlabeled.map(({ code }) => code));
	return refuse(
		'cartons_not_labeled',
		{ reference, count: cartonsTotal - ready, codes },
		shipment.id,
		...unlabeled.slice(0, 12).map(({ id }) => id)
	);
}

/** [S4] */
function partiesLacking(shipment: ShipmentRow): Rejection | null {
	const missing = missingParties(shipment);
	if (missing.length === 0) return null;
	return refuse('parties_incomplete', { reference: referenceOf(shipment), missing: missing.join(',') }, shipment.id);
}

/** [T4] What the next step cannot precede: the former step of the cycle, or the shipment's creation. */
export const earliestStepAt = (shipment: ShipmentRow): string => shipment.latestStepAt ?? shipment.createdAt;

function occurredAt(shipment: ShipmentRow, args: Args, context: Context): OccurredAt | Rejection {
	const earliest = earliestStepAt(shipment);
	return args.occurredAt === undefined
		? deviceOccurredAt(context, earliest)
		: typedOccurredAt(context, args.occurredAt, earliest);
}

/** [C8, C15] Every carton is shipped; those that nobody marked as loaded are named. */
function board(shipment: ShipmentRow, draft: Draft): void {
	const cartons = cartonsOf(draft.world, shipment.id);
	const unmarked = cartons.filter((carton) => !isLoaded({ carton, own: shipment }));
	for (const carton of cartons) draft.place(carton, 'shipped');
	if (unmarked.length === 0) return;
	const params = {
		reference: referenceOf(shipment),
		codes: listed(unmarked.map(({ code }) => code)),
		count: unmarked.length
	};
	draft.notes.push(refuse('not_loaded', params, shipment.id));
}
