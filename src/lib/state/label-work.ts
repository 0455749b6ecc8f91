/**
 * Étiqueter: each carton scanned is labelled; the first one chooses its shipment, and a carton of another one is refused
 * loudly. The last one announces PRÊT (S1).
 */
import { readyCartons } from '#lib/domain/readiness.ts';
import type { CartonRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { nameOfMeaning, Work } from './work.ts';

export class LabelWork extends Work {
	protected readonly expects = ['carton', 'shipment'] as const;
	readonly #shipmentId: string | null;

	constructor(floor: Floor, choices: Choices, shipmentId: string | null) {
		super(floor, choices);
		this.#shipmentId = shipmentId;
	}

	/** Labels one carton, scanned or pressed. What the worker sees as its shipment travels with the command. */
	async label(carton: CartonRow): Promise<void> {
		const seen = this.#shipmentId ?? carton.shipmentId;
		const after = await this.#countAfter(carton, seen);
		await this.floor.carryOut(
			{ name: 'carton.label', args: { cartonId: carton.id, shipmentId: seen } },
			{ code: carton.code, done: after }
		);
		if (this.#shipmentId === null && carton.shipmentId !== null)
			await this.floor.open(`/scan/label/${carton.shipmentId}`);
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		switch (meaning.kind) {
			case 'carton':
				return this.label(meaning.carton);
			case 'shipment':
				await this.floor.client.logScan({ code, opened: 'shipment', rejection: null });
				await this.floor.open(`/scan/label/${meaning.shipment.id}`);
				return this.floor.answers.acknowledge('ok');
			default:
				return this.notForHere(meaning, code);
		}
	}

	/** [S1] What the answer says if it is labelled: its shipment's count with this carton, or PRÊT when it was the last. */
	async #countAfter(carton: CartonRow, shipmentId: string | null): Promise<{ headline: string; sentence: string }> {
		const shipment = shipmentId === null ? null : await this.floor.shipment(shipmentId);
		if (!shipment) return { headline: m.floor_done_label(), sentence: '' };
		const done = readyCartons(shipment) + (carton.status === 'assigned' ? 1 : 0);
		const last = done === shipment.cartonsTotal;
		return last
			? {
					headline: m.floor_done_label_last(),
					sentence: m.floor_done_label_last_sentence({
						reference: nameOfMeaning({ kind: 'shipment', shipment }),
						count: shipment.cartonsTotal
					})
				}
			: { headline: m.floor_done_label(), sentence: '' };
	}
}
