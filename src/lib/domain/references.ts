/**
 * Shipment references: final ones count within a year (R1), temporary ones count for ever (R2). The server allocates;
 * this module only formats and recognises.
 */

/** [R1] Two-digit year + sequence padded to four: (2026, 1) → `260001`, (2026, 10000) → `2610000`. */
export const finalReference = (year: number, sequence: number): string =>
	`${String(year % 100).padStart(2, '0')}${String(sequence).padStart(4, '0')}`;

/** [R2] `EXP-TEMP-01` … `EXP-TEMP-99`, `EXP-TEMP-100`. */
export const temporaryReference = (sequence: number): string => `EXP-TEMP-${String(sequence).padStart(2, '0')}`;

export type ReferenceForm = { kind: 'final'; year: number; sequence: number } | { kind: 'temporary'; sequence: number };

/** What a normalised text is as a shipment reference, or null. A final one's year is its two digits. */
export function parseReference(text: string): ReferenceForm | null {
	const temporary = /^EXP-TEMP-(\d{2,})$/.exec(text);
	if (temporary) {
		const sequence = Number(temporary[1]);
		return sequence > 0 && temporaryReference(sequence) === text ? { kind: 'temporary', sequence } : null;
	}
	const final = /^(\d{2})(\d{4,7})$/.exec(text);
	if (!final) return null;
	const [year, sequence] = [Number(final[1]), Number(final[2])];
	return sequence > 0 && finalReference(year, sequence) === text ? { kind: 'final', year, sequence } : null;
}
