/** The audit log as a file: the same address parameters as its page, the same rows. */
import { auditQuery, auditSheet } from '#lib/server/access/audit-log.ts';
import { sheetAnswer } from '#lib/server/export/sheet-answer.ts';
import { adminOnly } from '../../admin/admin-only.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const { world } = adminOnly(event);
	const now = world.clock();
	const sheet = await auditSheet(world.reader, auditQuery(event.url.searchParams), world.store.siteTimeZone, now);
	return sheetAnswer(sheet, event.params.format, `escale-audit-${now.toISOString().slice(0, 10)}`);
};
