/**
 * Nightly: rows that are over go. Runs of jobs, but for each job's newest; login attempts, sessions and one-time links that
 * stand for nothing any more; messages that are over, and their words long before. A late notice of a live shipment keeps its key,
 * so that it is told once.
 */
import { IDLE_MS } from '#lib/server/access/sessions.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Job } from './job.ts';

const DAY_MS = 86_400_000;
const KEPT_DAYS = { runs: 14, failedRuns: 90, attempts: 2, mailWords: 7, mail: 30, failedMail: 90 };
/** Rows in one write. */
const SLICE = 500;

/** Nothing is sent of it any more. */
const OVER = `'processed', 'discarded'`;
const LATE_AND_LIVE = `kind = 'late' AND shipment_id IN (SELECT id FROM shipment WHERE archived_at IS NULL AND closed_at IS NULL)`;

/** What goes, by table: a condition with times before which it is over. */
const outdated = (now: Date) => {
	const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
	const days = (count: number) => ago(count * DAY_MS);
	return [
		{
			name: 'runs',
			table: 'job_run',
			where: `asked_at < (CASE state WHEN 'failed' THEN ? WHEN 'interrupted' THEN ? ELSE ? END) AND state NOT IN ('pending', 'running')
				AND id NOT IN (SELECT max(id) FROM job_run WHERE dry_run = 0 GROUP BY job)`,
			times: [days(KEPT_DAYS.failedRuns), days(KEPT_DAYS.failedRuns), days(KEPT_DAYS.runs)]
		},
		{
			name: 'loginAttempts',
			table: 'login_attempt',
			where: 'window_from < ? AND (locked_until IS NULL OR locked_until < ?)',
			times: [days(KEPT_DAYS.attempts), now.toISOString()]
		},
		{
			name: 'sessions',
			table: 'session',
			where: 'expires_at < ? OR last_seen_at < ?',
			times: [now.toISOString(), ago(IDLE_MS)]
		},
		{ name: 'links', table: 'one_time_link', where: 'expires_at < ?', times: [now.toISOString()] },
		{
			name: 'mails',
			table: 'mail_message',
			where: `state IN (${OVER}) AND ended_at < ? AND NOT (${LATE_AND_LIVE})`,
			times: [days(KEPT_DAYS.mail)]
		}
	];
};

async function remove(
	{ store }: Pick<ServerWorld, 'store'>,
	{ table, where, times }: ReturnType<typeof outdated>[number],
	{ dryRun, signal }: { dryRun: boolean; signal: AbortSignal }
): Promise<number> {
	if (dryRun)
		return store.read(
			(db) => sql<{ n: number }>(db, `SELECT count(*) AS n FROM ${table} WHERE ${where}`).get(...times)?.n ?? 0
		);
	let removed = 0;
	while (!signal.aborted) {
		const { changes } = await store.write((db) =>
			sql(db, `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} LIMIT ${SLICE})`).run(
				...times
			)
		);
		removed += changes;
		if (changes < SLICE) break;
	}
	return removed;
}

export const pruneJob: Job = {
	name: 'prune',
	schedule: '45 3 * * *',
	run: async (world, options) => {
		const counts: Record<string, number> = { ...(await endWords(world, options)) };
		for (const what of outdated(world.clock())) counts[what.name] = await remove(world, what, options);
		return { counts };
	}
};

/**
 * What a message said and to whom is personal: its words are kept while somebody may ask about them. One that failed long ago
 * is given up first: without its words it could not be sent again.
 */
async function endWords({ store, clock }: ServerWorld, { dryRun, signal }: { dryRun: boolean; signal: AbortSignal }) {
	const now = clock();
	const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
	const steps = [
		{
			name: 'mailsGivenUp',
			set: `state = 'discarded'`,
			where: `state = 'failed' AND ended_at < ?`,
			time: before(KEPT_DAYS.failedMail)
		},
		{
			name: 'mailsEmptied',
			set: `subject = '', text = '', html = ''`,
			where: `state IN (${OVER}) AND ended_at < ? AND text <> ''`,
			time: before(KEPT_DAYS.mailWords)
		}
	];
	const counts: Record<string, number> = {};
	for (const { name, set, where, time } of steps) {
		counts[name] = dryRun
			? store.read((db) => sql<{ n: number }>(db, `SELECT count(*) AS n FROM mail_message WHERE ${where}`).get(time)!.n)
			: 0;
		while (!dryRun && !signal.aborted) {
			const { changes } = await store.write((db) =>
				sql(
					db,
					`UPDATE mail_message SET ${set} WHERE rowid IN (SELECT rowid FROM mail_message WHERE ${where} LIMIT ${SLICE})`
				).run(time)
			);
			counts[name] += changes;
			if (changes < SLICE) break;
		}
	}
	return counts;
}
