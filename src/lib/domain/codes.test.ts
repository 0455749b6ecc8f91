import { describe, expect, it } from 'vitest';
import { cartonCode, checkCartonCode, isLeased } from './carton-code.ts';
import { endsWithMod10, gtin14, isGtin, isSscc, mod10, mod3736 } from './check-digits.ts';
import { codeUsability, modeCard, modeOf, MODES, normalizeCode, trackingToken } from './codes.ts';
import type { CodeHolder } from './decision.ts';
import { finalReference, parseReference, temporaryReference } from './references.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe('check characters', () => {
	it('[R3] MOD 37,36 agrees with published identifiers', () => {
		// The example of IFPI's GRid standard, and ISAN 0000-0001-8947-0000-8-0000-0000-D with its two check characters.
		expect(mod3736('A12425GABC1234002')).toBe('M');
		expect(mod3736('0000000189470000')).toBe('8');
		expect(mod3736('000000018947000000000000')).toBe('D');
	});

	it('[R3] MOD 37,36 catches every single wrong character and every swap of two different digits', () => {
		for (const digits of ['004217', '000001', '999999', '1234567']) {
			const code = digits + mod3736(digits);
			for (let i = 0; i < code.length; i++)
				for (const wrong of ALPHABET) {
					if (wrong === code[i]) continue;
					const mistyped = code.slice(0, i) + wrong + code.slice(i + 1);
					expect(mod3736(mistyped.slice(0, -1)) === mistyped.slice(-1), mistyped).toBe(false);
				}
			for (let i = 0; i + 1 < digits.length; i++) {
				const swapped = digits.slice(0, i) + digits[i + 1] + digits[i] + digits.slice(i + 2);
				expect(mod3736(swapped) === mod3736(digits), swapped).toBe(swapped === digits);
			}
		}
	});

	it('[R3] refuses what is outside its alphabet', () => {
		expect(() => mod3736('00-4217')).toThrow(RangeError);
	});

	it('[R4] mod 10 agrees with GS1’s own examples', () => {
		expect(mod10('0952123454321')).toBe('3');
		expect(isGtin('09521234543213')).toBe(true);
		expect(isSscc('095212340000000013')).toBe(true);
		expect(isGtin('4006381333931')).toBe(true);
		expect(isGtin('036000291452')).toBe(true);
		expect(isGtin('96385074')).toBe(true);
	});

	it('[R4] a wrong digit, another length, letters or only zeroes are no GTIN', () => {
		for (const text of ['4006381333932', '400638133393', '', '00000000', '40063813339A1', '095212345432133'])
			expect(isGtin(text), text).toBe(false);
		expect(isSscc('095212340000000014')).toBe(false);
		expect(isSscc('000000000000000000')).toBe(false);
		expect(endsWithMod10('0')).toBe(false);
	});

	it('[R4] all GTIN lengths compare equal', () => {
		expect(gtin14('036000291452')).toBe('00036000291452');
		expect(gtin14('0036000291452')).toBe('00036000291452');
		expect(gtin14('00036000291452')).toBe('00036000291452');
		expect(gtin14('036000291453')).toBe(null);
	});
});

describe('carton codes', () => {
	it('[R3] CN, at least six digits, a check character', () => {
		expect(cartonCode(4217)).toBe(`CN-004217-${mod3736('004217')}`);
		expect(cartonCode(12345678)).toBe(`CN-12345678-${mod3736('12345678')}`);
		expect(checkCartonCode(cartonCode(4217))).toEqual({ kind: 'valid', number: 4217 });
	});

	it('[R3] a mistyped one is told apart from other codes', () => {
		const code = cartonCode(4217);
		const wrong = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
		expect(checkCartonCode(wrong)).toEqual({ kind: 'wrong_check' });
		for (const other of ['CN-12345-X', 'BOX-1', 'CN-004217', `${code}-`, code.toLowerCase()])
			expect(checkCartonCode(other), other).toEqual({ kind: 'other' });
	});

	it('[R3] a lease has both its ends', () => {
		const leases = [
			{ from: 10, until: 12 },
			{ from: 20, until: 20 }
		];
		expect([9, 10, 12, 13, 20, 21].map((number) => isLeased(number, leases))).toEqual([
			false,
			true,
			true,
			false,
			true,
			false
		]);
		expect(isLeased(10, null)).toBe(false);
	});
});

describe('references', () => {
	it('[R1] year and sequence, padded to four, growing after 9999', () => {
		expect(finalReference(2026, 1)).toBe('260001');
		expect(finalReference(2026, 9999)).toBe('269999');
		expect(finalReference(2026, 10000)).toBe('2610000');
		expect(finalReference(2105, 7)).toBe('050007');
	});

	it('[R2] temporary ones count on', () => {
		expect([1, 99, 100].map(temporaryReference)).toEqual(['EXP-TEMP-01', 'EXP-TEMP-99', 'EXP-TEMP-100']);
	});

	it('[R1, R2] what is formatted is recognised, and nothing else', () => {
		for (const [year, sequence] of [
			[26, 1],
			[26, 9999],
			[26, 10000],
			[5, 1234567]
		] as const)
			expect(parseReference(finalReference(year, sequence))).toEqual({ kind: 'final', year, sequence });
		for (const sequence of [1, 10, 100])
			expect(parseReference(temporaryReference(sequence))).toEqual({ kind: 'temporary', sequence });
		for (const text of [
			'26001',
			'260000',
			'26000123',
			'EXP-TEMP-1',
			'EXP-TEMP-00',
			'EXP-TEMP-001',
			'exp-temp-01',
			'A60001',
			''
		])
			expect(parseReference(text), text).toBe(null);
	});
});

describe('normalizeCode', () => {
	it('[R4] trims, ignores case, control characters and the AIM identifier', () => {
		expect(normalizeCode('  box-7 ')).toBe('BOX-7');
		expect(normalizeCode(']C0box-7\r\n')).toBe('BOX-7');
		expect(normalizeCode('e\u0301te\u0301')).toBe('ÉTÉ');
		expect(normalizeCode('\u0000')).toBe('');
	});

	it('[R4] an SSCC is its 18 digits however it was written', () => {
		const sscc = '095212340000000013';
		for (const text of [sscc, `00${sscc}`, `]C100${sscc}`, `(00)${sscc}`, `(00) ${sscc}`, `]d2\x1d00${sscc}`])
			expect(normalizeCode(text), text).toBe(sscc);
	});

	it('[R4] other element strings read as printed', () => {
		expect(normalizeCode(']C10109521234543213\x1d10abc')).toBe('(01)09521234543213(10)ABC');
	});
});

describe('tracking links and mode cards', () => {
	it('[T5] the token of an address or a path, with its case', () => {
		expect(trackingToken('https://escale.example/track/aB3_-xyzAB')).toBe('aB3_-xyzAB');
		expect(trackingToken('http://localhost:3000/track/aB3_-xyzAB/?utm=1#top')).toBe('aB3_-xyzAB');
		expect(trackingToken(' /track/aB3_-xyzAB ')).toBe('aB3_-xyzAB');
		for (const text of [
			'/track/',
			'/track/short',
			'https://x/other/aB3_-xyzAB',
			'track/aB3_-xyzAB',
			'https://x/track/aB3_-xyzAB/more'
		])
			expect(trackingToken(text), text).toBe(null);
	});

	it('every mode has a card that chooses it', () => {
		expect(MODES.map((mode) => modeOf(modeCard(mode)))).toEqual([...MODES]);
		expect(modeOf(modeCard('pack').toLowerCase())).toBe('pack');
		expect(modeOf('ESCALE-MODE-SLEEP')).toBe(null);
	});
});

describe('codeUsability', () => {
	const leases = [{ from: 4217, until: 4217 }];
	const code = (text: string, holder: CodeHolder | null = null, given: typeof leases | null = leases) => {
		const refusal = codeUsability(text, holder, given);
		return refusal ? [refusal.code, refusal.params['kind']].filter(Boolean).join(' ') : 'usable';
	};

	it('[R3] any free code may be a carton’s, an SSCC included', () => {
		for (const text of ['BOX-7', '095212340000000013', ']C100095212340000000013', '123', 'PALETTE 12'])
			expect(code(text), text).toBe('usable');
	});

	it('[R3] what is something else may not', () => {
		expect(code('4006381333931')).toBe('code_not_usable gtin');
		expect(code('0109521234543213')).toBe('code_not_usable gtin');
		expect(code(']C101095212345432AB')).toBe('code_not_usable gtin');
		expect(code('260001')).toBe('code_not_usable reference');
		expect(code('exp-temp-04')).toBe('code_not_usable reference');
		expect(code('https://example.org')).toBe('code_not_usable url');
		expect(code('/track/aB3_-xyzAB')).toBe('code_not_usable url');
		expect(code(modeCard('pack'))).toBe('code_not_usable mode');
		expect(code('   ')).toBe('code_not_usable empty');
		expect(code('X'.repeat(49))).toBe('code_not_usable long');
	});

	it('[R3] a code that is held, by what holds it', () => {
		expect(code('BOX-7', { kind: 'carton', id: 'c' })).toBe('code_taken');
		for (const kind of ['shipment', 'location', 'person', 'product'] as const)
			expect(code('BOX-7', { kind, id: 'x' })).toBe(`code_not_usable ${kind}`);
	});

	it('[R3] our own form: checked, and only within the lease, also when scanned from a sticker', () => {
		expect(code(cartonCode(4217))).toBe('usable');
		expect(code(cartonCode(4217).toLowerCase())).toBe('usable');
		expect(code(cartonCode(4218))).toBe('code_not_leased');
		expect(code(cartonCode(4217), null, null)).toBe('code_not_leased');
		expect(codeUsability(cartonCode(4217), null)?.code).toBe('code_not_leased');
		expect(code('CN-004217-0') === 'check_character_wrong' || cartonCode(4217).endsWith('0')).toBe(true);
		expect(code(cartonCode(4217), { kind: 'carton', id: 'c' })).toBe('code_taken');
	});
});
