/**
 * A sheet as an Excel workbook, written row by row into the zip that it is. One worksheet, a frozen and filterable head,
 * times as real dates; texts are texts, never formulas.
 */
import { configure, TextReader, ZipWriter } from '@zip.js/zip.js';
import { inPieces, siteWallTime, streamOf, type Cell, type Sheet } from './sheet.ts';

// Node compresses in a thread of its own anyway.
configure({ useWebWorkers: false });

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
/** What a worksheet holds, its head included. */
const MAX_ROWS = 1_048_576;
/** What a cell holds. */
const MAX_TEXT = 32_767;
const STYLE = { head: 1, time: 2 } as const;
const DAY_MS = 86_400_000;
/** The day number that Excel gives to 1 January 1970. */
const EPOCH_DAY = 25_569;

/** Rows beyond what a worksheet holds are left out. */
export function writeXlsx(sheet: Sheet): ReadableStream<Uint8Array> {
	let failed: (error: unknown) => void = () => undefined;
	const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
		start: (controller) => void (failed = (error) => controller.error(error))
	});
	const zip = new ZipWriter(writable, { zip64: false, extendedTimestamp: false, level: 6 });
	const write = async () => {
		for (const [name, text] of fixedParts(sheet)) await zip.add(name, new TextReader(text));
		await zip.add('xl/worksheets/sheet1.xml', streamOf(inPieces(worksheet(sheet))));
		await zip.close();
	};
	// Whoever reads learns of the failure from the stream.
	write().catch(failed);
	return readable;
}

function fixedParts({ title }: Sheet): [name: string, text: string][] {
	const part = (name: string, type: string) =>
		`<Override PartName="${name}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${type}+xml"/>`;
	const relation = (id: string, type: string, target: string) =>
		`<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
	return [
		[
			'[Content_Types].xml',
			`${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${part('/xl/workbook.xml', 'sheet.main')}${part('/xl/styles.xml', 'styles')}${part('/xl/worksheets/sheet1.xml', 'worksheet')}</Types>`
		],
		[
			'_rels/.rels',
			`${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`
		],
		[
			'xl/_rels/workbook.xml.rels',
			`${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'worksheet', 'worksheets/sheet1.xml')}${relation('rId2', 'styles', 'styles.xml')}</Relationships>`
		],
		[
			'xl/workbook.xml',
			`${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${xml(sheetName(title))}" sheetId="1" r:id="rId1"/></sheets></workbook>`
		],
		[
			'xl/styles.xml',
			`${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`
		]
	];
}

async function* worksheet(sheet: Sheet): AsyncGenerator<string> {
	const { columns } = sheet;
	const widths = columns.map(({ kind, name }, i) => {
		const width = kind === 'text' ? 24 : kind === 'time' ? 17 : Math.max(9, name.length + 2);
		return `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`;
	});
	yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>`;
	yield `<row>${columns.map(({ name }) => textCell(name, STYLE.head)).join('')}</row>`;
	let rows = 1;
	for await (const cells of sheet.rows) {
		if (++rows > MAX_ROWS) break;
		yield `<row>${cells.map((cell, i) => cellXml(cell, i, sheet)).join('')}</row>`;
	}
	yield `</sheetData><autoFilter ref="A1:${columnName(columns.length)}${Math.min(rows, MAX_ROWS)}"/></worksheet>`;
}

function cellXml(cell: Cell, index: number, { columns, siteTimeZone }: Sheet): string {
	if (cell === null || cell === '') return '<c/>';
	if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
	if (columns[index]?.kind !== 'time') return textCell(cell);
	// Excel knows no zones: the site's wall clock stands there as it reads.
	const wall = Date.parse(`${siteWallTime(cell, siteTimeZone).replace(' ', 'T')}:00Z`);
	return `<c s="${STYLE.time}"><v>${(wall / DAY_MS + EPOCH_DAY).toFixed(8)}</v></c>`;
}

const textCell = (text: string, style = 0): string =>
	`<c t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${xml(text)}</t></is></c>`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Without the characters that no XML may hold. */
function xml(text: string): string {
	return text
		.slice(0, MAX_TEXT)
		.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '')
		.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

/** At most 31 characters, without those that Excel refuses in a tab's name. */
const sheetName = (title: string): string => title.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31);

/** 1 → A, 27 → AA. */
const columnName = (n: number): string =>
	n <= 26 ? String.fromCharCode(64 + n) : columnName(Math.floor((n - 1) / 26)) + columnName(((n - 1) % 26) + 1);
