/**
 * A sheet as CSV for the spreadsheet programs that people have: UTF-8 with a byte order mark, the separator that the
 * language's programs expect, and nothing in it that such a program would run.
 */
import { inPieces, siteWallTime, type Cell, type Sheet } from './sheet.ts';

const SEPARATOR = { fr: ';', en: ',' } as const;
/** Excel, LibreOffice and Sheets read a cell that begins like this as a formula; the full-width forms too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

export const writeCsv = (sheet: Sheet): AsyncGenerator<Uint8Array> => inPieces(lines(sheet));

async function* lines(sheet: Sheet): AsyncGenerator<string> {
	const separator = SEPARATOR[sheet.locale];
	const line = (cells: readonly string[]) => cells.map((cell) => quoted(cell, separator)).join(separator) + '\r\n';
	yield '\ufeff' + line(sheet.columns.map(({ name }) => harmless(name)));
	for await (const cells of sheet.rows) yield line(cells.map((cell, i) => textOf(cell, i, sheet)));
}

function textOf(cell: Cell | undefined, index: number, { columns, siteTimeZone }: Sheet): string {
	if (cell === null || cell === undefined) return '';
	if (typeof cell === 'number') return String(cell);
	return columns[index]?.kind === 'time' ? siteWallTime(cell, siteTimeZone) : harmless(cell);
}

/** An apostrophe in front makes it text; the spreadsheet does not show it as part of a formula. */
const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const quoted = (text: string, separator: string): string =>
	text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
