import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sheetAnswer, type SheetFormat } from './sheet-answer.ts';
import { siteWallTime, type Cell, type Sheet } from './sheet.ts';

const WINTER = '2026-01-15T23:30:00.000Z';

function sheetOf(rows: readonly (readonly Cell[])[], changes: Partial<Sheet> = {}): Sheet {
	return {
		title: 'Suivi des expéditions',
		filters: ['Semaine 2026-W47'],
		made: 'Exporté le 2026-11-16 09:12',
		columns: [
			{ name: 'Référence', kind: 'text', width: 2 },
			{ name: 'Colis', kind: 'number', width: 1 },
			{ name: 'Planifié', kind: 'time', width: 2 }
		],
		count: rows.length,
		rows: (async function* () {
			yield* rows;
		})(),
		siteTimeZone: 'Europe/Paris',
		locale: 'fr',
		...changes
	};
}

const bytesOf = async (sheet: Sheet, format: SheetFormat): Promise<Buffer> =>
	Buffer.from(await sheetAnswer(sheet, format, 'escale').arrayBuffer());

test('[T4] times read as the clock of the site', () => {
	expect(siteWallTime(WINTER, 'Europe/Paris')).toBe('2026-01-16 00:30');
	expect(siteWallTime('2026-07-01T22:00:00.000Z', 'Europe/Paris')).toBe('2026-07-02 00:00');
});

test('an answer names its file and what it is', () => {
	const { headers } = sheetAnswer(sheetOf([]), 'xlsx', 'escale-2026-11-16');
	expect(headers.get('content-disposition')).toBe('attachment; filename="escale-2026-11-16.xlsx"');
	expect(headers.get('content-type')).toContain('spreadsheetml');
});

describe('CSV', () => {
	const csvOf = async (...rows: Cell[][]) => (await bytesOf(sheetOf(rows), 'csv')).toString('utf8');

	test('begins with the byte order mark, has its head, and ends its lines as spreadsheets do', async () => {
		expect(await csvOf(['260001', 12, WINTER], ['260002', null, null])).toBe(
			'\ufeffRéférence;Colis;Planifié\r\n260001;12;2026-01-16 00:30\r\n260002;;\r\n'
		);
	});

	test.each(['=1+1', '+33', '-2', '@SUM(A1)', '\tx', '\rx', '\n=x', '＝1'])(
		'%j is text, not a formula',
		async (text) => {
			const [, line] = (await csvOf([text, 1, null])).split(/\r\n(?=[^"]*$|"?')/);
			expect(line?.replace(/^"/, '').startsWith(`'${text}`)).toBe(true);
		}
	);

	test('numbers stay numbers; separators, quotes and line ends stay inside their cell', async () => {
		expect(await csvOf(['a;b "c"\nd', -5, null])).toContain('"a;b ""c""\nd";-5;\r\n');
	});

	test('English programs expect commas', async () => {
		const bytes = await bytesOf(sheetOf([['a;b', 1, null]], { locale: 'en' }), 'csv');
		expect(bytes.toString('utf8')).toContain('\r\na;b,1,\r\n');
	});
});

/** The parts of a zip, by name, read from its central directory as a spreadsheet program does. */
function unzip(zip: Buffer): Map<string, string> {
	const parts = new Map<string, string>();
	const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
	let at = zip.readUInt32LE(end + 16);
	for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
		const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
		const [nameLength, extra, comment] = [28, 30, 32].map((o) => zip.readUInt16LE(at + o)) as [number, number, number];
		const local = zip.readUInt32LE(at + 42);
		const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
		const data = zip.subarray(from, from + size);
		const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
		parts.set(name, (method === 8 ? inflateRawSync(data) : data).toString('utf8'));
		at += 46 + nameLength + extra + comment;
	}
	return parts;
}

describe('XLSX', () => {
	const worksheetOf = async (...rows: Cell[][]) =>
		unzip(await bytesOf(sheetOf(rows), 'xlsx')).get('xl/worksheets/sheet1.xml')!;

	test('has every part that a workbook needs, each well-formed', async () => {
		const parts = unzip(await bytesOf(sheetOf([['a', 1, WINTER]]), 'xlsx'));
		expect([...parts.keys()]).toEqual([
			'[Content_Types].xml',
			'_rels/.rels',
			'xl/_rels/workbook.xml.rels',
			'xl/workbook.xml',
			'xl/styles.xml',
			'xl/worksheets/sheet1.xml'
		]);
		expect(parts.get('xl/workbook.xml')).toContain('name="Suivi des expéditions"');
		expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<autoFilter ref="A1:C2"/>');
	});

	test('texts are texts, numbers numbers, times dates of the site’s clock', async () => {
		const xml = await worksheetOf(['=1+1 <&> "\u0001', 12, WINTER]);
		expect(xml).toContain('<c t="inlineStr"><is><t xml:space="preserve">=1+1 &lt;&amp;&gt; &quot;</t></is></c>');
		expect(xml).toContain('<c><v>12</v></c>');
		// 16 January 2026, half past midnight.
		expect(xml).toContain('<c s="2"><v>46038.02083333</v></c>');
		expect(xml).not.toContain('<f>');
	});

	test('a row that cannot be read fails the download instead of ending it early', async () => {
		const rows = (async function* (): AsyncGenerator<Cell[]> {
			yield ['a', 1, null];
			throw new Error('the disk is gone');
		})();
		await expect(bytesOf(sheetOf([], { rows }), 'xlsx')).rejects.toThrow('the disk is gone');
	});
});

describe('PDF', () => {
	/** Pages are compressed one by one; what is drawn stands in hexadecimal or in brackets. */
	const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;

	test('has a page for each sheet of paper that its rows fill', async () => {
		const row: Cell[] = ['260001 – Ærø “ł” 中', 12, WINTER];
		const one = await bytesOf(sheetOf([row]), 'pdf');
		expect(one.subarray(0, 5).toString()).toBe('%PDF-');
		expect(pagesOf(one)).toBe(1);
		expect(pagesOf(await bytesOf(sheetOf([]), 'pdf'))).toBe(1);
		expect(pagesOf(await bytesOf(sheetOf(Array.from({ length: 100 }, () => row)), 'pdf'))).toBe(4);
	});

	test('a row that cannot be read fails the download', async () => {
		const rows = (async function* (): AsyncGenerator<Cell[]> {
			yield ['a', 1, null];
			throw new Error('the disk is gone');
		})();
		await expect(bytesOf(sheetOf([], { rows }), 'pdf')).rejects.toThrow('the disk is gone');
	});

	test('whoever stops reading ends the reading of rows', async () => {
		let ended = false;
		const rows = (async function* (): AsyncGenerator<Cell[]> {
			try {
				for (;;) yield ['a', 1, null];
			} finally {
				ended = true;
			}
		})();
		const reader = sheetAnswer(sheetOf([], { rows }), 'pdf', 'escale').body!.getReader();
		await reader.read();
		await reader.cancel();
		await expect.poll(() => ended).toBe(true);
	});
});
