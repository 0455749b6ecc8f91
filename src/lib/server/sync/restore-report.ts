/**
 * What the desk is told after this database began anew from an older state (sync §6): what journals brought back, what is lost
 * as far as anybody knows, and whether phones are still being asked. Written by a restore into its copy, or at the start on a
 * database that somebody copied back by hand.
 */
import { z } from 'zod';
import { browserName } from '#lib/domain/browser-name.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { readMeta } from './sync-meta.ts';

/** Phones that were active so recently are waited for. */
const ACTIVE_MS = 7 * 24 * 3_600_000;
const HEALING_MS = 15 * 60_000;

const journal = z.object({
	transactions: z.number(),
	until: z.string().nullable(),
	holes: z.array(z.object({ from: z.number(), through: z.number() })),
	refused: z.record(z.string(), z.number()),
	isCut: z.boolean()
});
const detail = z.object({
	/** Null: copied back by hand. */
	backupMadeAt: z.string().nullable(),
	/** Null: there was none, or it was not to be replayed. */
	journal: journal.nullable(),
	/** What was revoked, lowered or closed since and is so no more. */
	undone: z.array(z.object({ what: z.string(), id: z.string() })),
	/** Decisions that the replaced database had and this one has not; phones may bring them back. */
	lostMutations: z.number()
});
export type RestoreDetail = z.infer<typeof detail>;

export interface RestoreReport {
	epoch: string;
	at: string;
	kind: 'restored' | 'copied_back';
	detail: RestoreDetail;
	/** Until when phones are asked at the latest; null: the server has not started since. */
	healingUntil: string | null;
	/** When that was over; null: it goes on. */
	healedAt: string | null;
	healedBy: string | null;
	seenAt: string | null;
	seenBy: string | null;
}

/** Did journals bring back all that there was? Then no revocation can be missing. */
export const isWhole = ({ journal }: Pick<RestoreDetail, 'journal'>): boolean =>
	journal !== null && !journal.isCut && journal.holes.length === 0 && Object.keys(journal.refused).length === 0;

/** Inside a write transaction, after the new epoch. [I33] Where something may be missing, every device is unconfirmed. */
export function reportRestore(
	db: Database,
	now: Date,
	told: RestoreDetail,
	kind: RestoreReport['kind'] = 'restored'
): void {
	const { backupMadeAt, journal, undone, lostMutations } = told;
	const kept: RestoreDetail = { backupMadeAt, journal, undone, lostMutations };
	const { epoch } = readMeta(db);
	const at = now.toISOString();
	// An older healing that was under way goes on in this one: what was claimed then and waits is claimed still.
	sql(db, `UPDATE restore_report SET healed_at = ? WHERE healed_at IS NULL`).run(at);
	sql(db, `UPDATE heal_claim SET epoch = ? WHERE outcome IS NULL`).run(epoch);
	sql(db, `INSERT INTO restore_report (epoch, at, kind, detail) VALUES (?, ?, ?, ?)`).run(
		epoch,
		at,
		kind,
		JSON.stringify(kept)
	);
	if (!isWhole(kept)) sql(db, `UPDATE device SET unconfirmed_at = ? WHERE status = 'active'`).run(at);
}

const SELECT = `SELECT epoch, at, kind, detail, healing_until AS healingUntil, healed_at AS healedAt, healed_by AS healedBy, seen_at AS seenAt, seen_by AS seenBy FROM restore_report`;

type Record = Omit<RestoreReport, 'detail'> & { detail: string };
const fromRecord = (record: Record): RestoreReport => ({ ...record, detail: detail.parse(JSON.parse(record.detail)) });

/** Newest first. */
export const readReports = (db: Database): RestoreReport[] =>
	sql<Record>(db, `${SELECT} ORDER BY at DESC`).all().map(fromRecord);

/** The healing that is under way; null: none is. */
export function healingNow(db: Database): { epoch: string; until: string | null } | null {
	return (
		sql<{ epoch: string; until: string | null }>(
			db,
			`SELECT epoch, healing_until AS until FROM restore_report WHERE healed_at IS NULL`
		).get() ?? null
	);
}

/** From the first start on, phones have a quarter of an hour. */
export function beginHealing(db: Database, now: Date): void {
	sql(db, `UPDATE restore_report SET healing_until = ? WHERE healed_at IS NULL AND healing_until IS NULL`).run(
		new Date(now.getTime() + HEALING_MS).toISOString()
	);
}

/** Devices that were active before the restore and have not told what they remember. */
export function devicesAwaited(db: Database, epoch: string): { id: string; name: string; lastSeenAt: string }[] {
	const awaited = sql<{ id: string; name: string | null; label: string; lastSeenAt: string }>(
		db,
		`SELECT device.id, device.name, device.label, device.last_seen_at AS lastSeenAt FROM device, restore_report AS report
		WHERE report.epoch = ? AND device.status = 'active' AND device.healed_epoch IS NOT report.epoch
		AND device.created_at <= report.at AND device.last_seen_at > ?
		AND EXISTS (SELECT 1 FROM replica WHERE replica.device_id = device.id) ORDER BY device.last_seen_at DESC`
	).all(epoch, awaitedSince(db, epoch));
	return awaited.map(({ name, label, ...device }) => ({ ...device, name: name ?? browserName(label) }));
}

function awaitedSince(db: Database, epoch: string): string {
	const at = sql<{ at: string }>(db, 'SELECT at FROM restore_report WHERE epoch = ?').get(epoch)?.at ?? '';
	return at === '' ? '' : new Date(Date.parse(at) - ACTIVE_MS).toISOString();
}
