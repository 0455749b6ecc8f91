/**
 * The codes that we print ourselves: `CN-` + at least six digits + `-` + a check character over the digits (R3). Which
 * numbers a device may use is its lease; which codes are taken is for the world to know.
 */
import { mod3736 } from './check-digits.ts';
import type { LeaseRange } from './decision.ts';

const FORM = /^CN-(\d{6,})-([0-9A-Z])$/;

/** [R3] The code of a carton number, as printed: 4217 → `CN-004217-O`. `number` is a positive integer. */
export function cartonCode(number: number): string {
	const digits = String(number).padStart(6, '0');
	return `CN-${digits}-${mod3736(digits)}`;
}

export type CartonCodeCheck = { kind: 'other' } | { kind: 'wrong_check' } | { kind: 'valid'; number: number };

/** [R3] What a normalised code is: one of ours, one of ours mistyped, or something else. */
export function checkCartonCode(code: string): CartonCodeCheck {
	const match = FORM.exec(code);
	if (!match) return { kind: 'other' };
	const [, digits = '', check] = match;
	return mod3736(digits) === check ? { kind: 'valid', number: Number(digits) } : { kind: 'wrong_check' };
}

/** Is this carton number inside one of the ranges? Both ends belong to a range. */
export const isLeased = (number: number, leases: readonly LeaseRange[] | null): boolean =>
	leases !== null && leases.some((range) => range.from <= number && number <= range.until);
