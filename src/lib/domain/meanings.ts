/**
 * [R4] What a scanned code means, as questions: which lookups to make, in which order. Phone, desk and server ask these
 * of their own tables and choose among the answers here, so that a code means the same everywhere.
 */
import { checkCartonCode } from './carton-code.ts';
import { gtin14 } from './check-digits.ts';
import { normalizeCode, trackingToken } from './codes.ts';
import { elementValue, gs1Date, parseGs1, type Gs1Element } from './gs1.ts';
import { parseReference } from './references.ts';

/** In the order of R4. */
export const MEANING_KINDS = ['carton', 'shipment', 'location', 'person', 'product'] as const;
export type MeaningKind = (typeof MEANING_KINDS)[number];

/** One question to a table. `reference` is a final or a temporary one (R2: it stays an alias). */
export type Lookup =
	| { kind: 'carton'; by: 'code'; value: string }
	| { kind: 'shipment'; by: 'token' | 'reference'; value: string }
	| { kind: 'location'; by: 'code'; value: string }
	| { kind: 'person'; by: 'badge'; value: string }
	| { kind: 'product'; by: 'gtin14' | 'barcode' | 'sku'; value: string };

export interface CodeQuestion {
	/** The normalised text, as the scan history shows it. */
	code: string;
	lookups: Lookup[];
	/** Of a product: what the element string says besides (R4). Quantity: units, a positive integer. */
	lotCode: string | null;
	expiresOn: string | null;
	quantity: number | null;
	/** The text is damaged or mistyped and can mean nothing: a wrong check digit or character. `ai`: in which GS1 element. */
	wrongCheck: { ai: string | null } | null;
}

/** [R4] The lookups of a text, in order. A caller makes them all, then calls `chooseMeaning`. */
export function meaningsOf(text: string): CodeQuestion {
	const code = normalizeCode(text);
	const gs1 = parseGs1(text.normalize('NFC').trim());
	if (gs1.kind === 'elements') return elementQuestion(code, gs1.elements);
	const question = { code, lotCode: null, expiresOn: null, quantity: null, wrongCheck: null };
	if (gs1.kind === 'invalid') return { ...question, lookups: [], wrongCheck: { ai: gs1.ai } };
	if (code === '') return { ...question, lookups: [] };
	const token = trackingToken(text);
	if (token) return { ...question, lookups: [{ kind: 'shipment', by: 'token', value: token }] };
	const wrongCheck = checkCartonCode(code).kind === 'wrong_check' ? { ai: null } : null;
	return { ...question, lookups: plainLookups(code), wrongCheck };
}

function plainLookups(code: string): Lookup[] {
	const lookups: Lookup[] = [{ kind: 'carton', by: 'code', value: code }];
	if (parseReference(code)) lookups.push({ kind: 'shipment', by: 'reference', value: code });
	lookups.push({ kind: 'location', by: 'code', value: code }, { kind: 'person', by: 'badge', value: code });
	const gtin = gtin14(code);
	if (gtin) lookups.push({ kind: 'product', by: 'gtin14', value: gtin });
	lookups.push({ kind: 'product', by: 'barcode', value: code }, { kind: 'product', by: 'sku', value: code });
	return lookups;
}

function elementQuestion(code: string, elements: Gs1Element[]): CodeQuestion {
	const sscc = elementValue(elements, '00');
	const gtin = elementValue(elements, '01', '02');
	const expiry = elementValue(elements, '17', '15');
	const quantity = Number(elementValue(elements, '37', '30') ?? 0);
	const lookups: Lookup[] = [];
	if (sscc) lookups.push({ kind: 'carton', by: 'code', value: sscc });
	else if (gtin) lookups.push({ kind: 'product', by: 'gtin14', value: gtin });
	return {
		code,
		lookups,
		lotCode: elementValue(elements, '10'),
		expiresOn: expiry && gs1Date(expiry),
		quantity: quantity > 0 ? quantity : null,
		wrongCheck: null
	};
}

export type Choice<M> = { kind: 'none' } | { kind: 'one'; meaning: M } | { kind: 'several'; meanings: M[] };

/**
 * [R4] One hit is the meaning. Hits of two kinds, or several of one, are shown in R4's order and the worker chooses; a
 * mode that expects one kind takes that one. The same thing found by two lookups should be handed over once.
 */
export function chooseMeaning<M extends { kind: MeaningKind }>(hits: readonly M[], expects?: MeaningKind): Choice<M> {
	const expected = expects === undefined ? [] : hits.filter((hit) => hit.kind === expects);
	const meanings = (expected.length > 0 ? expected : [...hits]).sort(
		(a, b) => MEANING_KINDS.indexOf(a.kind) - MEANING_KINDS.indexOf(b.kind)
	);
	const [first] = meanings;
	if (!first) return { kind: 'none' };
	return meanings.length === 1 ? { kind: 'one', meaning: first } : { kind: 'several', meanings };
}
