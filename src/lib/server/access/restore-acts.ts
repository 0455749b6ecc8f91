/** What an admin does after a restore: wait for phones no longer, and say that the report was read (sync §6). */
import { devicesAwaited, healingNow } from '#lib/server/sync/restore-report.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { act, refusedAct, type Acted } from './acting.ts';
import { recordAudit } from './audit.ts';

export class RestoreActs {
	constructor(
		readonly store: Pick<Store, 'write' | 'endHealing'>,
		readonly clock: () => Date
	) {}

	/** What phones have told by now is decided at once; one that comes later heals when it comes. */
	async endWait(by: string): Promise<Acted> {
		const acted = await act(this, by, (db, at) => {
			const healing = healingNow(db);
			if (healing === null) return refusedAct('already');
			const { epoch } = healing;
			const detail = { awaited: devicesAwaited(db, epoch).length };
			recordAudit(db, { at, actorId: by, act: 'restore.end_wait', subjectKind: 'restore', subjectId: epoch, detail });
			return { kind: 'ok' };
		});
		if (acted.kind === 'ok') await this.store.endHealing(by);
		return acted;
	}

	see(by: string, epoch: string): Promise<Acted> {
		return act(this, by, (db, at) => {
			const row = sql<{ seenAt: string | null }>(
				db,
				`SELECT seen_at AS seenAt FROM restore_report WHERE epoch = ?`
			).get(epoch);
			if (row === undefined) return refusedAct('unknown');
			if (row.seenAt !== null) return refusedAct('already');
			sql(db, `UPDATE restore_report SET seen_at = ?, seen_by = ? WHERE epoch = ?`).run(at, by, epoch);
			recordAudit(db, { at, actorId: by, act: 'restore.seen', subjectKind: 'restore', subjectId: epoch });
			return { kind: 'ok' };
		});
	}
}
