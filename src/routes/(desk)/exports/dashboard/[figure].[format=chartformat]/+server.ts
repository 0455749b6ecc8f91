/** One figure of the dashboard as a file: its table as CSV, its drawing as SVG, of the same address parameters. */
import { redirect } from '@sveltejs/kit';
import { exportRefusal } from '#lib/server/desk/board-sheet.ts';
import { FIGURES } from '#lib/server/desk/dashboard-figures.ts';
import { askDashboard, figureSheet, figuresOf, madeWords } from '#lib/server/desk/dashboard-page.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { sheetAnswer } from '#lib/server/export/sheet-answer.ts';
import { svgFile } from '#lib/server/export/svg.ts';
import { error } from '../../../expected-error.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const refusal = exportRefusal(locals.person.role);
	if (refusal !== null) error(403, refusal);
	const name = FIGURES.find((known) => known === params.figure);
	if (name === undefined) error(404);
	const { siteTimeZone } = locals.world.store;
	const reading = await askDashboard(locals.world, locals.person.personId, url.searchParams);
	const figure = figuresOf(reading)[name];
	const made = madeWords(reading, siteTimeZone);
	const file = `escale-${name}-${reading.query.first}-${reading.query.last}`;
	if (params.format === 'csv') return sheetAnswer(figureSheet(figure, made, siteTimeZone), 'csv', file);
	return new Response(svgFile(figure.drawing, { title: figure.title, summary: figure.summary, made }), {
		headers: {
			'content-type': 'image/svg+xml; charset=utf-8',
			'content-disposition': `attachment; filename="${file}.svg"`
		}
	});
};
