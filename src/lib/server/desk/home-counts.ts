/** The few numbers of the start page: what is being prepared, what is under way, what needs somebody. Read-only. */
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { CLOSABLE, lateSql, OWN_PLAN } from './rule-sql.ts';

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
	const [counts] = await reader.$queryRaw<[Record<keyof HomeCounts, bigint | null>]>`
		SELECT sum(s.status IN ('draft', 'picking')) AS preparing,
			sum(s.status = 'packed') AS ready,
			sum(s.status IN ('planned', 'shipped', 'received_correspondent')) AS underWay,
			sum(s.dispute_id IS NOT NULL) AS disputed,
			sum(${lateSql(OWN_PLAN, now)}) AS late,
			sum(${CLOSABLE}) AS closable
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
