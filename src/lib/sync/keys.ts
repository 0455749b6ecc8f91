/**
 * Names for what a rule reads and writes: rows (`cartons:<id>`) and lookups (`code:<code>`, `cartonsOf:<shipment>`,
 * `timelineOf:<shipment>`). The rebase follows them to find which pending mutations a change concerns.
 */
import type { Changes, Footprint, World } from '#lib/domain/decision.ts';
import {
	SYNCED_TABLES,
	type CartonRow,
	type SyncedRows,
	type SyncedTable,
	type TimelineRow
} from '#lib/domain/rows.ts';
import { partiesOf } from '#lib/domain/world.ts';

export const rowKey = (table: SyncedTable, id: string): string => `${table}:${id}`;

/** The table and id of a row's key; null for a lookup. */
export function rowOfKey(key: string): { table: SyncedTable; id: string } | null {
	const colon = key.indexOf(':');
	const table = SYNCED_TABLES.find((name) => name === key.slice(0, colon));
	return table ? { table, id: key.slice(colon + 1) } : null;
}

/** Which lookups would answer differently with or without this row. */
export function lookupsOf(
	table: SyncedTable,
	row: SyncedRows[SyncedTable],
	codes: readonly string[] | undefined
): string[] {
	const lookups = (codes ?? []).map((code) => `code:${code}`);
	if (table === 'cartons' && (row as CartonRow).shipmentId !== null)
		lookups.push(`cartonsOf:${(row as CartonRow).shipmentId}`);
	if (table === 'timeline') lookups.push(`timelineOf:${(row as TimelineRow).shipmentId}`);
	return lookups;
}

export const kindOfLookup = (key: string): string => key.slice(0, key.indexOf(':'));

/** The kinds of lookups that rows of a table can be found by: those of `lookupsOf`. */
export const lookupKinds = (table: SyncedTable): string[] =>
	table === 'timeline' ? ['timelineOf'] : table === 'cartons' ? ['code', 'cartonsOf'] : ['code'];

/** Everything that a rule with this footprint looked at in this world: its closure, each carton's own shipment included. */
export function readKeys(needs: Footprint, world: World): string[] {
	const keys = new Set<string>();
	for (const id of needs.cartonIds) {
		keys.add(rowKey('cartons', id));
		const own = world.cartons.get(id)?.shipmentId;
		if (own) keys.add(rowKey('shipments', own));
	}
	for (const id of needs.shipmentIds) keys.add(rowKey('shipments', id));
	for (const code of needs.codes) keys.add(`code:${code}`);
	for (const id of needs.allCartonsOf) {
		keys.add(`cartonsOf:${id}`);
		for (const carton of world.cartons.values()) if (carton.shipmentId === id) keys.add(rowKey('cartons', carton.id));
	}
	for (const id of needs.timelineOf) keys.add(`timelineOf:${id}`);
	for (const id of needs.productIds) keys.add(rowKey('products', id));
	for (const id of needs.contactIds) keys.add(rowKey('contacts', id));
	for (const id of needs.destinationIds) keys.add(rowKey('destinations', id));
	for (const { destinationId, contactIds } of needs.partiesOf.flatMap((id) => partiesOf(world, id))) {
		keys.add(rowKey('destinations', destinationId));
		for (const id of contactIds) keys.add(rowKey('contacts', id));
	}
	for (const id of needs.locationIds) keys.add(rowKey('locations', id));
	for (const id of needs.warehouseIds) keys.add(rowKey('warehouses', id));
	return [...keys];
}

/** The rows that a decision wrote and the lookups that it changed. `before` is the world that it was decided in. */
export function writeKeys(changes: Changes, before: World): string[] {
	const keys = new Set<string>();
	for (const carton of changes.cartons) {
		keys.add(rowKey('cartons', carton.id));
		const was = before.cartons.get(carton.id);
		if (!was) keys.add(`code:${carton.code}`);
		if (was && (was.discardedAt === null) !== (carton.discardedAt === null)) keys.add(`code:${carton.code}`);
		if (was?.shipmentId !== carton.shipmentId) {
			if (was?.shipmentId) keys.add(`cartonsOf:${was.shipmentId}`);
			if (carton.shipmentId) keys.add(`cartonsOf:${carton.shipmentId}`);
		}
	}
	for (const shipment of changes.shipments) keys.add(rowKey('shipments', shipment.id));
	for (const entry of changes.timeline) {
		keys.add(rowKey('timeline', entry.id));
		keys.add(`timelineOf:${entry.shipmentId}`);
	}
	for (const contact of changes.contacts) keys.add(rowKey('contacts', contact.id));
	for (const destination of changes.destinations) keys.add(rowKey('destinations', destination.id));
	return [...keys];
}
