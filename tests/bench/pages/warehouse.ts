/**
 * A made-up warehouse as a snapshot would bring it, and a transport that delivers it and then falls silent: what the phone
 * does alone, with real rules and real storage, is measured without a server.
 */
import {
	SYNCED_TABLES,
	type AnyRow,
	type CartonRow,
	type ProductRow,
	type ShipmentRow,
	type SyncedTable
} from '#lib/domain/rows.ts';
import { addDigest, contentHash, rowDigest } from '#lib/protocol/canonical.ts';
import type { SnapshotLine, TableDigests } from '#lib/protocol/envelope.ts';
import type { Answer, NewsStream, Transport } from '#lib/sync/ports.ts';

const AT = '2026-11-02T08:00:00.000Z';
const EPOCH = 'bench';
const PERSON = 'bench-person';

const product: ProductRow = {
	...{ id: 'bench-product', sku: 'BENCH-1', name: 'Compresses stériles', brand: '', gtin: null, barcode: null },
	...{ weightGrams: 100, perishable: false, active: true }
};

/** An open shipment whose cartons are all assigned. */
function shipment(n: number, cartons: number): ShipmentRow {
	return {
		...{
			id: `shipment-${n}`,
			reference: String(260_000 + n),
			temporaryReference: null,
			temporary: false,
			status: 'picking'
		},
		...{
			disputeId: null,
			disputeReason: null,
			disputedBy: null,
			disputedAt: null,
			cycle: 1,
			latestStep: null,
			latestStepAt: null
		},
		...{ cartonsTotal: cartons, cartonsAssigned: cartons, cartonsLabeled: 0, cartonsShipped: 0, readyAt: null },
		...{ closedAt: null, closedBy: null, archivedAt: null, archivedBy: null, destinationId: 'bench-destination' },
		...{ destinationCity: 'Abidjan', destinationIata: 'ABJ', destinationCountry: 'CI', shipper: null, recipient: null },
		...{ correspondent: null, requestedOn: null, notes: '', trackingToken: null, createdBy: 'Bench', createdAt: AT }
	};
}

function carton(n: number, shipmentId: string): CartonRow {
	return {
		...{
			id: `carton-${n}`,
			code: `BENCH${String(n).padStart(7, '0')}X`,
			source: 'printed',
			status: 'assigned',
			shipmentId
		},
		...{ warehouseId: 'bench-warehouse', locationId: null, movedBy: null, movedAt: null, everPacked: true },
		items: [{ productId: product.id, quantity: 12, lotCode: 'A12-773', expiresOn: '2027-03-31' }],
		...{
			statusBy: 'Bench',
			statusAt: AT,
			linkedBy: 'Bench',
			linkedAt: AT,
			loadedCycle: null,
			loadedBy: null,
			loadedAt: null
		},
		...{ createdBy: 'Bench', createdAt: AT, discardedAt: null }
	};
}

/** `cartons` in shipments of `perShipment`; the ids are `carton-0`, `carton-1`… in `shipment-0`, `shipment-1`… */
export function warehouse(cartons: number, perShipment: number): SnapshotLine[] {
	const rows: [SyncedTable, AnyRow][] = [
		['warehouses', { id: 'bench-warehouse', code: 'BENCH', name: 'Bench' }],
		['people', { id: PERSON, name: 'Bench', structure: '', badgeCode: null, active: true }],
		['products', product]
	];
	for (let n = 0; n * perShipment < cartons; n++) rows.push(['shipments', shipment(n, perShipment)]);
	for (let n = 0; n < cartons; n++) rows.push(['cartons', carton(n, `shipment-${Math.floor(n / perShipment)}`)]);
	return rows.map(([table, row]) => [table, 1, contentHash(row), row]);
}

/** A stream in which nothing ever comes. */
export const silentNews: NewsStream = { open: () => {}, close: () => {} };

export class SilentAfterwards implements Transport {
	silent = false;
	constructor(readonly lines: SnapshotLine[]) {}

	#say<T>(value: T): Promise<Answer<T>> {
		return Promise.resolve(this.silent ? { kind: 'silent', why: 'offline' } : { kind: 'ok', value });
	}

	hello: Transport['hello'] = () =>
		this.#say({
			...{ epoch: EPOCH, lmid: 0, headSeq: 1, floorSeq: 1, schemaMin: 1, schemaCurrent: 1, durableLmid: 0, leases: [] },
			...{ serverNow: new Date().toISOString(), warehouseId: 'bench-warehouse', siteTimeZone: 'Europe/Paris' }
		});

	heal: Transport['heal'] = () => this.#say({ healing: false });

	push: Transport['push'] = () => Promise.resolve({ kind: 'silent', why: 'offline' });

	pull: Transport['pull'] = ({ cookie }) =>
		this.#say(
			cookie < 1
				? { kind: 'reset', reason: 'floor' }
				: { kind: 'page', cookie: 1, lmid: 0, results: [], patch: [], more: false, headSeq: 1, durableLmid: 0 }
		);

	digest: Transport['digest'] = () => this.#say({ kind: 'moved' });

	me: Transport['me'] = () => this.#say({ personId: PERSON, name: 'Bench', structure: '', role: 'manager' });

	snapshot: Transport['snapshot'] = async (_input, sink) => {
		const tables: TableDigests = Object.fromEntries(SYNCED_TABLES.map((table) => [table, { count: 0, sum: 0 }]));
		for (const [table, version, hash, row] of this.lines) {
			const digest = tables[table]!;
			digest.count += 1;
			digest.sum = addDigest(digest.sum, rowDigest(table, row.id, version, hash));
		}
		await sink.begin({
			...{ escale: 'snapshot', name: 'bench', epoch: EPOCH, seq: 1, scope: 'warehouse:bench-warehouse', schema: 1 },
			rows: this.lines.length
		});
		for (let at = 0; at < this.lines.length; at += 1000) await sink.rows(this.lines.slice(at, at + 1000));
		return this.#say({ end: true, tables });
	};
}
