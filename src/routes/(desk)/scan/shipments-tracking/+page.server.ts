import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { getLocale } from '#lib/paraglide/runtime.js';
import { boardStream } from '#lib/protocol/board-news.ts';
import { follows } from '#lib/protocol/desk-topics.ts';
import { m } from '#lib/paraglide/messages.js';
import { formatWeek, shiftWeek, weekBounds, weekOf } from '#lib/domain/week.ts';
import { readBoard } from '#lib/server/desk/board.ts';
import { boardEntry } from '#lib/server/desk/board-entry.ts';
import { boardQuery, boardRowsSearch, type BoardQuery } from '#lib/server/desk/board-query.ts';
import { exportRefusal } from '#lib/server/desk/board-sheet.ts';
import { chosenRows, runForEach } from '#lib/server/desk/bulk.ts';
import { askingFor, loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { destinationName } from '#lib/server/desk/destination-name.ts';
import { readGlance } from '#lib/server/desk/glance.ts';
import { deskOf, runAtDesk } from '#lib/server/desk/run.ts';
import { readViews, removeView, saveView, viewQuery } from '#lib/server/desk/saved-views.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE = 'board';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('board'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store, photos } = locals.world;
	const now = new Date();
	const query = boardQuery(url.searchParams);
	const opened = url.searchParams.get('open');
	if (opened !== null) depends(...follows('shipments', 'cartons', 'photos'));
	const { rows, ...board } = readBoard(store, query, store.siteTimeZone, now);
	const destination = destinationName(store, query.destinationId);
	const [views, glance] = await Promise.all([
		readViews(reader, locals.person.personId, PAGE),
		opened === null ? null : readGlance(reader, photos, opened)
	]);
	const context = askingFor(locals.person, now);
	const say = sayingIn(store.siteTimeZone);
	const entries = rows.map((row) => boardEntry(row, context, say));
	const viewed = viewQuery(url.searchParams);
	return {
		/** Tells what changes of these rows (BoardFeed). */
		stream: boardStream(boardRowsSearch(url.searchParams), getLocale()),
		/** What is listed: another key is another list. */
		key: `${viewed}&page=${query.page}`,
		now: now.toISOString(),
		query: { ...query, week: undefined },
		week: weekPlace(query, store.siteTimeZone),
		thisWeek: formatWeek(weekOf(now.toISOString(), store.siteTimeZone)),
		filtered: query.week !== null || query.lateOnly || destination !== null || query.search !== '',
		destination,
		board: { ...board, rows: entries },
		views,
		viewed,
		glance,
		exportRefusal: exportRefusal(locals.person.role),
		bulkUid: newUuid(),
		/** One for each case that can be closed: sending its form twice closes it once. */
		uids: Object.fromEntries(entries.filter((entry) => entry.closable).map((entry) => [entry.id, newUuid()]))
	};
};

function weekPlace({ week }: BoardQuery, siteTimeZone: string) {
	if (week === null) return null;
	const place = { week: formatWeek(week), number: week.week, ...weekBounds(week, siteTimeZone) };
	return { ...place, previous: formatWeek(shiftWeek(week, -1)), next: formatWeek(shiftWeek(week, 1)) };
}

/** Who sent which form; a person whose session ended comes back after signing in. */
async function sentForm({ locals, request, url }: RequestEvent) {
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	return { form: await request.formData(), desk: deskOf(locals.world.store, locals.person) };
}

/** [K1, S5] Each row by itself; the answer names those that were refused. */
async function forEachRow(event: RequestEvent, command: 'shipment.close' | 'shipment.archive') {
	const { form, desk } = await sentForm(event);
	const chosen = chosenRows(form);
	if (chosen === null) return fail(400, { answer: { kind: 'no' as const, text: m.lists_bulk_none() } });
	const records = await event.locals.world.reader.shipment.findMany({
		where: { id: { in: chosen.ids } },
		select: { id: true, reference: true, temporaryReference: true }
	});
	const names = new Map(records.map((row) => [row.id, row.reference ?? row.temporaryReference ?? '']));
	return { bulk: await runForEach(desk, chosen, command, (shipmentId) => ({ shipmentId }), names) };
}

export const actions: Actions = {
	close: async (event) => {
		const { form, desk } = await sentForm(event);
		const shipmentId = String(form.get('shipmentId') ?? '');
		const uid = String(form.get('uid') ?? '');
		const { answer, status } = await runAtDesk(desk, uid, 'shipment.close', { shipmentId }, m.desk_done_closed());
		return status === 200 ? { answer } : fail(status, { answer });
	},
	closeAll: (event) => forEachRow(event, 'shipment.close'),
	archiveAll: (event) => forEachRow(event, 'shipment.archive'),
	saveView: async (event) => {
		const { form, desk } = await sentForm(event);
		const fields = Object.fromEntries(form);
		const isSaved = await saveView(desk.store, desk.personId, PAGE, fields, event.locals.world.clock());
		const text = isSaved ? m.lists_view_saved({ name: String(fields['name']).trim() }) : m.lists_view_not_saved();
		return isSaved ? { answer: { kind: 'ok' as const, text } } : fail(400, { answer: { kind: 'no' as const, text } });
	},
	removeView: async (event) => {
		const { form, desk } = await sentForm(event);
		await removeView(desk.store, desk.personId, String(form.get('id') ?? ''));
		return { answer: { kind: 'ok' as const, text: m.lists_view_removed() } };
	}
};
