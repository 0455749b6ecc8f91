/**
 * [S3] The parties of a shipment: they exist, are active, have the role, and are kept as a reference plus what they read
 * when they were set. Which of them may stand together (P1–P7) is asked beside this.
 */
import type { World } from './decision.ts';
import { refuse, type Party } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import type { DestinationRow, PartySnapshot, ShipmentRow } from './rows.ts';

export const PARTIES = ['shipper', 'recipient', 'correspondent'] as const satisfies readonly Party[];

/** The argument that names each party. */
export const PARTY_FIELD = {
	shipper: 'shipperId',
	recipient: 'recipientId',
	correspondent: 'correspondentId'
} as const;

export type PartyIds = Partial<Record<(typeof PARTY_FIELD)[Party], string | null | undefined>>;

/** `not_found`, `contact_inactive`: every contact that is named. */
export function unknownParty(ids: PartyIds, world: World): Rejection | null {
	for (const party of PARTIES) {
		const id = ids[PARTY_FIELD[party]];
		if (!id) continue;
		const contact = world.contacts.get(id);
		if (!contact) return refuse('not_found', { what: 'contact', id }, id);
		if (!contact.active) return refuse('contact_inactive', { name: contact.name }, id);
	}
	return null;
}

/** `not_found`, `destination_inactive`. */
export function unknownDestination(id: string, world: World): Rejection | null {
	const destination = world.destinations.get(id);
	if (!destination) return refuse('not_found', { what: 'destination', id }, id);
	return destination.active ? null : refuse('destination_inactive', { name: destination.city }, id);
}

/** `contact_role_missing`: each contact that is named has the role it is named for. */
export function roleMissing(ids: PartyIds, world: World): Rejection | null {
	for (const party of PARTIES) {
		const contact = world.contacts.get(ids[PARTY_FIELD[party]] ?? '');
		if (contact && !contact.roles.includes(party))
			return refuse('contact_role_missing', { name: contact.name, party }, contact.id);
	}
	return null;
}

/** [S3] A contact as it reads now, or null. */
export function snapshot(id: string | null | undefined, world: World): PartySnapshot | null {
	const contact = world.contacts.get(id ?? '');
	return contact ? { id: contact.id, name: contact.name, address: contact.address } : null;
}

export const destinationFields = (destination: DestinationRow) => ({
	destinationId: destination.id,
	destinationCity: destination.city,
	destinationIata: destination.iata,
	destinationCountry: destination.country
});

/** [S4] The parties that a shipment lacks. */
export const missingParties = (shipment: ShipmentRow): Party[] => PARTIES.filter((party) => shipment[party] === null);
