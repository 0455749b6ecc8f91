/**
 * Affecter: a shipment is chosen first, then each carton scanned goes into it. A carton that came first waits for its
 * shipment.
 */
import type { CartonRow, ShipmentRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { nameOfMeaning, Work } from './work.ts';

export class AssignWork extends Work {
	protected readonly expects = ['carton', 'shipment'] as const;
	readonly #shipmentId: string | null;
	readonly #cartonId: string | null;

	/** `cartonId`: a carton that waits for its shipment to be chosen. */
	constructor(floor: Floor, choices: Choices, shipmentId: string | null, cartonId: string | null = null) {
		super(floor, choices);
		this.#shipmentId = shipmentId;
		this.#cartonId = cartonId;
	}

	/**
	 * A shipment was tapped or scanned: it is the one to fill, and the carton that waits goes into it at once. `quietly`: what
	 * was answered before stays in view.
	 */
	async choose(shipment: ShipmentRow, { quietly = false } = {}): Promise<void> {
		const carton = this.#cartonId === null ? null : await this.floor.carton(this.#cartonId);
		await this.floor.open(`/scan/assign/${shipment.id}`);
		if (carton) await this.#assign(carton, shipment);
		else if (!quietly) this.floor.answers.acknowledge('ok');
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		switch (meaning.kind) {
			case 'shipment':
				await this.floor.client.logScan({ code, opened: 'shipment', rejection: null });
				return this.choose(meaning.shipment);
			case 'carton': {
				const shipment = this.#shipmentId === null ? null : await this.floor.shipment(this.#shipmentId);
				if (shipment) return this.#assign(meaning.carton, shipment);
				await this.floor.client.logScan({ code, opened: 'carton', rejection: null });
				await this.floor.open(`/scan/assign?carton=${meaning.carton.id}`);
				return this.floor.answers.give({
					tone: 'info',
					headline: m.floor_assign_choose(),
					code: meaning.carton.code,
					sentence: ''
				});
			}
			default:
				return this.notForHere(meaning, code);
		}
	}

	async #assign(carton: CartonRow, shipment: ShipmentRow): Promise<void> {
		await this.floor.carryOut(
			{ name: 'carton.assign', args: { cartonId: carton.id, shipmentId: shipment.id } },
			{
				code: carton.code,
				done: {
					headline: m.floor_done_assign(),
					sentence: m.floor_done_assign_sentence({
						reference: nameOfMeaning({ kind: 'shipment', shipment }),
						city: shipment.destinationCity
					})
				}
			}
		);
	}
}
