/**
 * A sheet as a PDF to print and to pin up: A4 landscape, every page with its title, the filters, the head of the table and
 * its number. Pages leave as they are finished.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { m } from '#lib/paraglide/messages.js';
import { siteWallTime, type Cell, type Sheet } from './sheet.ts';

const MARGIN = 30;
const PAGE = { width: 841.89, height: 595.28 };
const ROW = 17;
const SIZE = 8;
const TABLE_TOP = 84;
const TABLE_BOTTOM = PAGE.height - 44;
const INK = '#11151c';
const MUTE = '#4a515c';
const LINE = '#dedbd2';
const ROWS_PER_PAGE = Math.floor((TABLE_BOTTOM - TABLE_TOP) / ROW) - 1;
/** What may wait in memory for a slow reader, in bytes. */
const WAITING = 262_144;

type Document = InstanceType<typeof PDFDocument>;

export async function* writePdf(sheet: Sheet): AsyncGenerator<Uint8Array> {
	const doc = new PDFDocument({
		...{ size: 'A4', layout: 'landscape', margin: MARGIN, autoFirstPage: false },
		info: { Title: sheet.title, Creator: 'Escale' },
		lang: sheet.locale
	});
	// A document that fails ends its stream, and so its reader.
	const drawn = draw(doc, sheet).catch((error: Error) => doc.destroy(error));
	yield* doc as unknown as AsyncIterable<Uint8Array>;
	await drawn;
}

async function draw(doc: Document, sheet: Sheet): Promise<void> {
	const pages = Math.max(1, Math.ceil(sheet.count / ROWS_PER_PAGE));
	const columns = layOut(sheet);
	let onPage = 0;
	let page = 1;
	openPage(doc, sheet, columns, page, pages);
	for await (const cells of sheet.rows) {
		if (onPage === ROWS_PER_PAGE) {
			await readerOf(doc);
			if (doc.destroyed) return;
			onPage = 0;
			openPage(doc, sheet, columns, ++page, pages);
		}
		onPage++;
		drawRow(doc, columns, cells, TABLE_TOP + onPage * ROW, sheet);
	}
	doc.end();
}

/** Others are served between two pages, and a slow reader may catch up. */
async function readerOf(doc: Document): Promise<void> {
	await nextTurn();
	while (!doc.destroyed && doc.readableLength > WAITING) await pause(20);
}

interface Place {
	index: number;
	x: number;
	width: number;
}

function layOut({ columns }: Sheet): Place[] {
	const total = columns.reduce((sum, { width }) => sum + width, 0);
	let x = MARGIN;
	return columns.flatMap(({ width: share }, index) => {
		if (share === 0) return [];
		const width = (share / total) * (PAGE.width - 2 * MARGIN);
		const place = { index, x, width: width - 6 };
		x += width;
		return [place];
	});
}

function openPage(doc: Document, sheet: Sheet, columns: readonly Place[], page: number, pages: number): void {
	const put = (text: string, y: number, options: PDFKit.Mixins.TextOptions = {}) =>
		doc.text(printable(text), MARGIN, y, { lineBreak: false, width: PAGE.width - 2 * MARGIN, ...options });
	doc.addPage();
	doc.font('Helvetica-Bold').fontSize(16).fillColor(INK);
	put(sheet.title, MARGIN);
	doc.font('Helvetica').fontSize(9).fillColor(MUTE);
	put(cut(doc, [sheet.made, ...sheet.filters].join(' · '), PAGE.width - 2 * MARGIN), MARGIN + 22);
	put(m.lists_page_of({ page, pages }, { locale: sheet.locale }), PAGE.height - MARGIN - 6, {
		align: 'right',
		height: 12
	});
	doc.font('Helvetica-Bold').fontSize(SIZE).fillColor(INK);
	for (const { index, x, width } of columns)
		doc.text(cut(doc, sheet.columns[index]!.name, width), x, TABLE_TOP + 2, { lineBreak: false });
	rule(doc, TABLE_TOP + ROW - 3, INK);
	doc.font('Helvetica').fontSize(SIZE);
}

function drawRow(doc: Document, columns: readonly Place[], cells: readonly Cell[], y: number, sheet: Sheet): void {
	doc.fillColor(INK);
	for (const { index, x, width } of columns) {
		const cell = cells[index] ?? null;
		if (cell === null) continue;
		const isTime = sheet.columns[index]!.kind === 'time';
		const text = isTime ? siteWallTime(String(cell), sheet.siteTimeZone) : String(cell);
		doc.text(cut(doc, text, width), x, y + 2, { lineBreak: false });
	}
	rule(doc, y + ROW - 3, LINE);
}

function rule(doc: Document, y: number, color: string): void {
	doc
		.moveTo(MARGIN, y)
		.lineTo(PAGE.width - MARGIN, y)
		.lineWidth(0.5)
		.strokeColor(color)
		.stroke();
}

/** Shortened so that it stays in its column. */
function cut(doc: Document, text: string, width: number): string {
	let shown = printable(text).slice(0, 200);
	if (doc.widthOfString(shown) <= width) return shown;
	while (shown !== '' && doc.widthOfString(`${shown}…`) > width) shown = shown.slice(0, -1);
	return `${shown.trimEnd()}…`;
}

/** The signs besides Latin-1 that the fonts every PDF reader has can show. */
const ALSO = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** In the signs of those fonts: others lose their accents, or become a question mark. CSV and XLSX keep them. */
function printable(text: string): string {
	const fits = (sign: string) => ALSO.has(sign) || /[\u0020-\u007e\u00a0-\u00ff]/.test(sign);
	return [...text.replace(/[\s\u202f]+/gu, ' ')]
		.map((sign) => (fits(sign) ? sign : ([...sign.normalize('NFD')].find(fits) ?? '?')))
		.join('');
}
