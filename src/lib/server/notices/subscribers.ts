/**
 * Who asked for which notices: a colleague, whose address and language are their account's, or a plain address. Asking
 * for the same twice is asking once; whoever is reached on two ways gets one message.
 */
import type { Locale } from '#lib/domain/labels.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';

/** What can be asked for; a custom notice is written, not asked for. */
export const SUBSCRIBED_KINDS = ['status', 'late', 'daily'] as const;
export type SubscribedKind = (typeof SUBSCRIBED_KINDS)[number];
export const SCOPES = ['all', 'destination', 'shipment'] as const;
export type Scope = (typeof SCOPES)[number];

/** One subscription with where it reaches; of people who are inactive, or whose address is absent or not confirmed, there is none. */
export interface Subscriber {
	/** `person:<id>` or `address:<address in lower case>` */
	subscriber: string;
	personId: string | null;
	/** How a list calls them. */
	name: string;
	address: string;
	locale: Locale;
	scope: Scope;
	/** Of the destination or shipment; empty for all. */
	scopeId: string;
	/** 1: what they did themselves, too. */
	ownToo: number;
	/** Since when it holds: asked for, and the address confirmed. ISO. */
	since: string;
	/** Of the address: ends all notices to it. */
	unsubscribeToken: string;
}

/** Read on the writer's connection and on Prisma's alike. */
const REACHED = `SELECT n.subscriber, n.person_id AS personId, coalesce(p.name, n.address) AS name, coalesce(a.email, n.address) AS address,
	coalesce(a.locale, n.locale) AS locale, n.scope, n.scope_id AS scopeId, n.own_too AS ownToo,
	max(n.created_at, m.confirmed_at) AS since, m.unsubscribe_token AS unsubscribeToken
	FROM notice_subscription n LEFT JOIN account a ON a.person_id = n.person_id LEFT JOIN person p ON p.id = n.person_id
	JOIN mail_address m ON m.address = lower(coalesce(a.email, n.address))
	WHERE m.confirmed_at IS NOT NULL AND (n.person_id IS NULL OR (a.active AND p.active AND a.email IS NOT NULL))`;
const OF_SHIPMENT = `${REACHED} AND n.kind = ? AND n.scope_id IN ('', ?, ?)`;

/** Inside a transaction of the writer: who asked for this kind about this shipment, in any way. */
export const subscribersInStore = (db: Database, kind: SubscribedKind, about: About): Subscriber[] =>
	sql<Subscriber>(db, OF_SHIPMENT).all(kind, about.id, about.destinationId);

export async function readSubscribers(reader: PrismaClient, kind: SubscribedKind): Promise<Subscriber[]> {
	const rows = await reader.$queryRawUnsafe<(Omit<Subscriber, 'ownToo'> & { ownToo: unknown })[]>(
		`${REACHED} AND n.kind = ? ORDER BY name, address`,
		kind
	);
	return rows.map((row) => ({ ...row, ownToo: Number(row.ownToo) }));
}

/** A shipment, as far as scopes go. */
export interface About {
	id: string;
	destinationId: string;
}

/**
 * Whom a notice about a shipment goes to, one for each address. `doneBy`: the person who caused it is left out, unless they
 * asked for their own too.
 */
export function reached(subscribers: readonly Subscriber[], about: About, doneBy: string | null = null): Subscriber[] {
	const byAddress = new Map<string, Subscriber>();
	for (const one of subscribers) {
		const isMeant =
			one.scope === 'all' ||
			(one.scope === 'destination' && one.scopeId === about.destinationId) ||
			(one.scope === 'shipment' && one.scopeId === about.id);
		if (!isMeant || (doneBy !== null && one.personId === doneBy && one.ownToo === 0)) continue;
		const address = one.address.toLowerCase();
		if (!byAddress.has(address)) byAddress.set(address, one);
	}
	return [...byAddress.values()];
}

export interface Asked {
	who: { personId: string } | { address: string; locale: Locale };
	kind: SubscribedKind;
	scope: Scope;
	scopeId: string;
	ownToo: boolean;
	/** The person who asked, for themselves or for an address. */
	by: string;
}

/** Enough for anybody, and an end for a script. */
const MOST_EACH = 200;

/** @returns false where they have too many already */
export function subscribe(
	store: Pick<Store, 'write'>,
	{ who, kind, scope, scopeId, ownToo, by }: Asked,
	now: Date
): Promise<boolean> {
	const isPerson = 'personId' in who;
	const subscriber = isPerson ? `person:${who.personId}` : `address:${who.address.toLowerCase()}`;
	return store.write((db) => {
		const { changes } = sql(
			db,
			`INSERT INTO notice_subscription (id, subscriber, person_id, address, locale, kind, scope, scope_id, own_too, created_by, created_at)
			 SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM notice_subscription WHERE subscriber = ?) < ${MOST_EACH}
			 ON CONFLICT (subscriber, kind, scope, scope_id) DO UPDATE SET own_too = excluded.own_too, locale = excluded.locale`
		).run(
			newUuid(),
			subscriber,
			isPerson ? who.personId : null,
			isPerson ? null : who.address,
			isPerson ? null : who.locale,
			kind,
			scope,
			scope === 'all' ? '' : scopeId,
			ownToo ? 1 : 0,
			by,
			now.toISOString(),
			subscriber
		);
		return changes > 0;
	});
}

/** Ends one's own, or with `addresses` that of a plain address; anybody else's stays. */
export async function unsubscribe(
	store: Pick<Store, 'write'>,
	id: string,
	whose: { personId: string } | 'addresses'
): Promise<void> {
	await store.write((db) =>
		whose === 'addresses'
			? sql(db, `DELETE FROM notice_subscription WHERE id = ? AND person_id IS NULL`).run(id)
			: sql(db, `DELETE FROM notice_subscription WHERE id = ? AND person_id = ?`).run(id, whose.personId)
	);
}

/** The plain address of a subscription; null where there is none. */
export const listedAddress = (db: Database, id: string): { address: string; locale: Locale } | null =>
	sql<{ address: string; locale: Locale }>(
		db,
		`SELECT address, locale FROM notice_subscription WHERE id = ? AND person_id IS NULL`
	).get(id) ?? null;

/** [ux] "Me prévenir": one's own status and late notices of one shipment, both or none. @returns whether they are on now */
export async function toggleShipment(
	store: Pick<Store, 'write'>,
	personId: string,
	shipmentId: string,
	isWanted: boolean,
	now: Date
): Promise<void> {
	if (!isWanted) {
		await store.write((db) =>
			sql(db, `DELETE FROM notice_subscription WHERE person_id = ? AND scope = 'shipment' AND scope_id = ?`).run(
				personId,
				shipmentId
			)
		);
		return;
	}
	for (const kind of ['status', 'late'] as const)
		await subscribe(
			store,
			{ who: { personId }, kind, scope: 'shipment', scopeId: shipmentId, ownToo: false, by: personId },
			now
		);
}
