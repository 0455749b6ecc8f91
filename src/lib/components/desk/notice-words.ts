/** The words of notices in the reader's language: kinds and states of the queue. */
import { m } from '#lib/paraglide/messages.js';

export function noticeKindName(kind: string): string {
	switch (kind) {
		case 'status':
			return m.notices_kind_status();
		case 'late':
			return m.notices_kind_late();
		case 'daily':
			return m.notices_kind_daily();
		case 'maintenance':
			return m.mail_kind_maintenance();
		case 'invitation':
			return m.mail_kind_invitation();
		case 'password':
			return m.mail_kind_password();
		case 'account_request':
			return m.mail_kind_account_request();
		case 'confirm':
			return m.mail_kind_confirm();
		default:
			return m.notices_kind_custom();
	}
}

export function mailStateName(state: string): string {
	switch (state) {
		case 'pending':
			return m.notices_state_pending();
		case 'processing':
			return m.notices_state_processing();
		case 'processed':
			return m.notices_state_processed();
		case 'held':
			return m.mail_state_held();
		case 'discarded':
			return m.mail_state_discarded();
		default:
			return m.notices_state_failed();
	}
}

export const languageName = (locale: string | null): string =>
	locale === 'en' ? m.notices_language_en() : m.notices_language_fr();
