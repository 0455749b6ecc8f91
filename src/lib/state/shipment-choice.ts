/**
 * A mode that does something with a whole shipment: what is scanned chooses it, by its label or reference, or by any of its
 * cartons. What is then done with it is the screen's business.
 */
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import type { Choices } from './choices.svelte.ts';
import type { Floor } from './floor.ts';
import { nameOfMeaning, Work } from './work.ts';

export class ShipmentChoice extends Work {
	protected readonly expects = ['shipment', 'carton'] as const;
	readonly #folder: string;

	/** `folder`: the address under which the screen of one shipment is, such as `/scan/step`. */
	constructor(floor: Floor, choices: Choices, folder: string) {
		super(floor, choices);
		this.#folder = folder;
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		if (meaning.kind === 'shipment') return this.#choose(meaning.shipment.id, code);
		if (meaning.kind !== 'carton') return this.notForHere(meaning, code);
		const { shipmentId } = meaning.carton;
		if (shipmentId !== null) return this.#choose(shipmentId, code);
		await this.floor.client.logScan({ code, opened: 'carton', rejection: null });
		this.floor.answers.give({
			tone: 'warn',
			headline: m.modes_choice_unlinked(),
			code: nameOfMeaning(meaning),
			sentence: m.modes_choice_unlinked_sentence()
		});
	}

	async #choose(shipmentId: string, code: string): Promise<void> {
		await this.floor.client.logScan({ code, opened: 'shipment', rejection: null });
		await this.floor.open(`${this.#folder}/${shipmentId}`);
		this.floor.answers.acknowledge('ok');
	}
}
