/**
 * §11 of the rule book: the contract between phone, desk, server and integrations. A command says what a person did and
 * what they saw. Names and arguments never change meaning; later versions gain only optional arguments.
 * `undefined` seen-arguments mean "did not say" (integrations); the app always sends them.
 */
import type { CartonStatus, ContactRole, TrackingStep } from './rows.ts';

export interface PackedItem {
	productId: string;
	quantity: number;
	lotCode?: string | undefined;
	expiresOn?: string | undefined;
}

/** The shipment that the carton was linked to on the author's screen; null: none; absent: not said. */
interface SeenShipment {
	shipmentId?: string | null | undefined;
}

/** Fields of a shipment that `shipment.edit` may change; null clears a party or the date. */
export interface ShipmentEdits {
	destinationId?: string | undefined;
	shipperId?: string | null | undefined;
	recipientId?: string | null | undefined;
	correspondentId?: string | null | undefined;
	requestedOn?: string | null | undefined;
	notes?: string | undefined;
}

/** A contact without its id. */
interface ContactFields {
	name: string;
	structure: string;
	address: string;
	roles: ContactRole[];
	destinationIds: string[];
	linkedShipperIds: string[];
	active: boolean;
}

/** A destination without its id. */
interface DestinationFields {
	city: string;
	iata: string;
	country: string;
	correspondentId: string | null;
	active: boolean;
}

/** Absent: the author did not say what they saw, and means every field. Else the old value of each field that they edited. */
interface Was<F> {
	was?: { [K in keyof F]?: F[K] | undefined } | undefined;
}

export interface CommandArgs {
	'carton.create': {
		cartonId: string;
		code: string;
		source: 'printed' | 'leased';
		warehouseId: string;
		locationId?: string | undefined;
	};
	'carton.pack': {
		cartonId: string;
		items: PackedItem[];
		intoShipmentId?: string | undefined;
		ready?: boolean | undefined;
	} & SeenShipment;
	'carton.takeOut': { cartonId: string; items: PackedItem[] } & SeenShipment;
	'carton.setStatus': { cartonId: string; status: 'draft' | 'picking' | 'packed'; was?: CartonStatus | undefined };
	'carton.assign': { cartonId: string; shipmentId: string };
	'carton.remove': { cartonId: string } & SeenShipment;
	'carton.label': { cartonId: string } & SeenShipment;
	'carton.removeLabel': { cartonId: string } & SeenShipment;
	'carton.load': { cartonId: string; shipmentId: string; cycle: number };
	'carton.unload': { cartonId: string; shipmentId: string; cycle: number };
	'carton.move': { cartonId: string; locationId: string | null; was?: string | null | undefined };
	'carton.unpack': { cartonId: string } & SeenShipment;
	'carton.discard': { cartonId: string };
	'label.printed': { kind: 'carton' | 'shipment'; ids: string[]; copy: number };
	'shipment.create': {
		shipmentId: string;
		destinationId: string;
		shipperId?: string | undefined;
		recipientId?: string | undefined;
		correspondentId?: string | undefined;
		requestedOn?: string | undefined;
		notes?: string | undefined;
		temporary?: boolean | undefined;
	};
	'shipment.edit': { shipmentId: string; changes: ShipmentEdits; was?: ShipmentEdits | undefined };
	'shipment.track': {
		shipmentId: string;
		step: TrackingStep;
		cycle: number;
		actorName: string;
		actorStructure: string;
		comment?: string | undefined;
		/** Typed by a person; absent: the device's corrected time. */
		occurredAt?: string | undefined;
	};
	'shipment.dispute': { shipmentId: string; disputeId: string; reason: string };
	'shipment.resolve': { shipmentId: string; disputeId: string; comment?: string | undefined };
	'shipment.close': { shipmentId: string };
	'shipment.archive': { shipmentId: string };
	'shipment.renewLink': { shipmentId: string };
	/** `refusalId`: the uid of the refused mutation; `command`, `arguments` and `code` say what was meant and what was answered. */
	'refusal.handOver': {
		refusalId: string;
		command: string;
		arguments: Record<string, unknown>;
		code: string;
		note?: string | undefined;
	};
	'refusal.settle': { refusalId: string; note: string };
	/** New where no contact has this id. */
	'contact.save': { contactId: string } & ContactFields & Was<ContactFields>;
	/** New where no destination has this id. */
	'destination.save': { destinationId: string } & DestinationFields & Was<DestinationFields>;
}
export type CommandName = keyof CommandArgs;
export type Command = { [N in CommandName]: { name: N; args: CommandArgs[N] } }[CommandName];
