/** The jobs as whoever runs the server looks at them: when each is due, how it went last, and what waits. */
import type { Database } from '#lib/server/store/store-port.ts';
import { countRuns, latestRuns, type JobRun } from './job-runs.ts';
import type { Timetable } from './timetable.ts';

const FAILURES_OF_MS = 7 * 24 * 3_600_000;

export interface ListedJob {
	name: string;
	/** Cron, or `off`. */
	schedule: string;
	/** ISO; null: not scheduled. */
	nextAt: string | null;
	last: JobRun | null;
	/** Of the last one that ended, in milliseconds. */
	durationMs: number | null;
	/** Runs of the last seven days that failed or were cut off. */
	failures: number;
	pending: number;
	running: boolean;
}

export function listJobs(
	db: Database,
	timetable: Timetable,
	isRunning: (name: string) => boolean,
	now: Date
): ListedJob[] {
	const latest = latestRuns(db);
	const counts = countRuns(db, new Date(now.getTime() - FAILURES_OF_MS).toISOString());
	return timetable.names.map((name) => {
		const last = latest.find(({ job }) => job === name) ?? null;
		const count = counts.find(({ job }) => job === name);
		const isOver = last !== null && last.startedAt !== null && last.endedAt !== null;
		return {
			name,
			schedule: timetable.textOf(name),
			nextAt: timetable.nextAt(name, now)?.toISOString() ?? null,
			last,
			durationMs: isOver ? Date.parse(last.endedAt!) - Date.parse(last.startedAt!) : null,
			failures: count?.failures ?? 0,
			pending: count?.pending ?? 0,
			running: isRunning(name)
		};
	});
}
