/**
 * [B4] Late shipments: one message for each shipment, cycle and alert, to each who asked before it became late; what was late
 * already is on the board, and would be a flood of messages. Composed here, queued by `queue-job.ts`.
 */
import { ALERT_AFTER_MS, boardAlert } from '#lib/domain/progress.ts';
import { lateBefore, OWN_PLAN, waitingSince } from '#lib/server/desk/rule-sql.ts';
import { shipmentRow } from '#lib/server/desk/records.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { Mail } from '#lib/server/mail/mail-queue.ts';
import { mailTo } from './notice-mail.ts';
import type { NoticeSettings } from './notice-text.ts';
import { reached, readSubscribers } from './subscribers.ts';

/** Everything that is late now, told or not. `boardAlert` has the last word on each. */
export async function lateMails(reader: PrismaClient, settings: NoticeSettings, now: Date): Promise<Mail[]> {
	const subscribers = await readSubscribers(reader, 'late');
	if (subscribers.length === 0) return [];
	const waiting = await reader.$queryRaw<{ id: string; since: string }[]>`
		WITH w AS MATERIALIZED (SELECT s.id, ${waitingSince(OWN_PLAN)} AS since FROM shipment s
			WHERE s.archived_at IS NULL AND s.status IN ('planned', 'shipped', 'received_correspondent'))
		SELECT w.id AS id, w.since AS since FROM w WHERE w.since < ${lateBefore(now)} ORDER BY w.since`;
	const mails: Mail[] = [];
	for (let from = 0; from < waiting.length; from += CHUNK) {
		const chunk = waiting.slice(from, from + CHUNK);
		const records = await reader.shipment.findMany({ where: { id: { in: chunk.map(({ id }) => id) } } });
		const byId = new Map(records.map((record) => [record.id, shipmentRow(record)]));
		for (const { id, since } of chunk) {
			const shipment = byId.get(id);
			const alert = shipment && boardAlert(shipment, now.toISOString(), { planned: since });
			if (!shipment || !alert) continue;
			const about = `late:${id}:${shipment.cycle}:${alert}`;
			const notice = { kind: 'late', shipment, alert, since } as const;
			const lateAt = new Date(Date.parse(since) + ALERT_AFTER_MS).toISOString();
			const asked = subscribers.filter((one) => one.since <= lateAt);
			for (const one of reached(asked, shipment)) mails.push(mailTo(one, about, notice, settings, { shipmentId: id }));
		}
	}
	return mails;
}

/** Rows in one reading. */
const CHUNK = 500;
