/** `ops stats`: how large the database is and how it grows, what was slow, what went wrong, which devices there are. Reads only. */
import { statSync } from 'node:fs';
import { readSettings } from '#lib/server/config.ts';
import { readSizes } from '#lib/server/jobs/size-sample-job.ts';
import { readLogs, topicOf } from '#lib/server/logs/read-logs.ts';
import { openToRead } from '#lib/server/store/open.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { OpsCommand } from '../command.ts';
import { size } from '../sizes.ts';

const DAY_MS = 86_400_000;
const MOST_TABLES = 12;
const MOST_STATEMENTS = 5;

interface Table {
	table: string;
	/** With its indexes. */
	bytes: number;
}

interface Growth {
	days: number;
	/** Null: no sample is that old. */
	bytes: number | null;
	rows: Record<string, number> | null;
}

interface Slow {
	statement: string;
	count: number;
	slowestMs: number;
}

export const stats: OpsCommand = {
	options: {},
	run: async () => {
		const { databaseFile, logDir } = readSettings();
		const now = new Date();
		const db = openToRead(databaseFile);
		try {
			const sizes = readSizes(db);
			const walBytes = statSync(`${databaseFile}-wal`, { throwIfNoEntry: false })?.size ?? 0;
			const tables = tableSizes(db);
			const growth = [7, 30].map((days) => growthSince(db, days, now, sizes));
			const devices = countDevices(db, now);
			const log = logDir === null ? null : await readDay(logDir, now);
			return {
				exitCode: 0,
				lines: [
					`Database ${size(sizes.bytes)}, ${size(walBytes)} waiting to be merged.`,
					...tables.slice(0, MOST_TABLES).map(({ table, bytes }) => `  ${table.padEnd(20)} ${size(bytes).padStart(9)}`),
					...growth.map(growthLine),
					`Devices: ${devices.active} active, ${devices.seen24h} seen in 24 h, ${devices.queued} mutations queued on them, ${devices.revoked} revoked.`,
					...(log === null ? ['What was slow or went wrong is not known: LOG_DIR is not set.'] : logLines(log))
				],
				json: { databaseBytes: sizes.bytes, walBytes, rows: sizes.tables, tables, growth, devices, log }
			};
		} finally {
			db.close();
		}
	}
};

/** Largest first. */
const tableSizes = (db: Database): Table[] =>
	sql<Table>(
		db,
		`SELECT COALESCE(tbl_name, dbstat.name) AS "table", sum(pgsize) AS bytes
		 FROM dbstat LEFT JOIN sqlite_master ON sqlite_master.name = dbstat.name
		 WHERE aggregate = TRUE GROUP BY 1 ORDER BY 2 DESC`
	).all();

/** Compared with the newest sample that is at least so old. */
function growthSince(db: Database, days: number, now: Date, sizes: ReturnType<typeof readSizes>): Growth {
	const day = new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10);
	const sample = sql<{ bytes: number; tables: string }>(
		db,
		`SELECT bytes, tables FROM size_sample WHERE day <= ? ORDER BY day DESC LIMIT 1`
	).get(day);
	if (sample === undefined) return { days, bytes: null, rows: null };
	const before = JSON.parse(sample.tables) as Record<string, number>;
	const rows = Object.entries(sizes.tables).map(([table, count]) => [table, count - (before[table] ?? 0)]);
	return { days, bytes: sizes.bytes - sample.bytes, rows: Object.fromEntries(rows) as Record<string, number> };
}

function growthLine({ days, bytes, rows }: Growth): string {
	if (bytes === null || rows === null) return `Growth in ${days} days: not known yet, a sample is taken each night.`;
	const grown = Object.entries(rows)
		.filter(([, count]) => count !== 0)
		.map(([table, count]) => `${table} ${count > 0 ? '+' : ''}${count}`);
	return `Growth in ${days} days: ${bytes < 0 ? '−' : ''}${size(Math.abs(bytes))}${grown.length > 0 ? ` (${grown.join(', ')})` : ''}.`;
}

function countDevices(db: Database, now: Date): { active: number; revoked: number; seen24h: number; queued: number } {
	return sql<{ active: number; revoked: number; seen24h: number; queued: number }>(
		db,
		`SELECT COALESCE(sum(status = 'active'), 0) AS active, COALESCE(sum(status <> 'active'), 0) AS revoked,
			COALESCE(sum(status = 'active' AND last_seen_at >= ?), 0) AS seen24h,
			(SELECT COALESCE(sum(reported_queue), 0) FROM replica JOIN device AS d ON d.id = device_id WHERE d.status = 'active') AS queued
		 FROM device`
	).get(new Date(now.getTime() - DAY_MS).toISOString())!;
}

interface Day {
	slowest: Slow[];
	/** By event. */
	errors: Record<string, number>;
}

/** Null as long as there is no log. */
async function readDay(folder: string, now: Date): Promise<Day | null> {
	const slow = new Map<string, Slow>();
	const errors: Record<string, number> = {};
	try {
		for await (const line of readLogs(folder, { since: new Date(now.getTime() - DAY_MS), level: 'warn' })) {
			if (line.level !== 'warn') errors[topicOf(line)] = (errors[topicOf(line)] ?? 0) + 1;
			if (line.event !== 'slow_statement') continue;
			const statement = String(line['statement']);
			const known = slow.get(statement) ?? { statement, count: 0, slowestMs: 0 };
			known.count++;
			known.slowestMs = Math.max(known.slowestMs, Number(line['duration_ms']));
			slow.set(statement, known);
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	const slowest = [...slow.values()].sort((a, b) => b.slowestMs - a.slowestMs).slice(0, MOST_STATEMENTS);
	return { slowest, errors };
}

function logLines({ slowest, errors }: Day): string[] {
	const all = Object.values(errors).reduce((sum, count) => sum + count, 0);
	const kinds = Object.entries(errors).map(([topic, count]) => `${topic} ${count}`);
	return [
		`Errors in 24 h: ${all}${all === 0 ? '' : ` (${kinds.join(', ')})`}.`,
		slowest.length === 0 ? 'No statement took 100 ms in 24 h.' : 'Slowest statements in 24 h:',
		...slowest.map(({ slowestMs, count, statement }) => `  ${slowestMs} ms, ${count}×: ${statement.slice(0, 160)}`)
	];
}
