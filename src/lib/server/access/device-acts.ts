/** What an admin does to devices: give one a name, confirm it after a restore, and take a lost one out of service. */
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { act, refusedAct, type Acted, type ActorId } from './acting.ts';
import { recordAudit } from './audit.ts';

export class DeviceActs {
	constructor(
		readonly store: Pick<Store, 'write'>,
		readonly clock: () => Date
	) {}

	/** @param name empty: it is called by its browser again */
	rename(by: ActorId, deviceId: string, name: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			if (statusOf(db, deviceId) === null) return refusedAct('unknown');
			sql(db, `UPDATE device SET name = ? WHERE id = ?`).run(name || null, deviceId);
			recordAudit(db, { at, actorId: by, act: 'device.rename', subjectKind: 'device', subjectId: deviceId });
			return { kind: 'ok' };
		});
	}

	/** That it came back without what it had queued: its people have been asked, or need not be. */
	acknowledgeLoss(by: ActorId, deviceId: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const row = sql<{ scans: number; lostAt: string | null }>(
				db,
				`SELECT lost_scans AS scans, lost_at AS lostAt FROM device WHERE id = ?`
			).get(deviceId);
			if (row === undefined) return refusedAct('unknown');
			if (row.lostAt === null) return refusedAct('already');
			sql(db, `UPDATE device SET lost_scans = 0, lost_at = NULL WHERE id = ?`).run(deviceId);
			const detail = { scans: row.scans, lostAt: row.lostAt };
			recordAudit(db, { at, actorId: by, act: 'device.seen_loss', subjectKind: 'device', subjectId: deviceId, detail });
			return { kind: 'ok' };
		});
	}

	/** [I33] Somebody has looked, and it is one of ours: a restore has not brought a revoked one back. */
	confirm(by: ActorId, deviceId: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			if (statusOf(db, deviceId) === null) return refusedAct('unknown');
			if (!unconfirmed(db).includes(deviceId)) return refusedAct('already');
			confirmed(db, [deviceId], at, by);
			return { kind: 'ok' };
		});
	}

	confirmAll(by: ActorId): Promise<Acted<{ devices: number }>> {
		return act(this, by, (db, at) => {
			const ids = unconfirmed(db);
			if (ids.length === 0) return refusedAct('already');
			confirmed(db, ids, at, by);
			return { kind: 'ok', devices: ids.length };
		});
	}

	/** [I26] From now on nothing that it sends has effect, whoever is signed in there; for good. */
	revoke(by: ActorId, deviceId: string, reason: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const status = statusOf(db, deviceId);
			if (status === null) return refusedAct('unknown');
			if (status === 'revoked') return refusedAct('already');
			sql(db, `UPDATE device SET status = 'revoked', revoked_at = ?, revoked_reason = ? WHERE id = ?`).run(
				at,
				reason,
				deviceId
			);
			const { changes: sessions } = sql(db, `DELETE FROM session WHERE device_id = ?`).run(deviceId);
			sql(db, `UPDATE device_grant SET ended_at = ? WHERE device_id = ? AND ended_at IS NULL`).run(at, deviceId);
			const detail = { sessions };
			recordAudit(db, { at, actorId: by, act: 'device.revoke', subjectKind: 'device', subjectId: deviceId, detail });
			return { kind: 'ok' };
		});
	}
}

export const countUnconfirmed = (db: Database): number => unconfirmed(db).length;

const unconfirmed = (db: Database): string[] =>
	sql<{ id: string }>(db, `SELECT id FROM device WHERE unconfirmed_at IS NOT NULL AND status = 'active'`)
		.all()
		.map(({ id }) => id);

function confirmed(db: Database, ids: readonly string[], at: string, actorId: ActorId): void {
	for (const id of ids) {
		sql(db, `UPDATE device SET unconfirmed_at = NULL WHERE id = ?`).run(id);
		recordAudit(db, { at, actorId, act: 'device.confirm', subjectKind: 'device', subjectId: id });
	}
}

const statusOf = (db: Database, id: string): 'active' | 'revoked' | null =>
	sql<{ status: 'active' | 'revoked' }>(db, `SELECT status FROM device WHERE id = ?`).get(id)?.status ?? null;
