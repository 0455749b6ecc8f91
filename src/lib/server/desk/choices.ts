/**
 * What the shipment form chooses from: destinations, and the contacts that can be a party. Who of them is offered is the
 * rule book's (`domain/shipment-choices.ts`). Reads through the read-only client.
 */
import { PARTIES } from '#lib/domain/parties.ts';
import type { PartySnapshot, ShipmentRow } from '#lib/domain/rows.ts';
import type { Choosing } from '#lib/domain/shipment-choices.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { contactRow, destinationRow } from './records.ts';
import { byName } from './text-search.ts';

/** `kept`: the shipment that is being edited. Inactive rows come along: they tell why a list is empty. */
export async function readChoosing(reader: PrismaClient, kept: ShipmentRow | null): Promise<Choosing> {
	const [destinations, contacts] = await Promise.all([reader.destination.findMany(), reader.contact.findMany()]);
	return {
		destinations: destinations.map(destinationRow).sort((a, b) => byName({ name: a.city }, { name: b.city })),
		contacts: contacts
			.map(contactRow)
			.filter(({ roles }) => PARTIES.some((party) => roles.includes(party)))
			.sort(byName),
		kept: kept && {
			destination: {
				id: kept.destinationId,
				name: `${kept.destinationIata} · ${kept.destinationCity}`,
				detail: kept.destinationCountry
			},
			shipper: choice(kept.shipper),
			recipient: choice(kept.recipient),
			correspondent: choice(kept.correspondent)
		}
	};
}

const choice = (party: PartySnapshot | null) => party && { id: party.id, name: party.name, detail: '' };
