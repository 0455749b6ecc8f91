/**
 * Why a button of the shipment page is disabled, beside the button: shorter than the rule book's sentence where the page
 * already says the rest (the dispute stands above, the steps stand in a list). Any other refusal reads as everywhere.
 */
import { stepLabel } from '#lib/domain/labels.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { TRACKING_STEPS, type TrackingStep } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';

/** `say`: the rule book's sentence. */
export function actionReason(refusal: Rejection | null, say: (why: Rejection) => string): string | null {
	if (refusal === null) return null;
	if (refusal.code === 'shipment_disputed') return m.desk_why_disputed();
	if (refusal.code === 'shipment_locked') return m.desk_why_locked();
	return say(refusal);
}

/** [T1] A step that is not on the way comes later, or is passed. */
export function stepReason(
	step: TrackingStep,
	refusal: Rejection | null,
	say: (why: Rejection) => string
): string | null {
	if (refusal?.code !== 'step_not_allowed') return actionReason(refusal, say);
	const allowed = String(refusal.params.allowed ?? '')
		.split(',')
		.filter((one) => one !== '') as TrackingStep[];
	const comesLater = allowed.some((one) => TRACKING_STEPS.indexOf(one) < TRACKING_STEPS.indexOf(step));
	if (!comesLater) return m.desk_why_passed();
	return m.desk_why_later({ steps: allowed.map((one) => stepLabel(one, getLocale())).join(m.desk_or()) });
}
