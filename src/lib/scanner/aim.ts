/**
 * AIM symbology identifiers (ISO/IEC 15424): `]C1`, `]d2`, … in front of what a scanner sends. They say what kind of code it
 * was, GS1 above all, and are no part of the code itself.
 */

/** The identifiers whose text is GS1 element strings: GS1-128, DataBar, DataMatrix, QR. */
export const GS1_SYMBOLOGIES: ReadonlySet<string> = new Set([']C1', ']e0', ']d2', ']Q3']);

/** The text of a read as R4 wants it: a GS1 code says so with its identifier, or its elements would be guessed. */
export function textForMeaning(read: { text: string; symbology: string | null }): string {
	return read.symbology !== null && GS1_SYMBOLOGIES.has(read.symbology) ? read.symbology + read.text : read.text;
}

/** Splits `]C10109521234543213` into `]C1` and the rest; null where there is no identifier. */
export function splitAim(sent: string): { text: string; symbology: string | null } {
	const match = /^(\][A-Za-z][0-9A-Za-z])(.+)$/s.exec(sent);
	if (!match) return { text: sent, symbology: null };
	return { text: match[2] ?? '', symbology: match[1] ?? null };
}
