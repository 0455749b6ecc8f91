/** How the server is: `status` depends on the database and its migrations alone; the rest informs. */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { sql } from '#lib/server/store/sql.ts';
import { pendingMigrations } from '#lib/server/store/migrate.ts';
import { mailFigures } from './mail-figures.ts';
import type { ServerWorld } from './server-world.ts';

export interface Health {
	status: 'ok' | 'degraded';
	checks: {
		db: { status: 'ok' | 'failed'; latency_ms: number };
		migrations: { status: 'ok' | 'pending' | 'failed'; pending_count?: number };
		/** `low`: less than twice the database is free, so that a backup may not fit. Bytes. */
		disk: { status: 'ok' | 'low' | 'unknown'; free_bytes?: number };
		/** `late`: a message that is due waits for more than 15 minutes; `failed`: some were given up. */
		mail_queue: { status: 'ok' | 'late' | 'failed' | 'unknown'; pending_count?: number; failed_count?: number };
		/** Monitors that know other systems ask for it; Escale needs none. */
		redis: { status: 'skipped' };
	};
	version: string;
}

/** What a monitor hears: 503 when the database or its migrations are not right. */
export function healthAnswer(world: ServerWorld): Response {
	const health = checkHealth(world);
	return Response.json(health, {
		status: health.status === 'ok' ? 200 : 503,
		headers: { 'cache-control': 'no-store' }
	});
}

/** What a balancer hears: 503 also as soon as the server is told to stop, while it still answers. */
export function readyAnswer(world: ServerWorld): Response {
	const status = world.isLeaving ? 'stopping' : checkHealth(world).status;
	return Response.json({ status }, { status: status === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}

export function checkHealth({
	store,
	version,
	migrations: folder,
	settings,
	clock
}: Pick<ServerWorld, 'store' | 'version' | 'migrations' | 'settings' | 'clock'>): Health {
	const started = performance.now();
	let db: Health['checks']['db']['status'] = 'failed';
	let migrations: Health['checks']['migrations'];
	try {
		store.read((reader) => sql(reader, 'SELECT 1 FROM sync_meta').get());
		db = 'ok';
		const pending = store.read((reader) => pendingMigrations(reader, folder, 'database')).length;
		migrations = pending === 0 ? { status: 'ok' } : { status: 'pending', pending_count: pending };
	} catch {
		migrations = { status: 'failed' };
	}
	const latency = Math.round((performance.now() - started) * 10) / 10;
	return {
		status: db === 'ok' && migrations.status === 'ok' ? 'ok' : 'degraded',
		checks: {
			db: { status: db, latency_ms: latency },
			migrations,
			disk: checkDisk(settings.databaseFile),
			mail_queue: checkMail({ store, clock }),
			redis: { status: 'skipped' }
		},
		version
	};
}

function checkDisk(databaseFile: string): Health['checks']['disk'] {
	try {
		const { bavail, bsize } = statfsSync(dirname(databaseFile));
		const free = bavail * bsize;
		return { status: free > 2 * statSync(databaseFile).size ? 'ok' : 'low', free_bytes: free };
	} catch {
		return { status: 'unknown' };
	}
}

/** A message waits so long before anybody need look, in seconds. */
const MAIL_LATE_SECONDS = 900;

function checkMail(world: Pick<ServerWorld, 'store' | 'clock'>): Health['checks']['mail_queue'] {
	try {
		const { states, overdueSeconds } = mailFigures(world);
		const status = overdueSeconds > MAIL_LATE_SECONDS ? 'late' : states.failed > 0 ? 'failed' : 'ok';
		return { status, pending_count: states.pending + states.processing, failed_count: states.failed };
	} catch {
		return { status: 'unknown' };
	}
}
