/**
 * What a phone says of itself with its hello: how much waits there, how its storage and its clock are. Kept for the fleet page,
 * decides nothing. And what is noticed when a phone comes back with an empty database: what it had queued is lost.
 */
import type { HelloInput } from '#lib/protocol/envelope.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

const MB = 1024 * 1024;
/** What a column holds; in seconds, 63 years. */
const MOST = 2 ** 31 - 1;

/** What is not said, as by an older phone, is not known: it is no news of before. */
export function keepReport(db: Database, input: HelloInput, now: string): void {
	const { storage } = input;
	sql(
		db,
		`UPDATE replica SET app_version = ?, reported_queue = ?, oldest_unsent = ?, refused = ?, clock_late = ?, persisted = ?,
		 storage_free = ?, mismatch_at = ? WHERE id = ?`
	).run(
		input.appVersion,
		input.queueDepth,
		isoOrNull(input.oldestUnsentAt),
		input.refused ?? 0,
		secondsLate(input.clientNow, now),
		storage === undefined ? null : Number(storage.persisted),
		storage?.freeBytes == null ? null : Math.min(Math.floor(storage.freeBytes / MB), MOST),
		isoOrNull(input.mismatchAt),
		input.replicaId
	);
}

/**
 * A replica that was not seen before, on a device that may have had another: its database is new, or the replica took another
 * name and brings its queue along. Either way the former ones have nothing to send any more.
 */
export function noteReturn(db: Database, deviceId: string, input: HelloInput, now: string): void {
	const others = sql<{ queued: number }>(
		db,
		`SELECT coalesce(sum(reported_queue), 0) AS queued FROM replica WHERE device_id = ? AND id <> ?`
	).get(deviceId, input.replicaId)!;
	sql(db, `UPDATE replica SET reported_queue = 0, oldest_unsent = NULL WHERE device_id = ? AND id <> ?`).run(
		deviceId,
		input.replicaId
	);
	if (!(input.isNew ?? input.cookie === null)) return;
	// The phone counted after its last hello, too; of the two, the one that says more is believed.
	const scans = Math.max(others.queued, input.lostScans ?? 0);
	if (scans > 0)
		sql(db, `UPDATE device SET lost_scans = lost_scans + ?, lost_at = ? WHERE id = ?`).run(scans, now, deviceId);
}

/** Null: nothing is, or an admin has seen it. */
export function lostOf(db: Database, deviceId: string): { scans: number; at: string } | null {
	const row = sql<{ scans: number; at: string | null }>(
		db,
		`SELECT lost_scans AS scans, lost_at AS at FROM device WHERE id = ?`
	).get(deviceId);
	return row?.at ? { scans: row.scans, at: row.at } : null;
}

function secondsLate(clientNow: string, now: string): number | null {
	const seconds = Math.round((Date.parse(now) - Date.parse(clientNow)) / 1000);
	return Number.isNaN(seconds) ? null : Math.max(-MOST, Math.min(MOST, seconds));
}

/** What a phone calls a time may be none. */
function isoOrNull(text: string | null | undefined): string | null {
	const time = Date.parse(text ?? '');
	return Number.isNaN(time) ? null : new Date(time).toISOString();
}
