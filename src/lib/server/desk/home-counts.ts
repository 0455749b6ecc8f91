/** The few numbers of the start page: what is being prepared, what is under way, what needs somebody. Read-only. */
import { ALERT_AFTER_MS } from '#lib/domain/progress.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';

export interface HomeCounts {
	preparing: number;
	ready: number;
	underWay: number;
	disputed: number;
	/** B4 */
	late: number;
	closable: number;
}

export async function readHomeCounts(reader: PrismaClient, now: Date): Promise<HomeCounts> {
	const before = new Date(now.getTime() - ALERT_AFTER_MS).toISOString();
	const [counts] = await reader.$queryRaw<[Record<keyof HomeCounts, bigint | null>]>`
		SELECT sum(s.status IN ('draft', 'picking')) AS preparing,
			sum(s.status = 'packed') AS ready,
			sum(s.status IN ('planned', 'shipped', 'received_correspondent')) AS underWay,
			sum(s.dispute_id IS NOT NULL) AS disputed,
			sum(CASE s.status
				WHEN 'planned' THEN (SELECT p.occurred_at FROM timeline p WHERE p.shipment_id = s.id
					AND +p.cycle = s.cycle AND +p.kind = 'step' AND +p.step = 'planned') < ${before}
				WHEN 'shipped' THEN s.latest_step_at < ${before}
				WHEN 'received_correspondent' THEN s.latest_step_at < ${before}
				ELSE 0 END) AS late,
			sum(s.status = 'delivered' AND s.dispute_id IS NULL) AS closable
		FROM shipment s WHERE s.archived_at IS NULL AND s.closed_at IS NULL`;
	return {
		preparing: Number(counts.preparing ?? 0),
		ready: Number(counts.ready ?? 0),
		underWay: Number(counts.underWay ?? 0),
		disputed: Number(counts.disputed ?? 0),
		late: Number(counts.late ?? 0),
		closable: Number(counts.closable ?? 0)
	};
}
