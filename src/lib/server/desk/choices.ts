/**
 * What the shipment form offers: active destinations and active contacts by role. A party that a shipment already has stays
 * on offer though it is no longer active, so that editing the notes does not lose it. Reads through the read-only client.
 */
import type { ContactRole, PartySnapshot, ShipmentRow } from '#lib/domain/rows.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';

export interface Choice {
	id: string;
	name: string;
	/** What tells two of the same name apart. */
	detail: string;
}

export interface ShipmentChoices {
	destinations: Choice[];
	shippers: Choice[];
	recipients: Choice[];
	correspondents: Choice[];
}

/** `kept`: the shipment that is being edited. */
export async function readChoices(reader: PrismaClient, kept: ShipmentRow | null): Promise<ShipmentChoices> {
	const [destinations, contacts] = await Promise.all([
		reader.destination.findMany({ where: { active: true }, orderBy: [{ city: 'asc' }, { id: 'asc' }] }),
		reader.contact.findMany({ where: { active: true }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
	]);
	const withRole = (role: ContactRole, party: PartySnapshot | null | undefined) =>
		keeping(
			contacts
				.filter((contact) => (JSON.parse(contact.roles) as ContactRole[]).includes(role))
				.map(({ id, name, structure }) => ({ id, name, detail: structure })),
			party && { id: party.id, name: party.name, detail: '' }
		);
	return {
		destinations: keeping(
			destinations.map(({ id, city, iata, country }) => ({ id, name: `${iata} · ${city}`, detail: country })),
			kept && {
				id: kept.destinationId,
				name: `${kept.destinationIata} · ${kept.destinationCity}`,
				detail: kept.destinationCountry
			}
		),
		shippers: withRole('shipper', kept?.shipper),
		recipients: withRole('recipient', kept?.recipient),
		correspondents: withRole('correspondent', kept?.correspondent)
	};
}

const keeping = (choices: Choice[], kept: Choice | null | undefined): Choice[] =>
	!kept || choices.some((choice) => choice.id === kept.id) ? choices : [kept, ...choices];
