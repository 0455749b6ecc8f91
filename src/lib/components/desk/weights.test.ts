import { expect, test } from 'vitest';
import { kilograms } from './weights.ts';

test('a weight says when it is not the whole weight', () => {
	const read = (grams: number, complete: boolean) => kilograms(grams, complete, 'fr').replace(/\s/g, ' ');
	expect(read(12_540, true)).toBe('12,5 kg');
	expect(read(12_540, false)).toBe('≥ 12,5 kg');
	expect(read(0, false)).toBe('–');
	expect(read(0, true)).toBe('0 kg');
});
