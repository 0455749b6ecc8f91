/**
 * Which password may be chosen: long, not all of a piece, not made of what stands beside it. No rule asks for signs or
 * digits: length is what helps (NIST SP 800-63B, OWASP ASVS 5 §6.2).
 */
export type PasswordFault = 'too_short' | 'too_long' | 'too_plain' | 'too_close';

export const SHORTEST = 12;
export const LONGEST = 128;
/** `aaaaaaaaaaaa` and `abababababab` are guessed first. */
const DIFFERENT_CHARACTERS = 5;

/**
 * @param near what the person is called and signs in with: a password that is little more than these says too little
 * @returns null: it may be chosen
 */
export function passwordFault(password: string, near: readonly string[]): PasswordFault | null {
	const text = password.normalize('NFC');
	const characters = [...text];
	if (characters.length < SHORTEST) return 'too_short';
	if (characters.length > LONGEST) return 'too_long';
	if (new Set(characters).size < DIFFERENT_CHARACTERS || isSequence(text)) return 'too_plain';
	const words = ['escale', ...near].map((word) => word.trim().toLowerCase()).filter((word) => word.length >= 4);
	const rest = words.reduce((left, word) => left.replaceAll(word, ''), text.toLowerCase());
	return rest !== text.toLowerCase() && rest.length < SHORTEST / 2 ? 'too_close' : null;
}

/** `123456789012`, `abcdefghijkl`: each character follows the former, upwards or downwards. */
function isSequence(text: string): boolean {
	const steps = [...text].slice(1).map((character, i) => character.charCodeAt(0) - text.charCodeAt(i));
	const following = steps.filter((step) => Math.abs(step) === 1 || Math.abs(step) === 9).length;
	return following >= steps.length - 1;
}
