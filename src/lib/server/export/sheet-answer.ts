/** A sheet as an answer that downloads: one place that knows the formats' names. */
import { streamOf, type Sheet } from './sheet.ts';
import { writeCsv } from './csv.ts';
import { writePdf } from './pdf.ts';
import { writeXlsx } from './xlsx.ts';

export type SheetFormat = 'csv' | 'xlsx' | 'pdf';

const FORMATS: Record<SheetFormat, { type: string; write: (sheet: Sheet) => ReadableStream<Uint8Array> }> = {
	csv: { type: 'text/csv; charset=utf-8', write: (sheet) => streamOf(writeCsv(sheet)) },
	xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', write: writeXlsx },
	pdf: { type: 'application/pdf', write: (sheet) => streamOf(writePdf(sheet)) }
};

/** @param name of the file, without its ending; ASCII */
export function sheetAnswer(sheet: Sheet, format: SheetFormat, name: string): Response {
	const { type, write } = FORMATS[format];
	return new Response(write(sheet), {
		headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}.${format}"` }
	});
}
