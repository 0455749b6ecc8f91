/**
 * What the pages of one contact and of one destination need: the row, what a form about it can choose from, and what uses
 * it. Reads through the read-only client.
 */
import { isCorrespondentFor } from '#lib/domain/party-scope.ts';
import type { ContactRow, DestinationRow } from '#lib/domain/rows.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { contactRow, destinationRow } from './records.ts';
import { byName } from './text-search.ts';

/** Something that a page can link to. */
export interface Named {
	id: string;
	name: string;
}

export interface ContactUses {
	/** Destinations whose correspondent it is. */
	destinations: Named[];
	/** Recipients that are linked to it as a shipper. */
	recipients: Named[];
	shipments: ShipmentUses;
}

export interface ShipmentUses {
	/** Live shipments: neither closed nor archived. */
	count: number;
	/** The newest of them. */
	newest: Named[];
}

const SHOWN = 8;

const named = ({ id, name }: Named): Named => ({ id, name });
const placeNamed = ({ id, iata, city }: { id: string; iata: string; city: string }): Named => ({
	id,
	name: `${iata} · ${city}`
});

export async function readContact(reader: PrismaClient, id: string): Promise<ContactRow | null> {
	const record = await reader.contact.findUnique({ where: { id } });
	return record && contactRow(record);
}

export async function readDestination(reader: PrismaClient, id: string): Promise<DestinationRow | null> {
	const record = await reader.destination.findUnique({ where: { id } });
	return record && destinationRow(record);
}

/** Every destination, by city. */
export async function placeChoices(reader: PrismaClient): Promise<(Named & { iata: string })[]> {
	const places = await reader.destination.findMany();
	const byCity = places.sort((a, b) => byName({ name: a.city }, { name: b.city }));
	return byCity.map((place) => ({ ...placeNamed(place), iata: place.iata }));
}

/** What a contact's form can tick: active destinations and shippers, and those that it has already. */
export async function scopeChoices(reader: PrismaClient, kept: ContactRow | null) {
	const [destinations, contacts] = await Promise.all([reader.destination.findMany(), reader.contact.findMany()]);
	return {
		destinations: destinations
			.filter(({ id, active }) => active || kept?.destinationIds.includes(id))
			.sort((a, b) => byName({ name: a.city }, { name: b.city }))
			.map(placeNamed),
		shippers: contacts
			.map(contactRow)
			.filter(({ id, active, roles }) => (active && roles.includes('shipper')) || kept?.linkedShipperIds.includes(id))
			.map(named)
			.sort(byName)
	};
}

/** [P4] Who can be a destination's correspondent: with the role, serving it, and the one that it has. `id` null: a new one. */
export async function correspondentChoices(reader: PrismaClient, id: string | null, keptId: string | null) {
	const contacts = await reader.contact.findMany();
	return contacts
		.map(contactRow)
		.filter((contact) => (contact.active && isCorrespondentFor(contact, id ?? '')) || contact.id === keptId)
		.map(({ id: contactId, name, structure }) => ({ id: contactId, name, detail: structure }))
		.sort(byName);
}

export async function contactUses(reader: PrismaClient, id: string): Promise<ContactUses> {
	const [destinations, recipients, shipments] = await Promise.all([
		reader.destination.findMany({ where: { correspondentId: id }, orderBy: { city: 'asc' } }),
		reader.$queryRaw<Named[]>`
			SELECT id, name FROM contact WHERE EXISTS (SELECT 1 FROM json_each(linked_shipper_ids) WHERE value = ${id})
			ORDER BY name COLLATE NOCASE, id`,
		reader.$queryRaw<{ id: string; name: string }[]>`
			SELECT id, coalesce(reference, temporary_reference, '') AS name FROM shipment
			WHERE archived_at IS NULL AND closed_at IS NULL
				AND ${id} IN (json_extract(shipper, '$.id'), json_extract(recipient, '$.id'), json_extract(correspondent, '$.id'))
			ORDER BY created_at DESC, id DESC`
	]);
	return { destinations: destinations.map(placeNamed), recipients, shipments: usesOf(shipments) };
}

export async function destinationUses(reader: PrismaClient, id: string): Promise<ShipmentUses> {
	const shipments = await reader.shipment.findMany({
		where: { destinationId: id, archivedAt: null, closedAt: null },
		orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
		select: { id: true, reference: true, temporaryReference: true }
	});
	return usesOf(
		shipments.map(({ id: shipmentId, reference, temporaryReference }) => ({
			id: shipmentId,
			name: reference ?? temporaryReference ?? ''
		}))
	);
}

const usesOf = (shipments: Named[]): ShipmentUses => ({ count: shipments.length, newest: shipments.slice(0, SHOWN) });

/** Names by id. */
export async function contactNames(reader: PrismaClient, ids: readonly string[]): Promise<Map<string, string>> {
	const contacts = await reader.contact.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } });
	return new Map(contacts.map(({ id, name }) => [id, name]));
}
