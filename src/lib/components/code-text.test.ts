import { describe, expect, test } from 'vitest';
import { splitCodes } from './code-text.ts';

const codes = (text: string) =>
	splitCodes(text)
		.filter((part) => part.code)
		.map((part) => part.text);

describe('codes in a sentence', () => {
	test('[R3] carton codes, references and SSCC are set apart', () => {
		expect(codes('CN-003880-4 part à Bamako, expédition 260139.')).toEqual(['CN-003880-4', '260139']);
		expect(codes('EXP-TEMP-07 : colis 095212340000000013')).toEqual(['EXP-TEMP-07', '095212340000000013']);
	});

	test('[T4] times, counts and dates are not codes', () => {
		expect(codes('planifiée à 11:38, 12 colis, le 22/11/2026')).toEqual([]);
	});

	test('nothing of the sentence is lost', () => {
		const text = 'a CN-004217-K b 260147';
		expect(
			splitCodes(text)
				.map((part) => part.text)
				.join('')
		).toBe(text);
		expect(splitCodes('')).toEqual([]);
	});
});
