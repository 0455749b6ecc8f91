/**
 * What a manager writes to chosen people: those who follow a shipment or a destination, or colleagues who gave an address.
 * Composed here; the form's uid, or the text itself on the command line, makes it the same notice.
 */
import type { ShipmentRow } from '#lib/domain/rows.ts';
import { shipmentRow } from '#lib/server/desk/records.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { mailTo } from './notice-mail.ts';
import type { NoticeSettings } from './notice-text.ts';
import { readSubscribers, reached, SUBSCRIBED_KINDS, type Subscriber } from './subscribers.ts';

export interface Audience {
	/** What the message is about, where it is about one. */
	shipment: ShipmentRow | null;
	/** One for each address, by name. */
	people: Pick<Subscriber, 'subscriber' | 'personId' | 'name' | 'address' | 'locale' | 'unsubscribeToken'>[];
}

export type Among = { shipmentId: string } | { destinationId: string } | 'colleagues';

/** Who can be chosen. A shipment or destination that does not exist has nobody. */
export async function readAudience(reader: PrismaClient, among: Among): Promise<Audience> {
	if (among === 'colleagues') return { shipment: null, people: await readColleagues(reader) };
	const subscribers = (await Promise.all(SUBSCRIBED_KINDS.map((kind) => readSubscribers(reader, kind)))).flat();
	if ('destinationId' in among)
		return { shipment: null, people: reached(subscribers, { id: '', destinationId: among.destinationId }) };
	const record = await reader.shipment.findUnique({ where: { id: among.shipmentId } });
	if (record === null) return { shipment: null, people: [] };
	const shipment = shipmentRow(record);
	return { shipment, people: reached(subscribers, shipment) };
}

async function readColleagues(reader: PrismaClient): Promise<Audience['people']> {
	const people = await reader.$queryRaw<Omit<Audience['people'][number], 'subscriber'>[]>`
		SELECT p.id AS personId, p.name AS name, a.email AS address, a.locale AS locale, m.unsubscribe_token AS unsubscribeToken
		FROM account a JOIN person p ON p.id = a.person_id JOIN mail_address m ON m.address = lower(a.email)
		WHERE a.active AND p.active AND m.confirmed_at IS NOT NULL ORDER BY p.name, a.email`;
	const byAddress = new Map(people.map((one) => [one.address.toLowerCase(), one]));
	return [...byAddress.values()].map((one) => ({ ...one, subscriber: `person:${one.personId}` }));
}

export interface Custom {
	/** What makes it the same message. */
	uid: string;
	subject: string;
	text: string;
	/** Its author's; null on the command line. */
	personId: string | null;
}

/** @param chosen subscribers of the audience; others are not written to, whatever a form says */
export const customMails = (
	{ shipment, people }: Audience,
	chosen: ReadonlySet<string>,
	{ uid, subject, text, personId }: Custom,
	settings: NoticeSettings
): Mail[] =>
	people
		.filter(({ subscriber }) => chosen.has(subscriber))
		.map((one) =>
			mailTo(one, `custom:${uid}`, { kind: 'custom', subject, text, shipment }, settings, {
				shipmentId: shipment?.id ?? null,
				personId
			})
		);
