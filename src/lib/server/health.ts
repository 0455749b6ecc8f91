/** How the server is: `status` depends on the database and its migrations alone. */
import { sql } from '#lib/server/store/sql.ts';
import { pendingMigrations } from '#lib/server/store/migrate.ts';
import type { ServerWorld } from './server-world.ts';

export interface Health {
	status: 'ok' | 'degraded';
	checks: {
		db: { status: 'ok' | 'failed'; latency_ms: number };
		migrations: { status: 'ok' | 'pending' | 'failed'; pending_count?: number };
	};
	version: string;
}

export function checkHealth({
	store,
	version,
	migrations: folder
}: Pick<ServerWorld, 'store' | 'version' | 'migrations'>): Health {
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
		checks: { db: { status: db, latency_ms: latency }, migrations },
		version
	};
}
