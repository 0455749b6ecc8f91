/**
 * The daily summary: what the site's day that is over brought, and what waits now; one message for each who asked and each
 * local day, with a part for every destination they follow.
 */
import { TRACKING_STEPS, type TrackingStep } from '#lib/domain/rows.ts';
import { dayBounds, localDate, shiftDay } from '#lib/domain/week.ts';
import { countWaiting, WAITING, type DashboardSpan, type Waiting } from '#lib/server/desk/dashboard.ts';
import { Prisma, type PrismaClient } from '#lib/server/prisma/client.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { mailTo } from './notice-mail.ts';
import type { DaySection, NoticeSettings } from './notice-text.ts';
import { readSubscribers, type Subscriber } from './subscribers.ts';

/** Of the day before `now`, in the site's time zone. */
export async function dailyMails(reader: PrismaClient, settings: NoticeSettings, now: Date): Promise<Mail[]> {
	const { siteTimeZone } = settings;
	const day = shiftDay(localDate(now.toISOString(), siteTimeZone), -1);
	const bounds = dayBounds(day, day, siteTimeZone);
	const destinations = await reader.destination.findMany({ select: { id: true, iata: true, city: true } });
	const nameOf = new Map(destinations.map(({ id, iata, city }) => [id, `${iata} ${city}`]));
	const known = new Map<string, Promise<DaySection>>();
	const section = (scopeId: string): Promise<DaySection> => {
		const destination = scopeId === '' ? null : (nameOf.get(scopeId) ?? '');
		const found =
			known.get(scopeId) ?? readDay(reader, { ...bounds, destinationId: scopeId || null }, destination, now);
		known.set(scopeId, found);
		return found;
	};
	const mails: Mail[] = [];
	for (const [one, scopeIds] of byAddress(await readSubscribers(reader, 'daily'), nameOf)) {
		const sections = await Promise.all(scopeIds.map(section));
		mails.push(mailTo(one, `daily:${day}`, { kind: 'daily', day, sections }, settings));
	}
	return mails;
}

/** Who follows everything needs no parts; a destination that is gone has none. */
function byAddress(subscribers: readonly Subscriber[], nameOf: ReadonlyMap<string, string>): [Subscriber, string[]][] {
	const grouped = new Map<string, [Subscriber, string[]]>();
	for (const one of subscribers) {
		if (one.scope === 'shipment' || (one.scope === 'destination' && !nameOf.has(one.scopeId))) continue;
		const key = one.address.toLowerCase();
		const [first, scopeIds] = grouped.get(key) ?? [one, []];
		grouped.set(key, [first, [...new Set([...scopeIds, one.scope === 'all' ? '' : one.scopeId])]]);
	}
	return [...grouped.values()].map(([one, scopeIds]) => [one, scopeIds.includes('') ? [''] : scopeIds]);
}

async function readDay(
	reader: PrismaClient,
	span: DashboardSpan,
	destination: string | null,
	now: Date
): Promise<DaySection> {
	const { from, until, destinationId } = span;
	const here = destinationId === null ? Prisma.empty : Prisma.sql`AND s.destination_id = ${destinationId}`;
	const [created] = await reader.$queryRaw<[{ total: bigint }]>`
		SELECT count(*) AS total FROM shipment s
		WHERE s.archived_at IS NULL AND s.created_at >= ${from} AND s.created_at < ${until} ${here}`;
	const counted = TRACKING_STEPS.map(
		(
			step
		) => Prisma.sql`(SELECT count(*) FROM timeline t CROSS JOIN shipment s ON s.id = t.shipment_id AND s.cycle = t.cycle
			WHERE t.kind = 'step' AND t.step = ${step} AND t.occurred_at >= ${from} AND t.occurred_at < ${until} ${here})
			AS ${Prisma.raw(step)}`
	);
	const [steps] = await reader.$queryRaw<[Record<TrackingStep, bigint>]>`SELECT ${Prisma.join(counted)}`;
	const waiting = await countWaiting(reader, span, now);
	return {
		destination,
		created: Number(created.total),
		steps: Object.fromEntries(TRACKING_STEPS.map((step) => [step, Number(steps[step])])) as DaySection['steps'],
		waiting: Object.fromEntries(WAITING.map((what) => [what, waiting[what].total])) as Record<Waiting, number>
	};
}
