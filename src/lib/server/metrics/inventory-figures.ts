/**
 * What is in the cartons that are here: units by warehouse and product, and how many lines of content expire soon (L7).
 * Cartons are the only stock that Escale knows: what lies loose on a shelf is counted nowhere. Reading all of them takes a
 * while, so it is done in pieces that let others through, and kept for some minutes.
 */
import { expiryUrgency, EXPIRY_URGENCIES } from '#lib/domain/expiry.ts';
import type { CartonItem } from '#lib/domain/rows.ts';
import { localDate } from '#lib/domain/week.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Metrics } from './metrics.ts';

const KEPT_MS = 5 * 60_000;
/** Cartons read without letting others through. */
const PIECE = 2_000;
/** Products told apart in one warehouse, those with most units first; the rest is `other`. */
const MOST_PRODUCTS = 300;

interface Content {
	/** Units by product, by warehouse. */
	stock: Map<string, Map<string, number>>;
	/** Lines of content by use-by date. */
	expiring: Map<string, number>;
}

export class InventoryFigures {
	#readAt: number | null = null;
	#reading: Promise<void> | null = null;

	constructor(readonly metrics: Metrics) {}

	/** Reads again what is older than five minutes. */
	async refresh({ store, clock }: Pick<ServerWorld, 'store' | 'clock'>): Promise<void> {
		const now = clock();
		if (this.#readAt !== null && now.getTime() - this.#readAt < KEPT_MS) return;
		this.#reading ??= this.#read(store, now).finally(() => (this.#reading = null));
		await this.#reading;
	}

	async #read(store: Store, now: Date): Promise<void> {
		const { stock, expiring } = await readContent(store);
		const units = this.metrics.gauge(
			'wms_inventory_stock_total',
			'Units in cartons that have not left, by warehouse and product.',
			['warehouse_id', 'product_id']
		);
		units.reset();
		for (const [warehouse_id, products] of stock)
			for (const [product_id, quantity] of foldedRest(products)) units.set({ warehouse_id, product_id }, quantity);

		const warnings = this.metrics.gauge(
			'wms_inventory_expiry_warnings_total',
			'Lines of content in cartons that have not left, by how soon they expire (L7).',
			['urgency']
		);
		const today = localDate(now.toISOString(), store.siteTimeZone);
		for (const urgency of EXPIRY_URGENCIES) warnings.set({ urgency }, 0);
		for (const [expiresOn, lines] of expiring) {
			const urgency = expiryUrgency(expiresOn, today);
			if (urgency !== null) warnings.inc({ urgency }, lines);
		}
		this.#readAt = now.getTime();
	}
}

async function readContent(store: Store): Promise<Content> {
	const content: Content = { stock: new Map(), expiring: new Map() };
	for (let after: string | undefined = ''; after !== undefined;) {
		after = readPiece(store, after, content);
		await new Promise((resolve) => setImmediate(resolve));
	}
	return content;
}

/** @returns the last id read; undefined when none is left */
function readPiece(store: Store, after: string, { stock, expiring }: Content): string | undefined {
	const rows = store.read((db) =>
		sql<{ id: string; warehouseId: string; items: string }>(
			db,
			`SELECT id, warehouse_id AS warehouseId, items FROM carton
			 WHERE id > ? AND discarded_at IS NULL AND status <> 'shipped' ORDER BY id LIMIT ?`
		).all(after, PIECE)
	);
	for (const { warehouseId, items } of rows) {
		if (items === '[]') continue;
		let products = stock.get(warehouseId);
		if (products === undefined) stock.set(warehouseId, (products = new Map()));
		for (const { productId, quantity, expiresOn } of JSON.parse(items) as CartonItem[]) {
			products.set(productId, (products.get(productId) ?? 0) + quantity);
			if (expiresOn !== null) expiring.set(expiresOn, (expiring.get(expiresOn) ?? 0) + 1);
		}
	}
	return rows.length < PIECE ? undefined : rows.at(-1)!.id;
}

function foldedRest(products: ReadonlyMap<string, number>): [string, number][] {
	const sorted = [...products].sort(([, a], [, b]) => b - a);
	const rest = sorted.slice(MOST_PRODUCTS).reduce((sum, [, quantity]) => sum + quantity, 0);
	return rest === 0 ? sorted : [...sorted.slice(0, MOST_PRODUCTS), ['other', rest]];
}
