import { getLocale } from '#lib/paraglide/runtime.js';
import { auditActs, auditQuery, COMMAND_LINE, detailText, readAudit } from '#lib/server/access/audit-log.ts';
import { adminOnly } from '../admin-only.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people');
	const { world } = adminOnly(event);
	const query = auditQuery(event.url.searchParams);
	const { rows, ...list } = await readAudit(world.reader, query, world.store.siteTimeZone);
	return {
		query,
		...list,
		commandLine: COMMAND_LINE,
		acts: auditActs(getLocale()),
		rows: rows.map(({ detail, ...row }) => ({ ...row, detail: detailText(detail) }))
	};
};
