import { describe, expect, it } from 'vitest';
import { bracketed, elementValue, gs1Date, parseGs1, withoutIdentifier } from './gs1.ts';
import { chooseMeaning, meaningsOf } from './meanings.ts';

const GTIN = '09521234543213';
const SSCC = '095212340000000013';

const elements = (text: string) => {
	const read = parseGs1(text);
	return read.kind === 'elements' ? read.elements.map(({ ai, value }) => `${ai}=${value}`).join(' ') : read;
};

describe('parseGs1', () => {
	it('[R4] reads raw text with every identifier of a GS1 symbol', () => {
		for (const identifier of [']C1', ']d2', ']Q3', ']e0'])
			expect(elements(`${identifier}01${GTIN}17261130\x1d10LOT7`)).toBe(`01=${GTIN} 17=261130 10=LOT7`);
	});

	it('[R4] FNC1 ends an element of variable length and only that', () => {
		expect(elements(`]C110LOT7\x1d01${GTIN}`)).toBe(`10=LOT7 01=${GTIN}`);
		expect(elements(`\x1d01${GTIN}10A\x1d3712`)).toBe(`01=${GTIN} 10=A 37=12`);
		expect(elements(`]C101${GTIN}10A3712`)).toBe(`01=${GTIN} 10=A3712`);
	});

	it('[R4] knows the length of every identifier', () => {
		expect(elements(`]C13103001500\x1d01${GTIN}`)).toBe(`3103=001500 01=${GTIN}`);
		expect(elements(']C1240REF\x1d4140123456789013')).toEqual({ kind: 'invalid', ai: '414' });
		expect(elements(']C1240REF\x1d4140123456789012')).toBe('240=REF 414=0123456789012');
		expect(elements(']C18020PAY\x1d7003261130')).toBe('8020=PAY 7003=261130');
	});

	it('[R4] reads what is printed under a symbol', () => {
		expect(elements(`(01)${GTIN}(17)261100(10)LOT 7`)).toBe(`01=${GTIN} 17=261100 10=LOT 7`);
		expect(elements(`(01)${GTIN}()`)).toEqual({ kind: 'invalid', ai: '' });
	});

	it('[R4] without an identifier, only a whole SSCC or GTIN with its check digit begins an element string', () => {
		expect(elements(`01${GTIN}10LOT7`)).toBe(`01=${GTIN} 10=LOT7`);
		expect(elements(`00${SSCC}`)).toBe(`00=${SSCC}`);
		for (const text of [
			'10LOT7',
			`01${GTIN.slice(0, 13)}4`,
			'4006381333931',
			'BOX-7',
			'',
			`01${GTIN}99`,
			`01${GTIN}17269999`
		])
			expect(elements(text), text).toEqual({ kind: 'none' });
	});

	it('[R4] a wrong check digit, date or length is refused, naming the element', () => {
		expect(elements(`]C101${GTIN.slice(0, 13)}4`)).toEqual({ kind: 'invalid', ai: '01' });
		expect(elements(`]C100${SSCC.slice(0, 17)}4`)).toEqual({ kind: 'invalid', ai: '00' });
		expect(elements(']C117261345')).toEqual({ kind: 'invalid', ai: '17' });
		expect(elements(']C10109521')).toEqual({ kind: 'invalid', ai: '01' });
		expect(elements(`]C110${'X'.repeat(21)}`)).toEqual({ kind: 'invalid', ai: '10' });
		expect(elements(']C137ABC')).toEqual({ kind: 'invalid', ai: '37' });
		expect(elements(']C1XY')).toEqual({ kind: 'invalid', ai: 'XY' });
		expect(elements(']C1310')).toEqual({ kind: 'invalid', ai: '310' });
		expect(elements(']C1')).toEqual({ kind: 'invalid', ai: '' });
		expect(elements(`\x1d01${GTIN}10`)).toEqual({ kind: 'invalid', ai: '10' });
		expect(elements(`01${GTIN}\x1d17269999`)).toEqual({ kind: 'invalid', ai: '17' });
	});

	it('[R4] dates: day 00 is the last of the month, a leap day counts', () => {
		expect(gs1Date('261100')).toBe('2026-11-30');
		expect(gs1Date('280200')).toBe('2028-02-29');
		expect(gs1Date('270229')).toBe(null);
		expect(gs1Date('261301')).toBe(null);
		expect(gs1Date('260001')).toBe(null);
		expect(gs1Date('26113')).toBe(null);
	});

	it('writes and picks elements', () => {
		const list = [
			{ ai: '01', value: GTIN },
			{ ai: '10', value: 'A' }
		];
		expect(bracketed(list)).toBe(`(01)${GTIN}(10)A`);
		expect(elementValue(list, '02', '10')).toBe('A');
		expect(elementValue(list, '99')).toBe(null);
		expect(withoutIdentifier(']E04006381333931')).toBe('4006381333931');
	});
});

describe('meaningsOf', () => {
	const lookups = (text: string) => meaningsOf(text).lookups.map(({ kind, by, value }) => `${kind} ${by} ${value}`);

	it('[R4] asks in order: carton, reference, location, badge, product', () => {
		expect(lookups(' box-7 ')).toEqual([
			'carton code BOX-7',
			'location code BOX-7',
			'person badge BOX-7',
			'product barcode BOX-7',
			'product sku BOX-7'
		]);
		expect(lookups('260001')).toEqual([
			'carton code 260001',
			'shipment reference 260001',
			'location code 260001',
			'person badge 260001',
			'product barcode 260001',
			'product sku 260001'
		]);
		expect(lookups('exp-temp-07')[1]).toBe('shipment reference EXP-TEMP-07');
	});

	it('[R4] a GTIN of any length is asked padded to 14', () => {
		for (const text of ['036000291452', '0036000291452', ']E00036000291452'])
			expect(lookups(text)).toContain('product gtin14 00036000291452');
	});

	it('[T5] a tracking link is a shipment and nothing else', () => {
		expect(lookups('https://escale.example/track/aB3_-xyzAB')).toEqual(['shipment token aB3_-xyzAB']);
	});

	it('[R4] element strings: an SSCC is a carton, a GTIN a product with lot, expiry and quantity', () => {
		expect(lookups(`]C100${SSCC}`)).toEqual([`carton code ${SSCC}`]);
		expect(meaningsOf(`]C101${GTIN}17261130\x1d10LOT7\x1d3712`)).toEqual({
			code: `(01)${GTIN}(17)261130(10)LOT7(37)12`,
			lookups: [{ kind: 'product', by: 'gtin14', value: GTIN }],
			lotCode: 'LOT7',
			expiresOn: '2026-11-30',
			quantity: 12,
			wrongCheck: null
		});
		expect(meaningsOf(`(02)${GTIN}(15)261130(30)3`)).toMatchObject({ expiresOn: '2026-11-30', quantity: 3 });
		expect(meaningsOf(`(01)${GTIN}(37)0`)).toMatchObject({ quantity: null, lotCode: null, expiresOn: null });
		expect(lookups('(10)LOT7')).toEqual([]);
	});

	it('[R3, R4] says when a check digit or character is wrong', () => {
		expect(meaningsOf(`]C101${GTIN.slice(0, 13)}4`)).toMatchObject({ lookups: [], wrongCheck: { ai: '01' } });
		expect(meaningsOf('CN-000001-?').wrongCheck).toBe(null);
		const wrong = ['0', '1'].map((check) => meaningsOf(`CN-004217-${check}`)).find((question) => question.wrongCheck);
		expect(wrong).toMatchObject({ wrongCheck: { ai: null } });
		expect(wrong?.lookups[0]).toMatchObject({ kind: 'carton' });
	});

	it('[R4] nothing but spaces means nothing', () => {
		expect(meaningsOf('  ')).toMatchObject({ code: '', lookups: [] });
	});
});

describe('chooseMeaning', () => {
	const carton = { kind: 'carton', id: 1 } as const;
	const location = { kind: 'location', id: 2 } as const;
	const product = { kind: 'product', id: 3 } as const;

	it('[R4] none, one, or several in order for the worker to choose', () => {
		expect(chooseMeaning([])).toEqual({ kind: 'none' });
		expect(chooseMeaning([product])).toEqual({ kind: 'one', meaning: product });
		expect(chooseMeaning([product, carton, location])).toEqual({
			kind: 'several',
			meanings: [carton, location, product]
		});
		expect(chooseMeaning([product, { ...product, id: 4 }])).toMatchObject({ kind: 'several' });
	});

	it('[R4] a mode that expects one kind takes that one; where there is none of it, the rest is shown', () => {
		expect(chooseMeaning([product, carton], 'product')).toEqual({ kind: 'one', meaning: product });
		expect(chooseMeaning([carton], 'product')).toEqual({ kind: 'one', meaning: carton });
		expect(chooseMeaning([product, { ...product, id: 4 }, carton], 'product')).toMatchObject({
			kind: 'several',
			meanings: [{ id: 3 }, { id: 4 }]
		});
	});
});
