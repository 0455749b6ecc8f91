/**
 * What every desk page asks of a request: who is there, what they may, which time it is. Knows the signed-in person and
 * the store; no page.
 */
import { asking } from '#lib/domain/ask.ts';
import type { CommandName } from '#lib/domain/commands.ts';
import type { Context } from '#lib/domain/decision.ts';
import { roleLabel } from '#lib/domain/labels.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { roleReaches, ROLE_NEEDED } from '#lib/domain/roles.ts';
import type { Role } from '#lib/domain/rows.ts';
import { sentence } from '#lib/domain/sentences.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { SignedIn } from '#lib/server/access/sessions.ts';

/** Where somebody who is not signed in goes, and comes back from. */
export const loginAddress = (url: URL): string => `/login?next=${encodeURIComponent(url.pathname + url.search)}`;

/** Asks the rule book in this person's name, at this time; nothing is done. */
export const askingFor = (person: SignedIn, now: Date): Context =>
	asking(
		{ personId: person.personId, name: person.name, structure: person.structure, role: person.role },
		now.toISOString()
	);

/** [§9] Why this role may not give a command, or null. */
export const roleRefusal = (role: Role, command: CommandName): string | null => {
	const needed = ROLE_NEEDED[command];
	return roleReaches(role, needed) ? null : m.desk_why_role({ role: roleLabel(needed, getLocale()) });
};

/**
 * Why a button is disabled, in the language of the request or another, with the site's times. Who stands at the desk need not be sent
 * there: a missing role is only named.
 */
export const sayingIn =
	(siteTimeZone: string, locale = getLocale()) =>
	(why: Rejection): string =>
		why.code === 'forbidden'
			? m.desk_why_role({ role: roleLabel(why.params.role as Role, locale) }, { locale })
			: sentence(why, locale, siteTimeZone);

/** What only managers see. @returns why this person may not, or null */
export const managersOnly = (role: Role): string | null =>
	roleReaches(role, 'manager') ? null : m.desk_why_role({ role: roleLabel('manager', getLocale()) });
