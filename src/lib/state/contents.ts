/**
 * A carton's content as a worker reads it: names instead of ids, the last packed on top, its weight as far as it is known.
 */
import type { CartonItem, CartonRow, ProductRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { expiryWords, weightWords } from './words.ts';

export interface ContentLine {
	key: string;
	item: CartonItem;
	product: Pick<ProductRow, 'id' | 'name' | 'sku'>;
	name: string;
	quantity: number;
	/** "Lot A12-773 · expire 03/2027"; empty when neither is known. */
	detail: string;
}

export function contentLines(carton: CartonRow, products: readonly ProductRow[]): ContentLine[] {
	const byId = new Map(products.map((product) => [product.id, product]));
	return carton.items
		.map((item, index) => {
			const unknown = { id: item.productId, name: m.floor_product_unknown(), sku: item.productId };
			const product = byId.get(item.productId) ?? unknown;
			const detail = [
				item.lotCode === null ? '' : m.floor_lot({ lot: item.lotCode }),
				item.expiresOn === null ? '' : m.floor_expires({ date: expiryWords(item.expiresOn) })
			];
			return {
				key: `${index}:${item.productId}`,
				item,
				product,
				name: product.name,
				quantity: item.quantity,
				detail: detail.filter(Boolean).join(' · ')
			};
		})
		.reverse();
}

/** "8,2 kg · 4 articles"; "≥ 8,2 kg" where a product's weight is not known. */
export function contentWeight(carton: CartonRow, products: readonly ProductRow[]): string {
	const byId = new Map(products.map((product) => [product.id, product]));
	const weights = carton.items.map((item) => ({ grams: byId.get(item.productId)?.weightGrams ?? null, item }));
	const grams = weights.reduce((sum, { grams: each, item }) => sum + (each ?? 0) * item.quantity, 0);
	const count = m.floor_articles({ count: carton.items.length });
	if (grams === 0) return count;
	const some = weights.some(({ grams: each }) => each === null);
	return `${some ? '≥ ' : ''}${weightWords(grams)} · ${count}`;
}
