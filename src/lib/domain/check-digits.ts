/**
 * Check digits and characters: ISO/IEC 7064 MOD 37,36 for our own carton codes, GS1's mod 10 for GTINs and SSCCs.
 * Pure arithmetic on text.
 */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * ISO/IEC 7064 MOD 37,36: the check character of a text of digits and upper-case letters. It catches every single
 * wrong character and nearly every swap of two neighbours.
 * @throws RangeError on any other character.
 */
export function mod3736(text: string): string {
	let carry = 36;
	for (const character of text) {
		const value = ALPHABET.indexOf(character);
		if (value < 0) throw new RangeError(`mod3736: ${JSON.stringify(character)} is no digit or upper-case letter`);
		const sum = (carry + value) % 36 || 36;
		carry = (sum * 2) % 37;
	}
	return ALPHABET.charAt((37 - carry) % 36);
}

/** GS1's check digit over digits without it: weights 3, 1, 3… from the right. */
export function mod10(digits: string): string {
	let sum = 0;
	for (let i = 0; i < digits.length; i++) {
		const weight = (digits.length - i) % 2 === 1 ? 3 : 1;
		sum += Number(digits.charAt(i)) * weight;
	}
	return String((10 - (sum % 10)) % 10);
}

/** Do these digits end with their own mod 10 check digit? */
export const endsWithMod10 = (digits: string): boolean =>
	/^\d{2,}$/.test(digits) && mod10(digits.slice(0, -1)) === digits.slice(-1);

/** A GTIN-8, -12, -13 or -14 with a valid check digit, not all zeroes. */
export const isGtin = (text: string): boolean =>
	/^(\d{8}|\d{12}|\d{13}|\d{14})$/.test(text) && Number(text) > 0 && endsWithMod10(text);

/** [R4] All GTIN lengths compare equal: padded to 14. Null for what is no GTIN. */
export const gtin14 = (text: string): string | null => (isGtin(text) ? text.padStart(14, '0') : null);

/** An SSCC-18 with a valid check digit. */
export const isSscc = (text: string): boolean => /^\d{18}$/.test(text) && Number(text) > 0 && endsWithMod10(text);
