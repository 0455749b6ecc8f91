/** What each role may do, in a sentence, beside the list that it is chosen from. */
import type { AccountRole } from '#lib/domain/people.ts';
import { m } from '#lib/paraglide/messages.js';

export function roleHint(role: AccountRole): string {
	switch (role) {
		case 'viewer':
			return m.people_role_viewer();
		case 'operator':
			return m.people_role_operator();
		case 'manager':
			return m.people_role_manager();
		case 'admin':
			return m.people_role_admin();
	}
}
