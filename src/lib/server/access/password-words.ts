/** Why a password may not be chosen, in the reader's language. */
import { m } from '#lib/paraglide/messages.js';
import { LONGEST, SHORTEST, type PasswordFault } from './password-rules.ts';

export function passwordFaultWords(fault: PasswordFault): string {
	switch (fault) {
		case 'too_short':
			return m.access_password_too_short({ count: SHORTEST });
		case 'too_long':
			return m.access_password_too_long({ count: LONGEST });
		case 'too_plain':
			return m.access_password_too_plain();
		case 'too_close':
			return m.access_password_too_close();
	}
}
