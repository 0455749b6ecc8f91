/**
 * After a restore: collects what phones remember, and when every device that was active has told it, or time is up, decides
 * all of it in its first order with the numbers that were given out then (sync §6, I24, I32). A phone that comes later is
 * heard at once. What had been refused is recorded as it was; what was accepted and is refused now goes to the desk. Nobody is
 * written to: what happened once is not told twice.
 */
import type { Assigned } from '#lib/domain/decision.ts';
import type { RefusalRow } from '#lib/domain/rows.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { Mutation, Verdict } from '#lib/protocol/envelope.ts';
import type { HealClaim, HealInput } from '#lib/protocol/healing.ts';
import { saveRefusal } from '#lib/server/store/refusal-rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { alreadyDecided, decideMutations } from './decide-mutations.ts';
import { actorsOf } from './push.ts';
import { advanceReplica, findReplica, isActive, ownReplica, registerReplica, requireDevice } from './replicas.ts';
import { devicesAwaited, healingNow } from './restore-report.ts';
import type { SyncContext } from './sync-context.ts';
import { TransportError } from './transport-error.ts';
import { recordVerdict } from './verdicts.ts';

/** Decided in one transaction: others wait no longer than for that. */
const AT_ONCE = 100;

/** The log of what was healed for a phone. It belongs to no device, so it is no phone in any list. */
const healReplica = (replicaId: string): string => `heal:${replicaId}`;

/**
 * Since when this phone may know more than this database, ISO: the oldest backup that was put back since it last told what it
 * remembers. Null: none was, or it has. It has if both say so: this database may have been put back behind that, and of copies
 * of one profile, which share a name until they find out, another one may have told.
 * @param healedEpoch as the phone says; undefined: an older phone does not
 */
export function healFrom(db: Database, replicaId: string, healedEpoch: string | null | undefined): string | null {
	const told = sql<{ healedEpoch: string | null }>(
		db,
		'SELECT healed_epoch AS healedEpoch FROM replica WHERE id = ?'
	).get(replicaId);
	const epochs = [told?.healedEpoch ?? null, ...(healedEpoch === undefined ? [] : [healedEpoch])];
	const { since, restores } = sql<{ since: string; restores: number }>(
		db,
		`SELECT min(coalesce(json_extract(detail, '$.backupMadeAt'), '')) AS since, count(*) AS restores FROM restore_report WHERE at > ?`
	).get(epochs.map((epoch) => restoredAt(db, epoch)).sort()[0]!)!;
	if (restores === 0) return null;
	return since === '' ? new Date(0).toISOString() : since;
}

/** '' for an epoch that began with no restore that this database knows of. */
const restoredAt = (db: Database, epoch: string | null): string =>
	sql<{ at: string }>(db, 'SELECT at FROM restore_report WHERE epoch = ?').get(epoch)?.at ?? '';

/** [I32] Whether codes were given out that this database does not remember. */
export const mayHaveForgotten = (db: Database): boolean =>
	sql(db, 'SELECT 1 FROM restore_report LIMIT 1').get() !== undefined;

/**
 * Inside the group's transaction. Keeps what this database does not know; a uid that somebody claimed already stays his.
 * @throws TransportError `device_unknown`, `device_revoked`, `epoch`, `mid_taken`; `replica_ahead` when this server was not restored
 */
export function takeClaims(db: Database, context: SyncContext, input: HealInput, deviceId: string): void {
	requireDevice(db, deviceId);
	const { epoch, replicaId, claims, done } = input;
	if (epoch !== context.epoch) throw new TransportError('epoch', 'This server was restored since.');
	if (sql(db, 'SELECT 1 FROM restore_report WHERE epoch = ?').get(epoch) === undefined) {
		context.warn('replica_ahead', { replicaId, claims: claims.length });
		throw new TransportError('replica_ahead', 'This server was not restored: it lacks nothing.');
	}
	const now = context.clock().toISOString();
	if (ownReplica(db, replicaId, deviceId) === null) registerReplica(db, replicaId, deviceId, now);
	const known = alreadyDecided(
		db,
		claims.map(({ mutation }) => mutation)
	);
	const keep = sql(
		db,
		`INSERT INTO heal_claim (uid, epoch, replica_id, device_id, mutation, verdict, server_time, seq, received_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM heal_claim WHERE uid = ?)`
	);
	for (const { mutation, verdict } of claims) {
		const { uid, mid } = mutation;
		if (known.has(uid)) continue;
		const [asked, answered] = [JSON.stringify(mutation), JSON.stringify(verdict)];
		const seq = verdict.seq ?? mid;
		keep.run(uid, epoch, replicaId, deviceId, asked, answered, verdict.serverTime, seq, now, uid);
	}
	if (!done) return;
	sql(db, 'UPDATE replica SET healed_epoch = ? WHERE id = ?').run(epoch, replicaId);
	sql(db, 'UPDATE device SET healed_epoch = ? WHERE id = ?').run(epoch, deviceId);
}

/**
 * One step, inside the group's transaction: decides the next claims where that is due, and ends the healing after the last.
 * @param by who does not want to wait any longer; null: nobody said so
 * @returns `more`: call again; `waits`: others are being asked; `over`
 */
export function healStep(db: Database, context: SyncContext, by: string | null): 'more' | 'waits' | 'over' {
	const healing = healingNow(db);
	const now = context.clock().toISOString();
	if (healing !== null && by === null) {
		const isTimeUp = healing.until !== null && healing.until <= now;
		if (!isTimeUp && devicesAwaited(db, healing.epoch).length > 0) return 'waits';
	}
	if (decideClaims(db, { ...context, notices: null }) > 0) return 'more';
	if (healing !== null)
		sql(db, 'UPDATE restore_report SET healed_at = ?, healed_by = ? WHERE epoch = ?').run(now, by, healing.epoch);
	return 'over';
}

interface ClaimRecord {
	uid: string;
	replicaId: string;
	deviceId: string;
	mutation: string;
	verdict: string;
}

function decideClaims(db: Database, context: SyncContext): number {
	const records = sql<ClaimRecord>(
		db,
		`SELECT uid, replica_id AS replicaId, device_id AS deviceId, mutation, verdict FROM heal_claim WHERE epoch = ? AND outcome IS NULL ORDER BY server_time, seq LIMIT ${AT_ONCE}`
	).all(context.epoch);
	for (const record of records) {
		const outcome = decideClaim(db, context, record);
		sql(db, `UPDATE heal_claim SET outcome = ?, mutation = '', verdict = '' WHERE uid = ?`).run(outcome, record.uid);
	}
	return records.length;
}

function decideClaim(
	db: Database,
	context: SyncContext,
	{ replicaId, deviceId, ...told }: ClaimRecord
): 'known' | 'recorded' | 'applied' | 'refused' {
	const verdict = JSON.parse(told.verdict) as HealClaim['verdict'];
	const id = healReplica(replicaId);
	const now = context.clock().toISOString();
	const replica = findReplica(db, id) ?? registerReplica(db, id, null, now);
	const mid = replica.lmid + 1;
	const mutation = { ...(JSON.parse(told.mutation) as Mutation), mid };
	const known = alreadyDecided(db, [mutation]);
	// The phone pushed it meanwhile.
	if (known.has(mutation.uid)) return 'known';
	advanceReplica(db, id, mid, now, context.isJournaled);
	if (verdict.status !== 'ok') {
		const { seq: _seq, ...kept } = verdict;
		const was = { ...kept, uid: mutation.uid, mid, detail: {} } as Verdict;
		const { name, actorId } = mutation;
		recordVerdict(db, { verdict: was, replicaId: id, name, actorId, undo: null }, mutation);
		return 'recorded';
	}
	const run = {
		db,
		context,
		replicaId: id,
		deviceId,
		known,
		// A clock that this server has not reached is somebody else's.
		receivedAt: verdict.serverTime < now ? verdict.serverTime : now,
		// [I26] What was told before the device was revoked has no effect after.
		actorOf: isActive(db, deviceId) ? actorsOf(db, deviceId) : () => null,
		given: verdict.assigned as Assigned
	};
	const [{ status, rejection }] = decideMutations(run, [mutation], true) as [Verdict];
	if (status === 'ok' || status === 'noop') return 'applied';
	toTheDesk(db, mutation, rejection, now);
	return 'refused';
}

/** One that cannot be read must not keep the others waiting. */
function argumentsOf({ args }: Mutation): Record<string, unknown> {
	try {
		return JSON.parse(args) as Record<string, unknown>;
	} catch {
		return {};
	}
}

/** Nobody on a phone did anything wrong: the office looks at it. */
function toTheDesk(db: Database, mutation: Mutation, rejection: Rejection | null, now: string): void {
	const row: RefusalRow = {
		id: mutation.uid,
		command: mutation.name,
		arguments: argumentsOf(mutation),
		code: rejection?.code ?? 'server_fault',
		note: '',
		handedBy: mutation.actorId,
		handedAt: now,
		settledBy: null,
		settledAt: null,
		settlement: null
	};
	saveRefusal(db, row);
}
