import { fail, redirect } from '@sveltejs/kit';
import { refuse } from '#lib/domain/refuse.ts';
import { roleReaches, ROLE_NEEDED } from '#lib/domain/roles.ts';
import { follows } from '#lib/protocol/desk-topics.ts';
import { m } from '#lib/paraglide/messages.js';
import { pageNumber, searchText } from '#lib/server/desk/board-query.ts';
import { runForEach } from '#lib/server/desk/bulk.ts';
import { askingFor, loginAddress, roleRefusal, sayingIn } from '#lib/server/desk/desk.ts';
import { deskOf } from '#lib/server/desk/run.ts';
import { preparingStatus, readReadyList, readyEntry, staleDraftIds } from '#lib/server/desk/ready-list.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

/** What one press archives. */
const AT_ONCE = 200;

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('shipments'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store, clock } = locals.world;
	const now = clock();
	const query = {
		status: preparingStatus(url.searchParams.get('status')),
		search: searchText(url.searchParams),
		page: pageNumber(url.searchParams)
	};
	const [{ rows, ...list }, stale] = await Promise.all([readReadyList(reader, query), staleDraftIds(reader, now)]);
	const context = askingFor(locals.person, now);
	const say = sayingIn(store.siteTimeZone);
	const needed = ROLE_NEEDED['shipment.archive'];
	return {
		...list,
		key: url.searchParams.toString(),
		now: now.toISOString(),
		query,
		rows: rows.map((row) => readyEntry(row, context, say)),
		stale: stale.length,
		staleRefusal: roleReaches(locals.person.role, needed) ? null : say(refuse('forbidden', { role: needed })),
		staleUid: newUuid()
	};
};

export const actions: Actions = {
	/** [S5] */
	archiveStale: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		const refusal = roleRefusal(locals.person.role, 'shipment.archive');
		if (refusal !== null) return fail(403, { answer: { kind: 'no' as const, text: refusal } });
		const uid = String((await request.formData()).get('uid') ?? '');
		const { reader, store, clock } = locals.world;
		const ids = (await staleDraftIds(reader, clock())).slice(0, AT_ONCE);
		if (uid === '') return fail(400, { answer: { kind: 'no' as const, text: m.lists_bulk_none() } });
		const records = await reader.shipment.findMany({
			where: { id: { in: ids } },
			select: { id: true, temporaryReference: true }
		});
		const names = new Map(records.map((row) => [row.id, row.temporaryReference ?? '']));
		const desk = deskOf(store, locals.person);
		return {
			bulk: await runForEach(desk, { uid, ids }, 'shipment.archive', (shipmentId) => ({ shipmentId }), names)
		};
	}
};
