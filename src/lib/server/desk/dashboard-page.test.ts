import { afterEach, beforeEach, expect, test } from 'vitest';
import { sheetAnswer } from '#lib/server/export/sheet-answer.ts';
import { svgFile } from '#lib/server/export/svg.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { FIGURES } from './dashboard-figures.ts';
import { askDashboard, figureSheet, figuresOf, madeWords } from './dashboard-page.ts';

let server: TestServer;
beforeEach(async () => {
	server = await openServer();
	await server.world.store.saveReference('destinations', [
		{ id: 'd-abj', city: '=cmd|Abidjan', iata: 'ABJ', country: 'Côte d’Ivoire', correspondentId: null, active: false }
	]);
});
afterEach(() => server.close());

const ask = (address = '', person = 'anna') => askDashboard(server.world, person, new URLSearchParams(address));

test('the numbers are kept a minute for the person and what they asked, and are nobody else’s', async () => {
	const first = await ask('period=week');
	server.advance(59_000);
	expect((await ask('period=week')).numbers).toBe(first.numbers);
	expect((await ask('period=week&destination=d-abj')).numbers).not.toBe(first.numbers);
	expect((await ask('period=week', 'bruno')).numbers).not.toBe(first.numbers);
	server.advance(1_000);
	const later = await ask('period=week');
	expect(later.numbers).not.toBe(first.numbers);
	expect(later.numbers.asOf).toBe('2026-03-02T08:01:00.000Z');
});

test('[B1] what is asked in vain is said, and what stands without it is shown', async () => {
	const asked = await ask('period=ever&destination=nowhere&from=x&to=y');
	expect(asked.warnings).toHaveLength(3);
	expect(asked).toMatchObject({ destination: null, query: { period: '30d' } });
	expect((await ask('destination=d-abj')).destination).toEqual({ id: 'd-abj', name: 'ABJ =cmd|Abidjan' });
});

test('every figure has a sentence, a table with a list behind each line, and a drawing of the same numbers', async () => {
	const figures = figuresOf(await ask('destination=d-abj'));
	for (const name of FIGURES) {
		const { summary, rows, columns, drawing } = figures[name];
		expect(summary.length, name).toBeGreaterThan(10);
		expect(drawing.shapes.length, name).toBeGreaterThan(rows.length);
		for (const { values, href } of rows) {
			expect(values, name).toHaveLength(columns.length - 1);
			expect(href, name).toMatch(/^\/(shipments|scan\/shipments-tracking|cartons)\?/);
			if (name !== 'cartons') expect(href, name).toContain('destination=d-abj');
		}
	}
	expect(figures.waiting.rows.map(({ href }) => href?.split('&')[0])).toEqual([
		...Array.from({ length: 3 }, () => '/scan/shipments-tracking?late=only'),
		'/shipments?status=disputed',
		'/shipments?status=delivered'
	]);
});

test('the downloads hold nothing that a spreadsheet or a browser would run', async () => {
	const reading = await ask('destination=d-abj');
	const made = madeWords(reading, 'Europe/Paris');
	expect(made).toContain('ABJ =cmd|Abidjan');
	const figure = { ...figuresOf(reading).shipments, title: '<script>alert(1)</script>&"' };
	const evil = { ...figure, rows: [{ label: '=1+1', note: null, values: [2], href: null }] };
	const csv = await sheetAnswer(figureSheet(evil, made, 'Europe/Paris'), 'csv', 'x').text();
	expect(csv).toBe("Statut;Nombre\r\n'=1+1;2\r\n");
	const svg = svgFile(figure.drawing, { title: figure.title, summary: 'a < b & c\u0000', made });
	expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;');
	expect(svg).toContain('a &lt; b &amp; c</desc>');
	expect(svg).not.toMatch(/<script|\son\w+=|href=|style=/);
});
