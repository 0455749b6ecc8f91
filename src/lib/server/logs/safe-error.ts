/**
 * An error as it may be logged or reported: what kind it is, its code, where it happened. Messages of databases and parsers
 * quote what they were given, which can be a name or an address: what stands between quotes is left out, and so is whatever
 * looks like a mail address, a token or a telephone number.
 */
export interface SafeError {
	type: string;
	message: string;
	code?: string;
	/** Of the stack: function and place. */
	frames: string[];
	cause?: SafeError;
}

const MOST_FRAMES = 20;
const MOST_CHARACTERS = 300;
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`|«[^»]*»|“[^”]*”/g;
const TELLING = /[^\s@]+@[^\s@]+|\b(?=[\w-]*\d)[\w-]{20,}\b|\+?\d[\d .-]{6,}\d/g;

/** @param depth how many causes are followed */
export function safeError(error: unknown, depth = 3): SafeError {
	if (!(error instanceof Error)) return { type: typeof error, message: '', frames: [] };
	const { name, message, stack = '', cause } = error;
	const code = (error as { code?: unknown }).code;
	return {
		type: name,
		message: safeText(message),
		...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
		frames: framesOf(stack),
		...(cause === undefined || depth === 0 ? {} : { cause: safeError(cause, depth - 1) })
	};
}

/** The first lines without what is quoted. */
export const safeText = (text: string): string =>
	text
		.slice(0, 4 * MOST_CHARACTERS)
		.replace(QUOTED, '…')
		.replace(TELLING, '…')
		.replace(/\s+/g, ' ')
		.slice(0, MOST_CHARACTERS);

const framesOf = (stack: string): string[] =>
	stack
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.slice(0, MOST_FRAMES)
		.map((line) => line.trim().slice('at '.length));
