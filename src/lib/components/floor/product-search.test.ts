import { describe, expect, test } from 'vitest';
import type { ProductRow } from '#lib/domain/rows.ts';
import { findProducts } from './product-search.ts';

const product = (name: string, rest: Partial<ProductRow> = {}): ProductRow => ({
	id: name,
	sku: 'ESC-0001',
	name,
	brand: '',
	gtin: null,
	barcode: null,
	weightGrams: null,
	perishable: false,
	active: true,
	...rest
});
const found = (text: string, ...products: ProductRow[]) => findProducts(products, text).map(({ name }) => name);

describe('finding a product by name', () => {
	test('[R4] every word begins a word of name, brand or SKU, without accents and case', () => {
		const all = [product('Compresses stériles 10×10'), product('Pansements stériles', { brand: 'Texalis' })];
		expect(found('STERI comp', ...all)).toEqual(['Compresses stériles 10×10']);
		expect(found('texa', ...all)).toEqual(['Pansements stériles']);
		expect(found('esc-0001 pans', ...all)).toEqual(['Pansements stériles']);
		expect(found('riles', ...all)).toEqual([]);
	});

	test('[ux] nothing for one letter, no inactive product, no more than fit', () => {
		expect(found('c', product('Compresses'))).toEqual([]);
		expect(found('comp', product('Compresses', { active: false }))).toEqual([]);
		expect(found('comp', ...Array.from({ length: 20 }, (_, n) => product(`Compresses ${n}`)))).toHaveLength(8);
	});
});
