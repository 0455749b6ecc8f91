/**
 * [T1–T4] Étape: a tracking step recorded on the phone, offline too. The time is the phone's unless the worker types one for
 * what happened earlier.
 */
import type { StepChoice } from '#lib/domain/ask.ts';
import type { CommandArgs } from '#lib/domain/commands.ts';
import { stepLabel } from '#lib/domain/labels.ts';
import { referenceOf } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { TRACKING_STEPS, type ShipmentRow, type TrackingStep } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { ShipmentChoice } from './shipment-choice.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';

/** What the form holds. */
export interface StepEntry {
	step: TrackingStep;
	actorName: string;
	actorStructure: string;
	comment: string;
	/** ISO; null: now, by the phone's clock. */
	occurredAt: string | null;
}

export class StepWork extends ShipmentChoice {
	constructor(floor: Floor, choices: Choices) {
		super(floor, choices, '/scan/step');
	}

	/** Records it and shows the shipment, so that a second press cannot record the step after it. `false`: refused. */
	async record(shipment: ShipmentRow, entry: StepEntry): Promise<boolean> {
		const code = referenceOf(shipment);
		const submitted = await this.floor.carryOut(stepCommand(shipment, entry), {
			code,
			done: { headline: stepLabel(entry.step, getLocale()), sentence: shipment.destinationCity }
		});
		if (submitted.kind === 'refused') return false;
		await this.floor.open(`/scan/shipments/${shipment.id}`);
		return true;
	}
}

/** [D5] The command for the cycle that is on the screen. */
export function stepCommand(
	{ id: shipmentId, cycle }: ShipmentRow,
	{ step, actorName, actorStructure, comment, occurredAt }: StepEntry
): { name: 'shipment.track'; args: CommandArgs['shipment.track'] } {
	return {
		name: 'shipment.track',
		args: {
			shipmentId,
			step,
			cycle,
			actorName: actorName.trim(),
			actorStructure: actorStructure.trim(),
			...(comment.trim() === '' ? {} : { comment: comment.trim() }),
			...(occurredAt === null ? {} : { occurredAt })
		}
	};
}

/** [T1] Why a step cannot be recorded now, beside its name: one that is not on the way comes later, or is passed. */
export function stepReason({ step, refusal }: StepChoice, say: (why: Rejection) => string): string | null {
	if (refusal?.code !== 'step_not_allowed') return refusal && say(refusal);
	const allowed = String(refusal.params.allowed ?? '')
		.split(',')
		.filter((one) => one !== '') as TrackingStep[];
	const comesLater = allowed.some((one) => TRACKING_STEPS.indexOf(one) < TRACKING_STEPS.indexOf(step));
	if (!comesLater) return m.modes_step_passed();
	return m.modes_step_after({ steps: allowed.map((one) => stepLabel(one, getLocale())).join(m.modes_step_or()) });
}
