/**
 * Finds what looks like a carton code or a shipment reference in a sentence, for `CodeText.svelte`. Looks only at the
 * shape; whether it exists is not its business.
 */
const CODE = /\b(?:CN-\d{6,}-[0-9A-Z]|EXP-TEMP-\d{2,}|\d{6,18})(?![\p{L}\d:-])/gu;

export interface TextPart {
	text: string;
	code: boolean;
}

/** The text in order, cut into codes and the rest; joined again it is the text. */
export function splitCodes(text: string): TextPart[] {
	const parts: TextPart[] = [];
	let from = 0;
	for (const match of text.matchAll(CODE)) {
		if (match.index > from) parts.push({ text: text.slice(from, match.index), code: false });
		parts.push({ text: match[0], code: true });
		from = match.index + match[0].length;
	}
	if (from < text.length) parts.push({ text: text.slice(from), code: false });
	return parts;
}
