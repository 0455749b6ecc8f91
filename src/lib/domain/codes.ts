/**
 * From scanned or typed text to a code that compares: trimmed, upper case, GS1-aware (R4); and whether a text may become
 * a carton's code (R3). What a code *means* is asked in `meanings.ts`; who holds it is for the world to know.
 */
import { BADGE_PREFIX } from './badge.ts';
import { checkCartonCode, isLeased } from './carton-code.ts';
import { isGtin } from './check-digits.ts';
import type { CodeHolder, LeaseRange } from './decision.ts';
import { bracketed, elementValue, parseGs1, withoutIdentifier } from './gs1.ts';
import { refuse, type UnusableKind } from './refuse.ts';
import { parseReference } from './references.ts';
import type { Rejection } from './rejections.ts';

/** The longest text that can be a carton's code. */
export const MAX_CODE_LENGTH = 48;

/**
 * [R4] How codes compare: without case, outer spaces, control characters or AIM identifier; an SSCC is its 18 digits
 * however it was written; any other GS1 text reads as printed, with brackets.
 */
export function normalizeCode(text: string): string {
	const raw = text.normalize('NFC').trim();
	const gs1 = parseGs1(raw);
	if (gs1.kind === 'elements') {
		const sscc = elementValue(gs1.elements, '00');
		return sscc ?? bracketed(gs1.elements).toUpperCase();
	}
	return visible(withoutIdentifier(raw)).trim().toUpperCase();
}

/** Without control characters: scanners append them, and no sticker shows them. */
function visible(text: string): string {
	return text.replace(/[\u0000-\u001f\u007f]/g, '');
}

/** [T5] The token of a tracking link, as a URL or a path; null for anything else. Tokens keep their case. */
export function trackingToken(text: string): string | null {
	const match = /^(?:https?:\/\/[^\s/]+)?\/track\/([A-Za-z0-9_-]{8,128})\/?(?:[?#].*)?$/i.exec(text.trim());
	return match?.[1] ?? null;
}

/** What a scan of a mode card chooses. */
export const MODES = ['pack', 'assign', 'label', 'load', 'remove', 'unpack', 'count', 'step', 'dispute'] as const;
export type Mode = (typeof MODES)[number];

/** The text on a mode card. */
export const modeCard = (mode: Mode): string => `ESCALE-MODE-${mode.toUpperCase()}`;

/** The mode that a text chooses, or null. */
export function modeOf(text: string): Mode | null {
	const code = normalizeCode(text);
	return MODES.find((mode) => modeCard(mode) === code) ?? null;
}

const TAKEN_BY: Record<Exclude<CodeHolder['kind'], 'carton'>, UnusableKind> = {
	shipment: 'shipment',
	location: 'location',
	person: 'person',
	product: 'product'
};

/**
 * [R3] May this text become a carton's code? Null: yes. A code in our own form must be one of the device's lease, even
 * when it was scanned from a printed sticker: outside it, it may be the label of a carton that this side does not know yet.
 * @param holder what holds the normalised code now, if anything
 * @param leases the ranges of the device; null or absent: none
 */
export function codeUsability(
	text: string,
	holder: CodeHolder | null | undefined,
	leases: readonly LeaseRange[] | null = null
): Rejection | null {
	const code = normalizeCode(text);
	if (holder?.kind === 'carton') return refuse('code_taken', { code }, holder.id);
	const own = checkCartonCode(code);
	if (own.kind === 'wrong_check') return refuse('check_character_wrong', { code });
	const kind = unusableKind(text, code);
	if (kind) return refuse('code_not_usable', { code, kind });
	if (holder) return refuse('code_not_usable', { code, kind: TAKEN_BY[holder.kind] }, holder.id);
	if (own.kind === 'valid' && !isLeased(own.number, leases)) return refuse('code_not_leased', { code });
	return null;
}

function unusableKind(text: string, code: string): UnusableKind | null {
	if (code === '') return 'empty';
	if (code.length > MAX_CODE_LENGTH) return 'long';
	if (trackingToken(text) || /^[A-Z][A-Z0-9+.-]*:\/\//.test(code)) return 'url';
	if (code.startsWith('ESCALE-MODE-')) return 'mode';
	// Of a colleague whom this side does not know yet.
	if (code.startsWith(BADGE_PREFIX)) return 'person';
	const gs1 = parseGs1(text.trim());
	if (isGtin(code) || (gs1.kind !== 'none' && !/^\d{18}$/.test(code))) return 'gtin';
	return parseReference(code) ? 'reference' : null;
}
