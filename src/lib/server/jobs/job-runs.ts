/** The rows of `job_run`: what was asked for, what runs, and how it ended. */
import type { JobState } from '#lib/domain/job-labels.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

export interface JobRun {
	id: string;
	job: string;
	state: JobState;
	/** `schedule`, `command line`, or a person's id. */
	askedBy: string;
	askedAt: string;
	dryRun: boolean;
	startedAt: string | null;
	endedAt: string | null;
	counts: Record<string, number>;
	note: string | null;
	errorCode: string | null;
	errorMessage: string | null;
}

type Stored = Omit<JobRun, 'dryRun' | 'counts'> & { dryRun: number; counts: string };

const SELECT = `SELECT id, job, state, asked_by AS askedBy, asked_at AS askedAt, dry_run AS dryRun, started_at AS startedAt,
	ended_at AS endedAt, counts, note, error_code AS errorCode, error_message AS errorMessage FROM job_run`;

const fromStored = (row: Stored): JobRun => ({
	...row,
	dryRun: row.dryRun === 1,
	counts: JSON.parse(row.counts) as Record<string, number>
});

export function insertRun(db: Database, run: Pick<JobRun, 'id' | 'job' | 'askedBy' | 'askedAt' | 'dryRun'>): void {
	sql(db, `INSERT INTO job_run (id, job, state, asked_by, asked_at, dry_run) VALUES (?, ?, 'pending', ?, ?, ?)`).run(
		run.id,
		run.job,
		run.askedBy,
		run.askedAt,
		run.dryRun ? 1 : 0
	);
}

export const findRun = (db: Database, id: string): JobRun | null => {
	const row = sql<Stored>(db, `${SELECT} WHERE id = ?`).get(id);
	return row === undefined ? null : fromStored(row);
};

/** The oldest that waits for its turn, of a job that is not among these. */
export const nextPending = (db: Database, busy: readonly string[]): JobRun | null => {
	const row = sql<Stored>(
		db,
		`${SELECT} WHERE state = 'pending' AND job NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1`
	).get(JSON.stringify(busy));
	return row === undefined ? null : fromStored(row);
};

/** @returns false when it was purged or cancelled meanwhile */
export const markStarted = (db: Database, id: string, at: string): boolean =>
	sql(db, `UPDATE job_run SET state = 'running', started_at = ? WHERE id = ? AND state = 'pending'`).run(at, id)
		.changes === 1;

export interface Ending extends Pick<JobRun, 'state' | 'counts' | 'note' | 'errorCode' | 'errorMessage'> {
	endedAt: string;
}

export function markEnded(db: Database, id: string, ending: Ending): void {
	sql(
		db,
		`UPDATE job_run SET state = ?, ended_at = ?, counts = ?, note = ?, error_code = ?, error_message = ? WHERE id = ?`
	).run(
		ending.state,
		ending.endedAt,
		JSON.stringify(ending.counts),
		ending.note,
		ending.errorCode,
		ending.errorMessage,
		id
	);
}

/** One that still waits. @returns false when it does not */
export const cancelPending = (db: Database, id: string, at: string): boolean =>
	sql(db, `UPDATE job_run SET state = 'cancelled', ended_at = ? WHERE id = ? AND state = 'pending'`).run(at, id)
		.changes === 1;

/** What a crash cut off: whoever holds the database runs nothing yet. @returns how many */
export const markInterrupted = (db: Database, at: string): number =>
	sql(db, `UPDATE job_run SET state = 'interrupted', ended_at = ? WHERE state = 'running'`).run(at).changes;

/** The newest run of each job that was no rehearsal. */
export const latestRuns = (db: Database): JobRun[] =>
	sql<Stored>(db, `${SELECT} WHERE id IN (SELECT max(id) FROM job_run WHERE dry_run = 0 GROUP BY job) ORDER BY job`)
		.all()
		.map(fromStored);

/**
 * From when on each job is due anew: when it was last brought to an end, good or bad. One that was cut off is due at once, but
 * not a second time in a row: it may be what brings the server down.
 */
export const dueSince = (db: Database): { job: string; since: string }[] =>
	sql<{ job: string; since: string }>(
		db,
		`WITH run AS (SELECT job, id, asked_at, state, lag(state) OVER (PARTITION BY job ORDER BY id) AS former FROM job_run
			WHERE dry_run = 0 AND state IN ('done', 'failed', 'cancelled', 'interrupted'))
		 SELECT job, CASE WHEN state = 'interrupted' AND former IS NOT 'interrupted' THEN '1970-01-01T00:00:00.000Z' ELSE asked_at END AS since
		 FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY job)`
	).all();

/** The newest runs of all jobs. */
export const recentRuns = (db: Database, most: number): JobRun[] =>
	sql<Stored>(db, `${SELECT} ORDER BY id DESC LIMIT ?`).all(most).map(fromStored);

/** By job: how many of its runs since then failed or were cut off, and how many wait. */
export const countRuns = (db: Database, since: string): { job: string; failures: number; pending: number }[] =>
	sql<{ job: string; failures: number; pending: number }>(
		db,
		`SELECT job, sum(state IN ('failed', 'interrupted') AND asked_at >= ?) AS failures, sum(state = 'pending') AS pending
		 FROM job_run GROUP BY job`
	).all(since);

/** @returns how many were removed */
export const purgeRuns = (db: Database, states: readonly JobState[]): number =>
	sql(db, `DELETE FROM job_run WHERE state IN (SELECT value FROM json_each(?))`).run(JSON.stringify(states)).changes;
