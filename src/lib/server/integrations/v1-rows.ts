/** Rows of the rule book as /api/v1 shows them: the schemas of v1-schemas.ts, filled. */
import type { CartonRow, PartySnapshot, ShipmentRow, TimelineRow } from '#lib/domain/rows.ts';
import type { Destination, Product } from '#lib/server/prisma/client.ts';

export const showProduct = ({ version: _version, contentHash: _hash, ...row }: Product) => row;

export const showDestination = ({ version: _version, contentHash: _hash, changed: _changed, ...row }: Destination) =>
	row;

const party = (snapshot: PartySnapshot | null) => snapshot && { id: snapshot.id, name: snapshot.name };

export function showShipment(row: ShipmentRow) {
	const { id, reference, temporaryReference, status, cycle, latestStep, latestStepAt } = row;
	const { disputeId, disputeReason, disputedAt, requestedOn, notes, createdAt, readyAt, closedAt, archivedAt } = row;
	return {
		...{ id, reference, temporaryReference, status, cycle, latestStep, latestStepAt },
		dispute: disputeId === null ? null : { id: disputeId, reason: disputeReason, since: disputedAt },
		cartons: {
			total: row.cartonsTotal,
			assigned: row.cartonsAssigned,
			labeled: row.cartonsLabeled,
			shipped: row.cartonsShipped
		},
		destination: {
			id: row.destinationId,
			city: row.destinationCity,
			iata: row.destinationIata,
			country: row.destinationCountry
		},
		shipper: party(row.shipper),
		recipient: party(row.recipient),
		correspondent: party(row.correspondent),
		...{ requestedOn, notes, createdAt, readyAt, closedAt, archivedAt }
	};
}

export function showEntry({ shipmentId: _shipment, ordinal: _ordinal, personId: _person, ...entry }: TimelineRow) {
	return entry;
}

export function showCarton(row: CartonRow) {
	const { id, code, status, statusAt, shipmentId, warehouseId, locationId, items } = row;
	const { loadedCycle, loadedAt, createdAt, discardedAt } = row;
	return {
		...{ id, code, status, statusAt, shipmentId, warehouseId, locationId },
		items: items.map(({ productId, quantity, lotCode, expiresOn }) => ({ productId, quantity, lotCode, expiresOn })),
		...{ loadedCycle, loadedAt, createdAt, discardedAt }
	};
}
