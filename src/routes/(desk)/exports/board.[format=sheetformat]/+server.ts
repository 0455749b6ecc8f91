/** The tracking board as a file: the same address parameters, the same rows, streamed while they are read. */
import { redirect } from '@sveltejs/kit';
import { boardQuery } from '#lib/server/desk/board-query.ts';
import { boardSheet, exportRefusal } from '#lib/server/desk/board-sheet.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { sheetAnswer } from '#lib/server/export/sheet-answer.ts';
import { error } from '../../expected-error.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ locals, params, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const refusal = exportRefusal(locals.person.role);
	if (refusal !== null) error(403, refusal);
	const { store, clock } = locals.world;
	const now = clock();
	const sheet = boardSheet(store, boardQuery(url.searchParams), store.siteTimeZone, now);
	return sheetAnswer(sheet, params.format, `escale-${now.toISOString().slice(0, 10)}`);
};
