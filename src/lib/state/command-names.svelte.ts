/**
 * The code or reference that a command is about, for lists of commands: looked up once and kept current while it is shown.
 */
import type { Command } from '#lib/domain/commands.ts';
import { referenceOf } from '#lib/domain/refuse.ts';
import type { CartonRow, DestinationRow, ShipmentRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { ReplicaClient } from '#lib/sync/client.ts';
import { LiveValue } from './live.svelte.ts';

export class CommandNames {
	#client: Pick<ReplicaClient, 'row'>;
	#cartons = new Map<string, LiveValue<CartonRow | null>>();
	#shipments = new Map<string, LiveValue<ShipmentRow | null>>();
	#destinations = new Map<string, LiveValue<DestinationRow | null>>();

	constructor(client: Pick<ReplicaClient, 'row'>) {
		this.#client = client;
	}

	/** '' while it is looked up, or when this phone does not have it. */
	of(command: Command): string {
		if (command.name === 'carton.create') return command.args.code;
		const carton = this.carton(command);
		if (carton) return carton.code;
		const shipment = this.shipment(command);
		// A refused one is on no phone: it goes by where it was to go.
		if (command.name === 'shipment.create' && !shipment) return this.#city(command.args.destinationId);
		return shipment ? referenceOf(shipment) || m.floor_shipment_unnumbered() : '';
	}

	#city(id: string): string {
		let live = this.#destinations.get(id);
		if (!live) this.#destinations.set(id, (live = new LiveValue(this.#client.row('destinations', id), null)));
		return live.current?.city ?? '';
	}

	carton(command: Command): CartonRow | null {
		if (!('cartonId' in command.args)) return null;
		const id = command.args.cartonId;
		let live = this.#cartons.get(id);
		if (!live) this.#cartons.set(id, (live = new LiveValue(this.#client.row('cartons', id), null)));
		return live.current;
	}

	/** The shipment of a command about a shipment. */
	shipment(command: Command): ShipmentRow | null {
		if ('cartonId' in command.args || !('shipmentId' in command.args)) return null;
		const id = command.args.shipmentId;
		let live = this.#shipments.get(id);
		if (!live) this.#shipments.set(id, (live = new LiveValue(this.#client.row('shipments', id), null)));
		return live.current;
	}
}
