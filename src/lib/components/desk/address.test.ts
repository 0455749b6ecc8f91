import { expect, test } from 'vitest';
import { addressWith, otherParams } from './address.ts';

const url = new URL('https://escale.test/shipments?status=draft&q=a&page=3');

test('a filter changes its own part of the address', () => {
	expect(addressWith(url, { page: null, q: 'b c' })).toBe('/shipments?status=draft&q=b+c');
	expect(addressWith(url, { page: null, q: null, status: null })).toBe('/shipments');
});

test('a search keeps the other filters and starts at page 1', () => {
	expect(otherParams(url.searchParams, ['q'])).toEqual([['status', 'draft']]);
});
