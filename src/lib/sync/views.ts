/**
 * How a domain row lies in a view table: beside it the server's version and the codes and parent that lookups use. The
 * only place that knows which codes find which row (R4).
 */
import { gtin14 } from '#lib/domain/check-digits.ts';
import { normalizeCode } from '#lib/domain/codes.ts';
import type { CodeHolder } from '#lib/domain/decision.ts';
import type {
	CartonRow,
	LocationRow,
	PersonRow,
	ProductRow,
	ShipmentRow,
	SyncedRows,
	SyncedTable,
	TimelineRow
} from '#lib/domain/rows.ts';
import { holdsCode } from '#lib/domain/world.ts';
import type { StoredRow } from './records.ts';

const normalized = (codes: readonly (string | null)[]): string[] =>
	codes.filter((code) => code !== null).map(normalizeCode);

const CODES: { [T in SyncedTable]?: (row: SyncedRows[T]) => string[] } = {
	cartons: (row: CartonRow) => (holdsCode(row) ? [row.code] : []),
	// A tracking token is not normalised: it keeps its case.
	shipments: (row: ShipmentRow) => [...normalized([row.reference, row.temporaryReference]), row.trackingToken ?? ''],
	locations: (row: LocationRow) => normalized([row.code]),
	people: (row: PersonRow) => normalized([row.badgeCode]),
	products: (row: ProductRow) => [...normalized([row.sku, row.barcode]), (row.gtin && gtin14(row.gtin)) || '']
};

/** The tables whose rows are found by a code, in the order of R4. */
export const CODED_TABLES = [
	'cartons',
	'shipments',
	'locations',
	'people',
	'products'
] as const satisfies readonly SyncedTable[];
export type CodedTable = (typeof CODED_TABLES)[number];

const KIND_OF = {
	cartons: 'carton',
	shipments: 'shipment',
	locations: 'location',
	people: 'person',
	products: 'product'
} as const satisfies Record<CodedTable, CodeHolder['kind']>;
export const holderOf = (table: CodedTable, id: string): CodeHolder => ({ kind: KIND_OF[table], id });

/** The codes by which a row is found, each once; undefined when none does. */
export function codesOf<T extends SyncedTable>(table: T, row: SyncedRows[T]): string[] | undefined {
	const codes = new Set(CODES[table]?.(row));
	codes.delete('');
	return codes.size > 0 ? [...codes] : undefined;
}

/** A row as a view table stores it. */
export function toStored<T extends SyncedTable>(
	table: T,
	version: number,
	row: SyncedRows[T],
	dirty: boolean
): StoredRow<T> {
	const stored: StoredRow<T> = { id: row.id, version, row };
	const codes = codesOf(table, row);
	if (codes) stored.codes = codes;
	const parent = table === 'cartons' || table === 'timeline' ? (row as CartonRow | TimelineRow).shipmentId : null;
	if (parent !== null) stored.parent = parent;
	if (dirty) stored.dirty = true;
	return stored;
}
