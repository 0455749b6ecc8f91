/**
 * [C15] Charger: the shipment is chosen first, then each carton scanned is marked as loaded. A carton of another shipment is
 * refused loudly; one that somebody loaded already is noted, with who and when. The last one announces that all are aboard.
 */
import { isLoaded } from '#lib/domain/carton-load.ts';
import type { CartonRow, ShipmentRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import { currentOf } from '#lib/sync/current-of.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { nameOfMeaning, Work } from './work.ts';

export class LoadWork extends Work {
	protected readonly expects = ['carton', 'shipment'] as const;
	readonly #shipmentId: string | null;

	/** `shipmentId` null: no shipment is chosen yet. */
	constructor(floor: Floor, choices: Choices, shipmentId: string | null) {
		super(floor, choices);
		this.#shipmentId = shipmentId;
	}

	/** [D5] Marks one carton for the cycle that the worker sees. */
	async load(carton: CartonRow, shipment: ShipmentRow): Promise<void> {
		const done = await this.#answerIfLoaded(carton, shipment);
		await this.floor.carryOut(
			{ name: 'carton.load', args: { cartonId: carton.id, shipmentId: shipment.id, cycle: shipment.cycle } },
			{ code: carton.code, done }
		);
	}

	/** Takes the mark off again: the carton stands on the dock. */
	async unload(carton: CartonRow, shipment: ShipmentRow): Promise<void> {
		await this.floor.carryOut(
			{ name: 'carton.unload', args: { cartonId: carton.id, shipmentId: shipment.id, cycle: shipment.cycle } },
			{ code: carton.code, done: { tone: 'info', headline: m.modes_load_unmarked() } }
		);
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		switch (meaning.kind) {
			case 'shipment':
				await this.floor.client.logScan({ code, opened: 'shipment', rejection: null });
				await this.floor.open(`/scan/load/${meaning.shipment.id}`);
				return this.floor.answers.acknowledge('ok');
			case 'carton':
				return this.#carton(meaning.carton, code);
			default:
				return this.notForHere(meaning, code);
		}
	}

	async #carton(carton: CartonRow, code: string): Promise<void> {
		const shipment = await this.#shipmentFor(carton);
		if (!shipment) return this.notForHere({ kind: 'carton', carton }, code);
		if (this.#shipmentId !== null) return this.load(carton, shipment);
		// The carton may be the one that does not belong: it chooses the shipment and is marked only when the worker says so.
		await this.floor.client.logScan({ code, opened: 'shipment', rejection: null });
		await this.floor.open(`/scan/load/${shipment.id}`);
		this.floor.answers.give({
			tone: 'info',
			headline: m.modes_load_first({ reference: nameOfMeaning({ kind: 'shipment', shipment }) }),
			code: carton.code,
			sentence: m.modes_load_first_sentence(),
			next: { label: m.modes_load_this(), run: () => this.load(carton, shipment) }
		});
	}

	async #shipmentFor(carton: CartonRow): Promise<ShipmentRow | null> {
		const id = this.#shipmentId ?? carton.shipmentId;
		return id === null ? null : this.floor.shipment(id);
	}

	/** What is said if this phone's rule takes it: "7 sur 12", or that all are aboard, which proposes the next step. */
	async #answerIfLoaded(carton: CartonRow, shipment: ShipmentRow) {
		const cartons = await currentOf(this.floor.client.cartonsOf(shipment.id));
		const others = cartons.filter((other) => other.id !== carton.id && isLoaded({ carton: other, own: shipment }));
		const done = others.length + 1;
		const total = shipment.cartonsTotal;
		if (done < total) return { headline: m.modes_load_done(), sentence: m.modes_load_done_count({ done, total }) };
		return {
			headline: m.modes_load_done_last(),
			sentence: m.modes_load_done_last_sentence({ count: total }),
			next: { label: m.modes_load_board(), run: () => this.floor.open(boardingPath(shipment.id)) }
		};
	}
}

/** The form that records the boarding of a shipment. */
export const boardingPath = (shipmentId: string): string => `/scan/step/${shipmentId}?step=boarding_ok`;
