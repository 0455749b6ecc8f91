import { fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { formatWeek, shiftWeek, weekBounds, weekOf } from '#lib/domain/week.ts';
import { readBoard } from '#lib/server/desk/board.ts';
import { boardEntry } from '#lib/server/desk/board-entry.ts';
import { boardQuery, type BoardQuery } from '#lib/server/desk/board-query.ts';
import { askingFor, loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { runAtDesk } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store } = locals.world;
	const now = new Date();
	const query = boardQuery(url.searchParams);
	const { rows, ...board } = await readBoard(reader, query, store.siteTimeZone, now);
	const context = askingFor(locals.person, now);
	const say = sayingIn(store.siteTimeZone);
	const entries = rows.map((row) => boardEntry(row, context, say));
	return {
		/** What is listed: another key is another list. */
		key: url.searchParams.toString(),
		now: now.toISOString(),
		query: { ...query, week: undefined },
		week: weekPlace(query, store.siteTimeZone),
		thisWeek: formatWeek(weekOf(now.toISOString(), store.siteTimeZone)),
		filtered: query.week !== null || query.lateOnly || query.search !== '',
		board: { ...board, rows: entries },
		/** One for each case that can be closed: sending its form twice closes it once. */
		uids: Object.fromEntries(entries.filter((entry) => entry.closable).map((entry) => [entry.id, newUuid()]))
	};
};

function weekPlace({ week }: BoardQuery, siteTimeZone: string) {
	if (week === null) return null;
	const place = { week: formatWeek(week), number: week.week, ...weekBounds(week, siteTimeZone) };
	return { ...place, previous: formatWeek(shiftWeek(week, -1)), next: formatWeek(shiftWeek(week, 1)) };
}

export const actions: Actions = {
	close: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(url));
		const form = await request.formData();
		const { answer, status } = await runAtDesk(
			{ store: locals.world.store, personId: locals.person.personId },
			String(form.get('uid') ?? ''),
			'shipment.close',
			{ shipmentId: String(form.get('shipmentId') ?? '') },
			m.desk_done_closed()
		);
		return status === 200 ? { answer } : fail(status, { answer });
	}
};
