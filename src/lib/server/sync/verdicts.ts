/**
 * The server's memory of its answers: the same mutation always gets the same verdict, however often it is sent (I3, I6).
 * Reads and writes `mutation_result` and `mutation_duplicate`; it decides nothing.
 */
import type { Assigned, UndoMemo } from '#lib/domain/decision.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { Mutation, Verdict, VerdictStatus } from '#lib/protocol/envelope.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** A verdict as it is kept: where it was decided, and what taking it back needs. */
export interface Decided {
	verdict: Verdict;
	replicaId: string;
	name: string;
	actorId: string;
	undo: UndoMemo | null;
}

/** What has no column of its own. Absent: empty. */
interface Answer {
	rejection?: Rejection;
	notes?: Rejection[];
	causedBy?: string;
	assigned?: Assigned;
	undo?: UndoMemo;
}

interface ResultRecord {
	uid: string;
	replicaId: string;
	mid: number;
	name: string;
	status: VerdictStatus;
	answer: string;
	actorId: string;
	serverTime: string;
	seq: number;
}

const SELECT = `SELECT rowid AS seq, uid, replica_id AS replicaId, mid, name, status, answer, actor_id AS actorId, server_time AS serverTime FROM mutation_result`;

function fromRecord(record: ResultRecord): Decided {
	const answer = JSON.parse(record.answer) as Answer;
	const { uid, mid, status, serverTime, seq, replicaId, name, actorId } = record;
	return {
		verdict: {
			uid,
			mid,
			status,
			rejection: answer.rejection ?? null,
			notes: answer.notes ?? [],
			detail: answer.causedBy === undefined ? {} : { causedBy: answer.causedBy },
			assigned: answer.assigned ?? {},
			serverTime,
			seq
		},
		replicaId,
		name,
		actorId,
		undo: answer.undo ?? null
	};
}

/** What was decided about these uids, wherever they were sent from. */
export function decidedByUid(db: Database, uids: readonly string[]): Map<string, Decided> {
	const records =
		uids.length === 1
			? sql<ResultRecord>(db, `${SELECT} WHERE uid = ?`).all(uids[0])
			: sql<ResultRecord>(db, `${SELECT} WHERE uid IN (SELECT value FROM json_each(?))`).all(JSON.stringify(uids));
	return new Map(records.map((record) => [record.uid, fromRecord(record)]));
}

/** The uid that a decided mid of this replica points at, when it was sent a second time under that mid. */
export function duplicateAt(db: Database, replicaId: string, mid: number): string | null {
	const row = sql<{ uid: string }>(db, `SELECT uid FROM mutation_duplicate WHERE replica_id = ? AND mid = ?`).get(
		replicaId,
		mid
	);
	return row?.uid ?? null;
}

/** The verdict of a uid as it is answered under another mid or replica: the same, and where it was decided (sync §4.2). */
export function asDuplicate(decided: Decided, mid: number): Verdict {
	const { verdict, replicaId } = decided;
	return { ...verdict, mid, detail: { ...verdict.detail, duplicateOf: { replicaId, mid: verdict.mid } } };
}

/** Keeps one verdict for ever, and numbers it. The body stays with what was refused, so that a person can look at it. */
export function recordVerdict(db: Database, decided: Decided, mutation: Mutation): void {
	const { verdict, undo } = decided;
	const answer: Answer = {};
	if (verdict.rejection !== null) answer.rejection = verdict.rejection;
	if (verdict.notes.length > 0) answer.notes = verdict.notes;
	if (verdict.detail.causedBy !== undefined) answer.causedBy = verdict.detail.causedBy;
	if (Object.keys(verdict.assigned).length > 0) answer.assigned = verdict.assigned;
	if (undo !== null) answer.undo = undo;
	const keepsBody = verdict.status === 'rejected' || verdict.status === 'dead';
	const { lastInsertRowid } = sql(
		db,
		`INSERT INTO mutation_result (uid, replica_id, mid, name, status, code, answer, actor_id, device_time, server_time, args, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	).run(
		verdict.uid,
		decided.replicaId,
		verdict.mid,
		decided.name,
		verdict.status,
		verdict.rejection?.code ?? null,
		JSON.stringify(answer),
		decided.actorId,
		mutation.deviceTime,
		verdict.serverTime,
		keepsBody ? mutation.args : null,
		mutation.undoes ?? null
	);
	verdict.seq = Number(lastInsertRowid);
}

/** This mid is decided by pointing at another. */
export function recordDuplicate(db: Database, replicaId: string, mid: number, uid: string): void {
	sql(db, `INSERT INTO mutation_duplicate (replica_id, mid, uid) VALUES (?, ?, ?)`).run(replicaId, mid, uid);
}

/** Every verdict of a replica above `after`, in mid order, duplicates included. */
export function verdictsAfter(db: Database, replicaId: string, after: number): Verdict[] {
	const own = sql<ResultRecord>(db, `${SELECT} WHERE replica_id = ? AND mid > ? ORDER BY mid`)
		.all(replicaId, after)
		.map((record) => fromRecord(record).verdict);
	const pointers = sql<{ mid: number; uid: string }>(
		db,
		`SELECT mid, uid FROM mutation_duplicate WHERE replica_id = ? AND mid > ?`
	).all(replicaId, after);
	if (pointers.length === 0) return own;
	const originals = decidedByUid(
		db,
		pointers.map(({ uid }) => uid)
	);
	for (const { mid, uid } of pointers) {
		const original = originals.get(uid);
		if (original !== undefined) own.push(asDuplicate(original, mid));
	}
	return own.sort((a, b) => a.mid - b.mid);
}

/** The refused mutations of a replica, the last first: what `causedBy` looks through. */
export function refusedBefore(
	db: Database,
	replicaId: string,
	limit: number
): { uid: string; name: string; args: string }[] {
	return sql<{ uid: string; name: string; args: string }>(
		db,
		`SELECT uid, name, args FROM mutation_result WHERE replica_id = ? AND status IN ('rejected', 'dead') AND args IS NOT NULL ORDER BY mid DESC LIMIT ?`
	).all(replicaId, limit);
}

/** [I38] Was this mutation taken back already? */
export function isUndone(db: Database, uid: string): boolean {
	return sql(db, `SELECT 1 FROM mutation_result WHERE undoes = ? AND status = 'ok'`).get(uid) !== undefined;
}
