/**
 * Finds products by what a worker types: every word must begin a word of name, brand or SKU; accents and case do not count.
 */
import type { ProductRow } from '#lib/domain/rows.ts';

const SHOWN = 8;

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** At most eight active products, by name; none for fewer than two characters. */
export function findProducts(products: readonly ProductRow[], text: string): ProductRow[] {
	if (text.trim().length < 2) return [];
	const wanted = plain(text).split(/\s+/).filter(Boolean);
	const matches = (product: ProductRow): boolean => {
		const words = plain(`${product.name} ${product.brand} ${product.sku}`).split(/[\s'’()/]+/);
		return wanted.every((part) => words.some((word) => word.startsWith(part)));
	};
	return products
		.filter((product) => product.active && matches(product))
		.sort((a, b) => a.name.localeCompare(b.name))
		.slice(0, SHOWN);
}
