/**
 * What the database keeps, as the rows of the rule book: the desk's reads ask the same rules as phone and store, so they
 * must hold the same shapes. Runs on the server; knows columns, no query.
 */
import type {
	CartonItem,
	CartonRow,
	CartonStatus,
	PartySnapshot,
	ShipmentRow,
	ShipmentStatus,
	TimelineKind,
	TimelineRow,
	TrackingStep
} from '#lib/domain/rows.ts';
import type { Carton, Shipment, Timeline } from '#lib/server/prisma/client.ts';

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

export function timelineRow(record: Timeline): TimelineRow {
	const { version: _version, contentHash: _hash, ...row } = record;
	return { ...row, kind: row.kind as TimelineKind, step: row.step as TrackingStep | null };
}
