/**
 * [C6] Retirer: each carton scanned leaves its shipment, which the answer names. A label that no longer matches is to come off.
 */
import type { CartonRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import { nameOfMeaning, Work } from './work.ts';

export class RemoveWork extends Work {
	protected readonly expects = ['carton'] as const;

	protected async act(meaning: Thing, code: string): Promise<void> {
		return meaning.kind === 'carton' ? this.#remove(meaning.carton) : this.notForHere(meaning, code);
	}

	async #remove(carton: CartonRow): Promise<void> {
		const { shipmentId } = carton;
		const shipment = shipmentId === null ? null : await this.floor.shipment(shipmentId);
		const reference = shipment ? nameOfMeaning({ kind: 'shipment', shipment }) : m.floor_shipment_unnumbered();
		const labeled = carton.status === 'labeled';
		await this.floor.carryOut(
			{ name: 'carton.remove', args: { cartonId: carton.id, shipmentId } },
			{
				code: carton.code,
				done: {
					tone: labeled ? 'warn' : 'ok',
					headline: m.modes_remove_done({ reference }),
					sentence: labeled ? m.floor_warning_label_goes() : ''
				}
			}
		);
	}
}
