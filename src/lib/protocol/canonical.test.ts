import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDigest, canonicalJson, contentHash, hash52, rowDigest, subtractDigest } from './canonical.ts';

/** The definition, as short as it can be said. */
function byDefinition(value: unknown): string {
	if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'));
	if (Array.isArray(value)) return `[${value.map(byDefinition).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const record = value as Record<string, unknown>;
	const keys = Object.keys(record).filter((key) => record[key] !== undefined);
	return `{${keys
		.sort()
		.map((key) => `${byDefinition(key)}:${byDefinition(record[key])}`)
		.join(',')}}`;
}

const leaf = fc.oneof(
	fc.string({ unit: 'grapheme' }),
	fc.string(),
	fc.maxSafeInteger(),
	fc.boolean(),
	fc.constant(null)
);
/** fast-check prints the seed of a failure, which replays it. */
const row = fc.dictionary(
	fc.string(),
	fc.oneof(leaf, fc.array(fc.dictionary(fc.string(), leaf)), fc.constant(undefined))
);

test('[I15] canonical JSON is sorted keys, absent omitted, NFC strings, whatever the row', () => {
	fc.assert(
		fc.property(row, (value) => {
			expect(canonicalJson(value)).toBe(byDefinition(value));
		})
	);
});

test('[I15] a row that went through storage and JSON hashes the same', () => {
	fc.assert(
		fc.property(row, (value) => {
			expect(contentHash(JSON.parse(JSON.stringify(value)) as object)).toBe(contentHash(value));
		})
	);
});

test('[I15] composed and decomposed accents hash the same, and other text does not', () => {
	expect(contentHash({ city: 'Abe\u0301che\u0301' })).toBe(contentHash({ city: 'Ab\u00e9ch\u00e9' }));
	expect(contentHash({ city: 'Abeche' })).not.toBe(contentHash({ city: 'Ab\u00e9ch\u00e9' }));
});

test('[I15] what no row can hold is refused instead of rounded', () => {
	for (const value of [0.5, Number.NaN, 2 ** 53, 10n, () => 1])
		expect(() => canonicalJson({ value })).toThrow(TypeError);
});

test('[I15] hashes are what released phones compute', () => {
	expect(hash52('')).toBe(1276245688880515);
	expect(contentHash({ id: 'a', items: [{ quantity: 2, lotCode: null }], active: true })).toBe(3351604038833794);
	expect(rowDigest('cartons', 'a', 3, 42)).toBe(1199920978000346);
});

test('[I15] sums do not depend on the order and can be taken back', () => {
	const digest = fc.integer({ min: 0, max: 2 ** 52 - 1 });
	fc.assert(
		fc.property(fc.array(digest), digest, (digests, one) => {
			const forth = digests.reduce(addDigest, 0);
			expect(digests.toReversed().reduce(addDigest, 0)).toBe(forth);
			expect(subtractDigest(addDigest(forth, one), one)).toBe(forth);
			expect(Number.isSafeInteger(forth)).toBe(true);
		})
	);
});
