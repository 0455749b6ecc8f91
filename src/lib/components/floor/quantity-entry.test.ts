import { describe, expect, test } from 'vitest';
import { press, startEntry, type PadKey } from './quantity-entry.ts';

/** What stands on the pad after these keys. */
function after(keys: PadKey[], from = 1, most = 99_999): number {
	let entry = startEntry();
	let quantity = from;
	for (const key of keys) ({ entry, quantity } = press(entry, quantity, key, most));
	return quantity;
}

describe('quantity pad', () => {
	test('[ux] the first digit replaces what a scan proposed, the next ones follow', () => {
		expect(after(['2', '4'], 7)).toBe(24);
		expect(after(['0', '0', '5'], 7)).toBe(5);
	});

	test('[ux] plus and minus count one and never leave 1…most', () => {
		expect(after(['more', 'more'])).toBe(3);
		expect(after(['less'])).toBe(1);
		expect(after(['more'], 5, 5)).toBe(5);
	});

	test('[ux] a digit after plus starts a new number', () => {
		expect(after(['2', 'more', '9'])).toBe(9);
	});

	test('[ux] × box multiplies units a box by boxes; pressed again it goes back', () => {
		expect(after(['2', '4', 'box', '3'])).toBe(72);
		expect(after(['2', '4', 'box', '1', '0'])).toBe(240);
		expect(after(['2', '4', 'box', '3', 'box'])).toBe(24);
	});

	test('[C13] no more than there is can be typed', () => {
		expect(after(['9', '9'], 1, 50)).toBe(9);
		expect(after(['9', '9', '9', '9', '9', '9'])).toBe(99_999);
	});

	test('[ux] clear goes back to one', () => {
		expect(after(['4', '2', 'clear'])).toBe(1);
		expect(after(['4', '2', 'clear', '7'])).toBe(7);
	});
});
