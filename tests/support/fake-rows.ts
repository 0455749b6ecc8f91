/** The rows that a fake replica has, as tests put them there, as screens follow them and as a scanned code finds them. */
import { codeUsability } from '#lib/domain/codes.ts';
import type { World } from '#lib/domain/decision.ts';
import { meaningsOf } from '#lib/domain/meanings.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { CartonRow, ProductRow, ShipmentRow, SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { emptyWorld } from '#lib/domain/world.ts';
import type { Live, Meaning, Resolution } from '#lib/sync/client.ts';
import { EMPTY_CARTON, EMPTY_PRODUCT, EMPTY_SHIPMENT } from './floor-rows.ts';

/** The numbers of codes that this phone may give. */
export const LEASED = [{ from: 4217, until: 4230 }];

export class FakeRows {
	world: World = emptyWorld();
	#listeners = new Set<() => void>();

	constructor() {
		this.world.warehouses.set('w-1', { id: 'w-1', code: 'W1', name: 'Entrepôt' });
	}

	addCarton(carton: Partial<CartonRow> & { id: string; code: string }): CartonRow {
		const row: CartonRow = { ...EMPTY_CARTON, ...carton };
		this.world.cartons.set(row.id, row);
		this.world.codes.set(row.code, { kind: 'carton', id: row.id });
		const shipment = row.shipmentId === null ? undefined : this.world.shipments.get(row.shipmentId);
		if (shipment) {
			const counted = { ...shipment, cartonsTotal: shipment.cartonsTotal + 1, status: 'picking' as const };
			if (row.status === 'assigned') counted.cartonsAssigned += 1;
			if (row.status === 'labeled') counted.cartonsLabeled += 1;
			this.world.shipments.set(shipment.id, counted);
		}
		return row;
	}

	addShipment(shipment: Partial<ShipmentRow> & { id: string }): ShipmentRow {
		const row: ShipmentRow = { ...EMPTY_SHIPMENT, ...shipment };
		this.world.shipments.set(row.id, row);
		return row;
	}

	addProduct(product: Partial<ProductRow> & { id: string; name: string }): ProductRow {
		const row: ProductRow = { ...EMPTY_PRODUCT, ...product };
		this.world.products.set(row.id, row);
		return row;
	}

	tell(): void {
		for (const listener of this.#listeners) listener();
	}

	protected live<T>(read: () => T): Live<T> {
		return (listener) => {
			const run = (): void => listener(read());
			this.#listeners.add(run);
			run();
			return () => this.#listeners.delete(run);
		};
	}

	/** From here on nobody is told anything. */
	stop = (): void => this.#listeners.clear();

	resolve(text: string): Promise<Resolution> {
		const question = meaningsOf(text);
		const { lotCode, expiresOn, quantity, code } = question;
		const meanings: Meaning[] = [];
		for (const { kind, value } of question.lookups) {
			if (kind === 'carton') {
				for (const carton of this.world.cartons.values()) if (carton.code === value) meanings.push({ kind, carton });
			} else if (kind === 'shipment') {
				for (const shipment of this.world.shipments.values())
					if (shipment.reference === value) meanings.push({ kind, shipment });
			} else if (kind === 'person') {
				for (const person of this.world.people.values())
					if (person.badgeCode === value) meanings.push({ kind, person });
			} else if (kind === 'product') {
				for (const product of this.world.products.values()) {
					const known = [product.gtin?.padStart(14, '0'), product.barcode, product.sku].includes(value);
					if (known && !meanings.some((m) => m.kind === kind && m.product.id === product.id))
						meanings.push({ kind, product, lotCode, expiresOn, quantity });
				}
			}
		}
		const [meaning] = meanings;
		if (meaning && meanings.length === 1) return Promise.resolve({ kind: 'one', meaning });
		if (meaning) return Promise.resolve({ kind: 'several', meanings });
		const unusable = codeUsability(text, null, LEASED);
		return Promise.resolve({
			kind: 'unknown',
			code,
			creatable: unusable === null,
			refusal: unusable ?? refuse('unknown_code', { code })
		});
	}

	row<T extends SyncedTable>(table: T, id: string): Live<SyncedRows[T] | null> {
		return this.live(() => (this.world[table].get(id) ?? null) as SyncedRows[T] | null);
	}
	cartonsOf = (shipmentId: string): Live<CartonRow[]> =>
		this.live(() => [...this.world.cartons.values()].filter((carton) => carton.shipmentId === shipmentId));
	timelineOf = (shipmentId: string) =>
		this.live(() => [...this.world.timeline.values()].filter((entry) => entry.shipmentId === shipmentId));
	liveShipments = this.live(() => [...this.world.shipments.values()]);
	products = this.live(() => [...this.world.products.values()]);
	contacts = this.live(() => [...this.world.contacts.values()]);
	destinations = this.live(() => [...this.world.destinations.values()]);
}
