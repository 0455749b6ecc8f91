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
		default:
			return m.notices_state_failed();
	}
}

export const languageName = (locale: string | null): string =>
	locale === 'en' ? m.notices_language_en() : m.notices_language_fr();
