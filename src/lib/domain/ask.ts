/**
 * Questions that screens ask of the rule book: what may happen next with a shipment, and why not. Each asks the same rule
 * that decides, on the few rows a screen holds; nothing is saved.
 */
import { availability, type Availability } from './decide.ts';
import type { Context, World } from './decision.ts';
import type { Rejection } from './rejections.ts';
import { TRACKING_STEPS, type CartonRow, type ShipmentRow, type TimelineRow, type TrackingStep } from './rows.ts';
import { allowedSteps } from './tracking.ts';
import { emptyWorld } from './world.ts';

/** The rows of one shipment that a screen holds. Its cartons only serve to be named: rules read the counts. */
export interface ShipmentView {
	shipment: ShipmentRow;
	/** At least the current cycle. */
	timeline: readonly TimelineRow[];
	cartons?: readonly CartonRow[];
}

/** A context for asking only: the rule book's answer for this person at this time. */
export const asking = (actor: Context['actor'], at: string): Context => ({
	side: 'phone',
	actor,
	uid: 'asking',
	replicaId: 'asking',
	deviceAt: at,
	receivedAt: at,
	leases: null,
	numbers: null,
	defaultShipperId: null
});

/** The world as far as one shipment's screen knows it. */
export function shipmentWorld({ shipment, timeline, cartons = [] }: ShipmentView): World {
	const world = emptyWorld();
	world.shipments.set(shipment.id, shipment);
	for (const entry of timeline) world.timeline.set(entry.id, entry);
	for (const carton of cartons) world.cartons.set(carton.id, carton);
	return world;
}

/** [T1, T2] For each step: may it be recorded now, and if not, why. */
export function nextSteps(view: ShipmentView, context: Context): Record<TrackingStep, Availability> {
	const world = shipmentWorld(view);
	const { id: shipmentId, cycle } = view.shipment;
	const ask = (step: TrackingStep) => {
		const args = { shipmentId, step, cycle, actorName: context.actor.name, actorStructure: context.actor.structure };
		return availability({ name: 'shipment.track', args }, world, context);
	};
	return Object.fromEntries(TRACKING_STEPS.map((step) => [step, ask(step)])) as Record<TrackingStep, Availability>;
}

/** One step of a shipment's way, as a screen offers it. */
export interface StepChoice {
	step: TrackingStep;
	/** In the current cycle: by whom and when (occurredAt). */
	recorded: { by: string; at: string } | null;
	/** T1: the step is on the way now, whether or not something else still stands in its way. */
	onTheWay: boolean;
	/** Null: it may be recorded now. */
	refusal: Rejection | null;
}

/** [T1, T2] Every step in order. */
export function stepChoices(view: ShipmentView, context: Context): StepChoice[] {
	const { shipment, timeline } = view;
	const answers = nextSteps(view, context);
	const allowed = allowedSteps(shipment.status, shipment.latestStep);
	return TRACKING_STEPS.map((step) => {
		// A cycle that regains readiness may record planning_ok again (T1): the last one is what people read.
		const entry = timeline.findLast((row) => row.kind === 'step' && row.cycle === shipment.cycle && row.step === step);
		const answer = answers[step];
		return {
			step,
			recorded: entry === undefined ? null : { by: entry.actorName, at: entry.occurredAt },
			onTheWay: allowed.includes(step),
			refusal: answer.allowed ? null : answer.rejection
		};
	});
}

/** [K1, B3] May the case be closed now; if not, what is missing. */
export const canClose = (view: ShipmentView, context: Context): Availability =>
	availability({ name: 'shipment.close', args: { shipmentId: view.shipment.id } }, shipmentWorld(view), context);

/** [S5] May the shipment be archived now. */
export const canArchive = (view: ShipmentView, context: Context): Availability =>
	availability({ name: 'shipment.archive', args: { shipmentId: view.shipment.id } }, shipmentWorld(view), context);
