import { expect, test } from 'vitest';
import { follows, isTouched } from './desk-topics.ts';

const isRead = (addresses: string[], touched: string[] | null) =>
	addresses.some((address) => isTouched(new URL(address), touched));

test('a page is read anew for the tables that it follows, and for no others', () => {
	expect(isRead(follows('timeline', 'shipments'), ['cartons', 'shipments'])).toBe(true);
	expect(isRead(follows('timeline'), ['cartons', 'shipments'])).toBe(false);
});

test('a page that names no table is read anew for any', () => {
	expect(isRead(['escale:desk'], ['people'])).toBe(true);
	expect(isRead(['escale:desk'], [])).toBe(true);
});

test('where anything may have changed, every page of the desk is read anew, and nothing else', () => {
	expect(isRead(follows('timeline'), null)).toBe(true);
	expect(isRead(['https://example.org/timeline', 'svelte:desk'], null)).toBe(false);
});
