/**
 * [D1] Litige: any worker stops a shipment at any time, saying why. Taking it back is the office's.
 */
import { referenceOf } from '#lib/domain/refuse.ts';
import type { ShipmentRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { ShipmentChoice } from './shipment-choice.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';

export class DisputeWork extends ShipmentChoice {
	constructor(floor: Floor, choices: Choices) {
		super(floor, choices, '/scan/dispute');
	}

	/**
	 * `reason` is not empty; photos were taken for `disputeId` before. Shows the shipment when it is recorded. `false`: it was
	 * not, because there is a dispute already, or refused.
	 */
	async dispute(shipment: ShipmentRow, reason: string, disputeId: string = this.floor.newId()): Promise<boolean> {
		const submitted = await this.floor.carryOut(
			{ name: 'shipment.dispute', args: { shipmentId: shipment.id, disputeId, reason } },
			{
				code: referenceOf(shipment),
				done: { tone: 'warn', headline: m.modes_dispute_done(), sentence: m.modes_dispute_done_sentence() }
			}
		);
		if (submitted.kind !== 'saved') return false;
		await this.floor.open(`/scan/shipments/${shipment.id}`);
		return true;
	}
}

/** What was pressed and what was typed, as one reason; '' when there is neither. */
export const reasonOf = (picked: readonly string[], typed: string): string =>
	[picked.join(', '), typed.trim()].filter(Boolean).join(' : ');
