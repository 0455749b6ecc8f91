/**
 * [operations, People] What may be done to an account: asked by the button that offers it and again by the server that does it.
 * There is always somebody who can let others in.
 */
import type { Locale } from './labels.ts';
import type { Role } from './rows.ts';

/** What an account may be; a tracking link's holder has none. */
export const ACCOUNT_ROLES = ['viewer', 'operator', 'manager', 'admin'] as const satisfies readonly Role[];
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Why an admin's act was not done, in words. */
export const PEOPLE_REFUSALS = {
	forbidden: { fr: 'Il faut être administrateur.', en: 'This needs an administrator.' },
	unknown: { fr: 'Cela n’existe pas ou plus.', en: 'There is no such thing, or not any more.' },
	last_admin: {
		fr: 'C’est le dernier administrateur actif : nommez-en d’abord un autre.',
		en: 'This is the last active administrator: name another one first.'
	},
	already: { fr: 'C’est déjà le cas.', en: 'That is so already.' },
	inactive: {
		fr: 'Ce compte est désactivé : réactivez-le d’abord.',
		en: 'This account is deactivated: reactivate it first.'
	},
	login_taken: { fr: 'Cet identifiant est déjà pris.', en: 'This login is taken.' },
	no_address: { fr: 'Aucune adresse e-mail n’est connue.', en: 'No e-mail address is known.' }
} as const satisfies Record<string, Record<Locale, string>>;
export type PeopleRefusal = keyof typeof PEOPLE_REFUSALS;

export const peopleRefusal = (why: PeopleRefusal, locale: Locale): string => PEOPLE_REFUSALS[why][locale];

/** An account, as far as these rules look at it. */
export interface AccountFacts {
	role: Role;
	active: boolean;
}

const isLastAdmin = ({ role, active }: AccountFacts, activeAdmins: number): boolean =>
	active && role === 'admin' && activeAdmins <= 1;

/** @param activeAdmins how many there are, this account included. @returns why it may not be deactivated, or null */
export function whyNotDeactivate(account: AccountFacts, activeAdmins: number): PeopleRefusal | null {
	if (!account.active) return 'already';
	return isLastAdmin(account, activeAdmins) ? 'last_admin' : null;
}

export const whyNotReactivate = ({ active }: AccountFacts): PeopleRefusal | null => (active ? 'already' : null);

/** Why this account may not get this role, or null. */
export function whyNotRole(account: AccountFacts, role: Role, activeAdmins: number): PeopleRefusal | null {
	if (account.role === role) return 'already';
	return isLastAdmin(account, activeAdmins) ? 'last_admin' : null;
}

/** A link to choose a password, and a new badge, are for whoever may sign in. */
export const whyNotLetIn = ({ active }: AccountFacts): PeopleRefusal | null => (active ? null : 'inactive');

/** What a person signs in with: a short name or an e-mail address, in lower case. */
export const LOGIN_FORM = /^[a-z0-9][a-z0-9._@+-]{2,79}$/;
