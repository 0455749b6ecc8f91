/** A notice as a message to one subscriber: written in their language, with what makes it the same notice. */
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { writeNotice, type Notice, type NoticeSettings } from './notice-text.ts';
import type { Subscriber } from './subscribers.ts';

/** `about`: what makes it the same notice, whoever gets it. */
export function mailTo(
	{
		address,
		locale,
		personId,
		unsubscribeToken
	}: Pick<Subscriber, 'address' | 'locale' | 'personId' | 'unsubscribeToken'>,
	about: string,
	notice: Notice,
	settings: NoticeSettings,
	cause: Partial<Pick<Mail, 'mutationUid' | 'shipmentId' | 'personId'>> = {}
): Mail {
	return {
		key: `${about}:${address.toLowerCase()}`,
		kind: notice.kind === 'status_now' ? 'status' : notice.kind,
		to: address,
		locale,
		...writeNotice(notice, { locale, isColleague: personId !== null, unsubscribeToken }, settings),
		...{ mutationUid: null, shipmentId: null, personId: null, ...cause }
	};
}
