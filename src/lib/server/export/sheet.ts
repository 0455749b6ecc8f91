/**
 * A table on its way out of the server: columns, and rows that come as they are read, so that fifty thousand of them never
 * stand in memory together. Knows no format and no page.
 */

export type Cell = string | number | null;

export interface Column {
	name: string;
	/** `time`: its cells are ISO instants, shown in the site's zone. */
	kind: 'text' | 'number' | 'time';
	/** Share of a printed page's width; 0: not printed. */
	width: number;
}

export interface Sheet {
	title: string;
	/** The filters that chose the rows, in words; empty: none. */
	filters: string[];
	/** When and in whose zone, in words. */
	made: string;
	columns: readonly Column[];
	/** How many rows there will be; for page numbers. */
	count: number;
	rows: AsyncIterable<readonly Cell[]>;
	siteTimeZone: string;
	/** Said with every sentence: rows are written when the request, and with it the reader's language, is gone. */
	locale: 'fr' | 'en';
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-16 09:12`: an instant as the clock of the site reads it. */
export function siteWallTime(iso: string, timeZone: string): string {
	let formatter = formatters.get(timeZone);
	if (formatter === undefined) {
		// Swedish writes dates as ISO does.
		formatter = new Intl.DateTimeFormat('sv-SE', {
			...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit' },
			...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
		});
		formatters.set(timeZone, formatter);
	}
	return formatter.format(new Date(iso));
}

/** Text in pieces of about 64 KB, so that each write is worth its call. */
export async function* inPieces(parts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	const encoder = new TextEncoder();
	let piece = '';
	for await (const part of parts) {
		piece += part;
		if (piece.length < 65_536) continue;
		yield encoder.encode(piece);
		piece = '';
	}
	if (piece !== '') yield encoder.encode(piece);
}

/** What a generator makes, as fast as it is read. Whoever stops reading ends the generator. */
export const streamOf = (pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
	new ReadableStream({
		async pull(controller) {
			const { done, value } = await pieces.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
		async cancel() {
			await pieces.return(undefined);
		}
	});
