/**
 * The audit log: who did what to whom, when. Written in the transaction of the act itself, so that neither can be there
 * without the other; never changed, never deleted.
 */
import type { AuditAct } from '#lib/domain/audit-acts.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';

export type { AuditAct } from '#lib/domain/audit-acts.ts';

export interface AuditEntry {
	/** ISO, the server's clock. */
	at: string;
	/** Null: the command line. */
	actorId: string | null;
	act: AuditAct;
	/** `person`, `device`, `account_request`, `job`, `api_key`, … */
	subjectKind: string;
	subjectId: string;
	/** Ids, codes and numbers. Never a name, an address or a secret. */
	detail?: Record<string, string | number | boolean | null>;
}

/** Part of the caller's write. */
export function recordAudit(db: Database, { at, actorId, act, subjectKind, subjectId, detail = {} }: AuditEntry): void {
	sql(
		db,
		`INSERT INTO audit_event (id, at, actor_id, act, subject_kind, subject_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`
	).run(newUuid(Date.parse(at)), at, actorId, act, subjectKind, subjectId, JSON.stringify(detail));
}
