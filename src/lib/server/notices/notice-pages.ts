/** What the pages about notices show: the queue, a message, who asked for what. Read-only, but for one's own address. */
import type { Locale } from '#lib/domain/labels.ts';
import { m } from '#lib/paraglide/messages.js';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { askToConfirm, type AddressSettings, type Confirmation } from '#lib/server/mail/addresses.ts';
import { findShipmentId } from '#lib/server/desk/shipment-page.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { isNoticeKind, MAIL_STATES, NOTICE_KINDS, type MailState } from '#lib/server/mail/mail-queue.ts';
import type { AskNotice } from './notice-forms.ts';

const PAGE_ROWS = 50;

/** Notices only: what concerns one person's account is for admins. */
const NOTICES = { kind: { in: [...NOTICE_KINDS] } };

/** Newest first. `state`: null for all. `page` from 1. */
export async function readQueue(reader: PrismaClient, state: MailState | null, page: number) {
	const where = state === null ? NOTICES : { ...NOTICES, state };
	const [groups, rows] = await Promise.all([
		reader.mailMessage.groupBy({ by: ['state'], where: NOTICES, _count: { _all: true } }),
		reader.mailMessage.findMany({
			where,
			orderBy: { id: 'desc' },
			skip: (page - 1) * PAGE_ROWS,
			take: PAGE_ROWS,
			select: { id: true, kind: true, toAddress: true, subject: true, state: true, createdAt: true, attempts: true }
		})
	]);
	const counts = Object.fromEntries(MAIL_STATES.map((known) => [known, 0])) as Record<MailState, number>;
	for (const group of groups) counts[group.state as MailState] = group._count._all;
	const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
	return { rows, counts, all, pages: Math.max(1, Math.ceil((state === null ? all : counts[state]) / PAGE_ROWS)) };
}

/** The states that an address may ask for; null for anything else. */
export const askedState = (params: URLSearchParams): MailState | null =>
	MAIL_STATES.find((state) => state === params.get('state')) ?? null;

/** Null for one that is not a notice, too. */
export async function readMessage(reader: PrismaClient, id: string) {
	const message = await reader.mailMessage.findUnique({ where: { id } });
	return message !== null && isNoticeKind(message.kind) ? message : null;
}

/** Destinations that can be followed. */
export async function readPlaces(reader: PrismaClient): Promise<{ id: string; name: string }[]> {
	const records = await reader.destination.findMany({ where: { active: true }, orderBy: { iata: 'asc' } });
	return records.map(({ id, iata, city }) => ({ id, name: `${iata} ${city}` }));
}

/** Subscriptions with the names of what they follow: one's own, or those of plain addresses. */
export async function readAsked(reader: PrismaClient, whose: { personId: string } | 'addresses') {
	const records = await reader.noticeSubscription.findMany({
		where: whose === 'addresses' ? { personId: null } : whose,
		orderBy: [{ subscriber: 'asc' }, { createdAt: 'asc' }],
		take: 500
	});
	const given = records.flatMap(({ address }) => (address === null ? [] : [address.toLowerCase()]));
	const idsOf = (scope: string) => ({ in: records.filter((one) => one.scope === scope).map(({ scopeId }) => scopeId) });
	const [destinations, shipments, confirmed] = await Promise.all([
		reader.destination.findMany({ where: { id: idsOf('destination') } }),
		reader.shipment.findMany({
			where: { id: idsOf('shipment') },
			select: { id: true, reference: true, temporaryReference: true }
		}),
		reader.mailAddress.findMany({
			where: { address: { in: given }, confirmedAt: { not: null } },
			select: { address: true }
		})
	]);
	const ready = new Set(confirmed.map(({ address }) => address));
	const names = new Map([
		...destinations.map(({ id, iata, city }) => [id, `${iata} ${city}`] as const),
		...shipments.map((row) => [row.id, row.reference ?? row.temporaryReference ?? ''] as const)
	]);
	return records.map(({ id, kind, scope, scopeId, ownToo, address, locale }) => ({
		...{ id, kind, scope, ownToo, address, locale },
		/** Of a plain address: nothing is sent there yet. */
		unconfirmed: address !== null && !ready.has(address.toLowerCase()),
		name: scope === 'all' ? m.notices_scope_all() : (names.get(scopeId) ?? m.notices_gone())
	}));
}

/** What a form's scope points at. @returns null where there is no such destination or shipment */
export async function scopeIdOf(
	reader: PrismaClient,
	{ scope, destinationId, reference }: Pick<AskNotice, 'scope' | 'destinationId' | 'reference'>
): Promise<string | null> {
	if (scope === 'all') return '';
	if (scope === 'shipment') return findShipmentId(reader, reference);
	return (await reader.destination.findUnique({ where: { id: destinationId }, select: { id: true } }))?.id ?? null;
}

/** Where one is told. `confirmed`: its reader said yes; before that nothing is sent there. */
export interface MyAddress {
	email: string;
	locale: Locale;
	confirmed: boolean;
}

export async function readMe(reader: PrismaClient, personId: string): Promise<MyAddress> {
	const account = await reader.account.findUnique({ where: { personId }, select: { email: true, locale: true } });
	const email = account?.email ?? '';
	const known = await reader.mailAddress.findUnique({ where: { address: email.toLowerCase() } });
	return {
		email,
		locale: account?.locale === 'en' ? 'en' : 'fr',
		confirmed: known !== null && known.confirmedAt !== null
	};
}

/**
 * Keeps where one is told; an address that is not confirmed is asked first.
 * @param email empty: none
 */
export const saveMe = (
	store: Pick<Store, 'write'>,
	personId: string,
	{ email, locale }: { email: string; locale: Locale },
	settings: AddressSettings,
	now: Date
): Promise<Confirmation | null> =>
	store.write((db) => {
		sql(db, `UPDATE account SET email = ?, locale = ? WHERE person_id = ?`).run(email || null, locale, personId);
		return email === '' ? null : askToConfirm(db, { address: email, locale, by: personId }, settings, now);
	});

/** Whether one is told of this shipment by itself. */
export const isWatching = async (reader: PrismaClient, personId: string, shipmentId: string): Promise<boolean> =>
	(await reader.noticeSubscription.count({ where: { personId, scope: 'shipment', scopeId: shipmentId } })) > 0;
