/** What a restore undid, in words. */
import { m } from '#lib/paraglide/messages.js';
import type { PageData } from './$types';

export const UNDONE_WORDS = {
	device_revoked: m.restore_undone_device_revoked,
	account_deactivated: m.restore_undone_account_deactivated,
	api_key_revoked: m.restore_undone_api_key_revoked,
	account_demoted: m.restore_undone_account_demoted,
	grant_ended: m.restore_undone_grant_ended,
	link_renewed: m.restore_undone_link_renewed,
	case_closed: m.restore_undone_case_closed,
	shipment_archived: m.restore_undone_shipment_archived
} as const satisfies Record<PageData['restores'][number]['undone'][number]['what'], () => string>;
