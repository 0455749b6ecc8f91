/**
 * What the rule book says of one shipment, as SQL over many: late (B4) and closable (K1). The alias `s` is the shipment.
 * board.test.ts and dashboard.test.ts hold it to `boardAlert` and `canClose`.
 */
import { ALERT_AFTER_MS } from '#lib/domain/progress.ts';
import { Prisma } from '#lib/server/prisma/client.ts';

/**
 * The time of the current cycle's plan, where shipments are counted. The plus signs keep SQLite on the shipment's own
 * timeline.
 */
export const OWN_PLAN = Prisma.sql`(CASE s.latest_step WHEN 'planned' THEN s.latest_step_at ELSE (
	SELECT o.occurred_at FROM timeline o
	WHERE o.shipment_id = s.id AND +o.cycle = s.cycle AND +o.kind = 'step' AND +o.step = 'planned') END)`;

/** [B4] Since when a shipment waits for its next stop; null where B4 watches nothing. */
export const waitingSince = (
	plannedAt: Prisma.Sql
): Prisma.Sql => Prisma.sql`(CASE s.status WHEN 'planned' THEN ${plannedAt}
	WHEN 'shipped' THEN s.latest_step_at WHEN 'received_correspondent' THEN s.latest_step_at END)`;

/** [B4] What waits since before this instant (ISO) is late. */
export const lateBefore = (now: Date): string => new Date(now.getTime() - ALERT_AFTER_MS).toISOString();

/**
 * [B4] 1 where `boardAlert` gives an alert, else 0; of shipments that are not archived. No step is earlier than the one
 * before it (T4), so only a plan that was followed by a later step is looked up.
 */
export function lateSql(plannedAt: Prisma.Sql, now: Date): Prisma.Sql {
	const before = lateBefore(now);
	return Prisma.sql`(CASE s.status
		WHEN 'planned' THEN s.latest_step_at < ${before} OR (s.latest_step <> 'planned' AND ${plannedAt} < ${before})
		WHEN 'shipped' THEN s.latest_step_at < ${before} WHEN 'received_correspondent' THEN s.latest_step_at < ${before}
		ELSE 0 END)`;
}

/** [K1] A delivered shipment has all the steps that closing needs (C12); the dispute and the closing itself are its own. */
export const CLOSABLE = Prisma.sql`(s.status = 'delivered' AND s.dispute_id IS NULL AND s.closed_at IS NULL)`;
