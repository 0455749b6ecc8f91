/**
 * GS1 element strings: what a GS1-128, GS1 DataMatrix or GS1 QR code says. Raw text with FNC1 (\x1d) and an AIM
 * identifier, or the bracketed text that is printed under a code. Lengths follow the GS1 General Specifications.
 */
import { endsWithMod10, isGtin, isSscc } from './check-digits.ts';

/** One element: its application identifier and its value. */
export interface Gs1Element {
	ai: string;
	value: string;
}

export type Gs1 =
	/** No element string. */
	| { kind: 'none' }
	/** An element string with a wrong check digit, date or form in this element. */
	| { kind: 'invalid'; ai: string }
	| { kind: 'elements'; elements: Gs1Element[] };

const GS = '\x1d';
const GS1_IDENTIFIER = /^\](C1|d2|Q3|e0)/;
const ANY_IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/;

/** The text without the AIM symbology identifier that some scanners put in front of it. */
export const withoutIdentifier = (text: string): string => text.replace(ANY_IDENTIFIER, '');

/** Digits of an application identifier, by its first two; two where not listed. */
const AI_LENGTH: Record<string, number> = {
	'23': 3, '24': 3, '25': 3, '40': 3, '41': 3, '42': 3, '71': 3,
	'31': 4, '32': 4, '33': 4, '34': 4, '35': 4, '36': 4, '39': 4, '43': 4, '70': 4, '72': 4, '80': 4, '81': 4, '82': 4
}; // prettier-ignore

/** Elements of predefined length need no FNC1 after them: length of identifier and value together. */
const PREDEFINED_LENGTH: Record<string, number> = {
	'00': 20, '01': 16, '02': 16, '03': 16, '04': 18, '11': 8, '12': 8, '13': 8, '14': 8, '15': 8, '16': 8, '17': 8, '18': 8, '19': 8,
	'20': 4, '31': 10, '32': 10, '33': 10, '34': 10, '35': 10, '36': 10, '41': 16
}; // prettier-ignore

const MAX_VALUE = 90;

/** Is this value one that its element may have? Only the elements that mean something here are looked at (R4). */
const VALID: Record<string, (value: string) => boolean> = {
	'00': isSscc,
	'01': (value) => value.length === 14 && isGtin(value),
	'02': (value) => value.length === 14 && isGtin(value),
	'10': (value) => value.length <= 20,
	'15': (value) => gs1Date(value) !== null,
	'17': (value) => gs1Date(value) !== null,
	'30': (value) => /^\d{1,8}$/.test(value),
	'37': (value) => /^\d{1,8}$/.test(value)
};

/**
 * Reads an element string. Without an AIM identifier, FNC1 or brackets, text counts as one only if it begins with a
 * whole (00) or (01) whose check digit holds: a scanner that tells nothing must not turn a plain number into a lot.
 */
export function parseGs1(text: string): Gs1 {
	const body = text.replace(GS1_IDENTIFIER, '');
	if (body !== text) return checked(split(body));
	const plain = withoutIdentifier(text);
	if (/^\(\d{2,4}\)/.test(plain)) return checked(splitBracketed(plain));
	if (plain.startsWith(GS)) return checked(split(plain));
	const announced =
		(/^00\d{18}/.test(plain) && isSscc(plain.slice(2, 20))) || (/^01\d{14}/.test(plain) && isGtin(plain.slice(2, 16)));
	if (!announced) return { kind: 'none' };
	const elements = split(plain);
	const read = checked(elements);
	return read.kind === 'invalid' && !plain.includes(GS) ? { kind: 'none' } : read;
}

/** The elements of raw text; null where the lengths do not work out, with what was being read. */
function split(text: string): Gs1Element[] | { broken: string } {
	const elements: Gs1Element[] = [];
	let at = 0;
	while (at < text.length) {
		if (text[at] === GS) {
			at++;
			continue;
		}
		const prefix = text.slice(at, at + 2);
		const aiLength = AI_LENGTH[prefix] ?? 2;
		const ai = text.slice(at, at + aiLength);
		if (!/^\d+$/.test(ai) || ai.length < aiLength) return { broken: ai };
		const fixed = PREDEFINED_LENGTH[prefix];
		const until = fixed === undefined ? text.indexOf(GS, at) : at + fixed;
		const end = until < 0 ? text.length : until;
		const value = text.slice(at + aiLength, end);
		if (end > text.length || value.includes(GS)) return { broken: ai };
		elements.push({ ai, value });
		at = end;
	}
	return elements;
}

function splitBracketed(text: string): Gs1Element[] | { broken: string } {
	const elements: Gs1Element[] = [];
	const pattern = /\((\d{2,4})\)([^(]*)/y;
	while (pattern.lastIndex < text.length) {
		const match = pattern.exec(text);
		if (!match) return { broken: '' };
		elements.push({ ai: match[1] ?? '', value: (match[2] ?? '').trim() });
	}
	return elements;
}

function checked(elements: Gs1Element[] | { broken: string }): Gs1 {
	if (!Array.isArray(elements)) return { kind: 'invalid', ai: elements.broken };
	for (const { ai, value } of elements) {
		const valid = VALID[ai] ?? (() => true);
		if (value === '' || value.length > MAX_VALUE || !valid(value)) return { kind: 'invalid', ai };
		if (ai.length === 3 && ai.startsWith('41') && !endsWithMod10(value)) return { kind: 'invalid', ai };
	}
	return elements.length > 0 ? { kind: 'elements', elements } : { kind: 'invalid', ai: '' };
}

/**
 * `YYMMDD` → `YYYY-MM-DD`; day 00 is the last day of the month. The century is always 20: goods do not expire in 19YY.
 * Null for a day that does not exist.
 */
export function gs1Date(value: string): string | null {
	const match = /^(\d{2})(\d{2})(\d{2})$/.exec(value);
	if (!match) return null;
	const [year, month, day] = [2000 + Number(match[1]), Number(match[2]), Number(match[3])];
	const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
	if (month < 1 || month > 12 || day > last) return null;
	return `${year}-${match[2]}-${String(day || last).padStart(2, '0')}`;
}

/** The first value of any of these identifiers, in this order. */
export function elementValue(elements: readonly Gs1Element[], ...ais: string[]): string | null {
	for (const ai of ais) {
		const found = elements.find((element) => element.ai === ai);
		if (found) return found.value;
	}
	return null;
}

/** The text that is printed under such a code: `(01)09521234543213(10)ABC`. */
export const bracketed = (elements: readonly Gs1Element[]): string =>
	elements.map(({ ai, value }) => `(${ai})${value}`).join('');
