/**
 * What the database keeps, as the rows of the rule book: the desk's reads ask the same rules as phone and store, so they
 * must hold the same shapes. Runs on the server; knows columns, no query.
 */
import type {
	CartonItem,
	CartonRow,
	CartonStatus,
	ContactRow,
	DestinationRow,
	FieldStamps,
	PartySnapshot,
	ShipmentRow,
	ShipmentStatus,
	TimelineKind,
	TimelineRow,
	TrackingStep
} from '#lib/domain/rows.ts';
import type { Carton, Contact, Destination, Shipment, Timeline } from '#lib/server/prisma/client.ts';

const party = (json: string | null): PartySnapshot | null =>
	json === null ? null : (JSON.parse(json) as PartySnapshot | null);

/** The sync columns (`version`, `contentHash`) stay behind. */
export function shipmentRow(record: Shipment): ShipmentRow {
	const { version: _version, contentHash: _hash, ...row } = record;
	return {
		...row,
		status: row.status as ShipmentStatus,
		latestStep: row.latestStep as TrackingStep | null,
		shipper: party(row.shipper),
		recipient: party(row.recipient),
		correspondent: party(row.correspondent)
	};
}

export function cartonRow(record: Carton): CartonRow {
	const { version: _version, contentHash: _hash, heldCode: _held, ...row } = record;
	return {
		...row,
		source: row.source as CartonRow['source'],
		status: row.status as CartonStatus,
		items: JSON.parse(row.items) as CartonItem[]
	};
}

const stamps = (json: string | null): { changed?: FieldStamps } =>
	json === null ? {} : { changed: JSON.parse(json) as FieldStamps };

export function contactRow(record: Contact): ContactRow {
	const { version: _version, contentHash: _hash, changed, ...row } = record;
	return {
		...row,
		roles: JSON.parse(row.roles) as ContactRow['roles'],
		destinationIds: JSON.parse(row.destinationIds) as string[],
		linkedShipperIds: JSON.parse(row.linkedShipperIds) as string[],
		...stamps(changed)
	};
}

export function destinationRow(record: Destination): DestinationRow {
	const { version: _version, contentHash: _hash, changed, ...row } = record;
	return { ...row, ...stamps(changed) };
}

export function timelineRow(record: Timeline): TimelineRow {
	const { version: _version, contentHash: _hash, ...row } = record;
	return { ...row, kind: row.kind as TimelineKind, step: row.step as TrackingStep | null };
}
