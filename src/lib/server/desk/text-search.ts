/**
 * Searching as people type: without regard to case and accents, anywhere in the text. SQLite folds ASCII alone, so the
 * letters of French are folded by name. Runs inside a query of the read-only client.
 */
import { Prisma } from '#lib/server/prisma/client.ts';

const ACCENTS: readonly (readonly [string, string])[] = [
	['a', 'àâäÀÂÄ'],
	['c', 'çÇ'],
	['e', 'éèêëÉÈÊË'],
	['i', 'îïÎÏ'],
	['o', 'ôöÔÖ'],
	['u', 'ùûüÙÛÜ'],
	['oe', 'œŒ']
];
const FOLDS = ACCENTS.flatMap(([plain, accented]) => [...accented].map((letter) => [letter, plain] as const));

/** A text as the database's folding leaves it. */
export const fold = (text: string): string =>
	FOLDS.reduce((folded, [letter, plain]) => folded.replaceAll(letter, plain), text.normalize('NFC')).toLowerCase();

const collator = new Intl.Collator('fr', { sensitivity: 'base', numeric: true });

/** As a French index is sorted: É beside E, whatever the case. */
export const byName = (a: { name: string }, b: { name: string }): number => collator.compare(a.name, b.name);

/** `column` is SQL of ours, never a person's text. */
export const foldedColumn = (column: string): Prisma.Sql =>
	Prisma.raw(FOLDS.reduce((sql, [letter, plain]) => `replace(${sql},'${letter}','${plain}')`, `lower(${column})`));

/** True where any of the columns contains the text. `columns` are SQL of ours; the text is a bound value. */
export function contains(text: string, columns: readonly string[]): Prisma.Sql {
	const pattern = `%${fold(text).replace(/[\\%_]/g, (wild) => `\\${wild}`)}%`;
	return Prisma.sql`(${Prisma.join(
		columns.map((column) => Prisma.sql`${foldedColumn(column)} LIKE ${pattern} ESCAPE '\\'`),
		' OR '
	)})`;
}
