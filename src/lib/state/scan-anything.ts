/**
 * Scan anything, from anywhere: opens what the code means, with the one obvious next action. Where a carton's page is open,
 * a product goes into that carton.
 */
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { packPath } from './pack-address.ts';
import { Work } from './work.ts';

export class ScanAnything extends Work {
	protected readonly expects = [];
	#cartonId: string | null;

	/** `cartonId`: the carton whose page is open, if one is. */
	constructor(floor: Floor, choices: Choices, cartonId: string | null = null) {
		super(floor, choices);
		this.#cartonId = cartonId;
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		await this.floor.client.logScan({ code, opened: meaning.kind, rejection: null });
		switch (meaning.kind) {
			case 'carton':
				await this.floor.open(`/scan/cartons/${meaning.carton.id}`);
				return this.floor.answers.acknowledge('ok');
			case 'shipment':
				await this.floor.open(`/scan/shipments/${meaning.shipment.id}`);
				return this.floor.answers.acknowledge('ok');
			case 'product':
				await this.floor.open(packPath(this.#cartonId, { ...meaning, productId: meaning.product.id }));
				return this.floor.answers.acknowledge('ok');
			default:
				this.floor.answers.give({
					tone: 'info',
					headline: m.floor_is_location(),
					code: meaning.code,
					sentence: ''
				});
		}
	}
}
