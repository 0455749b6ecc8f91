/**
 * One-time links that go to their person's own address: an invitation, an approved request, a new password. Nobody but the
 * reader of that mailbox ever sees the link, so that opening it also proves the address (access/one-time-links.ts).
 */
import type { Locale } from '#lib/domain/labels.ts';
import { m } from '#lib/paraglide/messages.js';
import type { MailedLink } from '#lib/server/access/user-acts.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { sql } from '#lib/server/store/sql.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { writeLetter, type Written } from './letter.ts';
import { mailedToken, TOKEN_PLACE } from './mailed-link.ts';
import { queueMails } from './mail-queue.ts';
import { doesMailArrive } from './open-transport.ts';

/** Each is a kind of message of its own. */
export type LinkOccasion = 'invitation' | 'account_request' | 'password';

export interface Addressee {
	to: string;
	name: string;
	login: string;
	locale: Locale;
}

/** Of an account with an address; null: it has none, or there is no such account. */
export const addresseeOf = ({ store }: Pick<ServerWorld, 'store'>, personId: string): Addressee | null =>
	store.read(
		(db) =>
			sql<Addressee>(
				db,
				`SELECT email AS "to", person.name, login, locale FROM account JOIN person ON person.id = person_id
				 WHERE person_id = ? AND coalesce(email, '') <> ''`
			).get(personId) ?? null
	);

/** Why a link cannot be mailed, in the reader's language; null: it can. @param address null or empty: none is known */
export function whyNotMailed(world: Pick<ServerWorld, 'settings' | 'store'>, address: string | null): string | null {
	if (!doesMailArrive(world)) return m.mail_link_no_delivery();
	return address ? null : m.mail_link_no_address();
}

/** Goes with an act of `UserActs`, whose transaction queues it. */
export function mailLink(
	{ origin, sessionSecret }: Pick<ServerWorld['settings'], 'origin' | 'sessionSecret'>,
	occasion: LinkOccasion,
	who: Addressee
): MailedLink {
	const key = `${occasion}:${newUuid()}`;
	const cause = { mutationUid: null, shipmentId: null, personId: null };
	const letter = linkLetter(occasion, who, origin);
	const mail = { key, kind: occasion, to: who.to, locale: who.locale, ...letter, ...cause };
	return {
		token: mailedToken(key, sessionSecret),
		queue: (db, at) => void queueMails(db, [mail], { origin }, at)
	};
}

function linkLetter(occasion: LinkOccasion, { name, login, locale }: Addressee, origin: string): Written {
	const said = { locale };
	const headlines = {
		invitation: m.mail_invitation_headline,
		account_request: m.mail_approved_headline,
		password: m.mail_password_headline
	};
	const isReset = occasion === 'password';
	return writeLetter(
		{
			subject: isReset ? m.mail_password_subject({}, said) : m.mail_invitation_subject({}, said),
			headline: headlines[occasion]({ name }, said),
			facts: [{ name: m.mail_link_login({}, said), value: login }],
			paragraphs: [isReset ? m.mail_password_text({}, said) : m.mail_invitation_text({}, said)],
			link: { name: m.mail_link_open({}, said), href: `${origin}/welcome/${TOKEN_PLACE}` },
			footer: { text: m.mail_link_footer({}, said), href: origin }
		},
		locale
	);
}
