/** How the server is: `status` depends on the database and its migrations alone. */
import { resolve } from 'node:path';
import type { ServerWorld } from './server-world.ts';
import { pendingMigrations } from './store/migrate.ts';

export interface Health {
	status: 'ok' | 'degraded';
	checks: {
		db: { status: 'ok' | 'failed'; latency_ms: number };
		migrations: { status: 'ok' | 'pending' | 'failed'; pending_count?: number };
	};
	version: string;
}

export function checkHealth({ store, version }: Pick<ServerWorld, 'store' | 'version'>): Health {
	const started = performance.now();
	let db: Health['checks']['db']['status'] = 'ok';
	let migrations: Health['checks']['migrations'];
	try {
		const pending = store.read((reader) => pendingMigrations(reader, resolve('prisma/migrations'), 'database')).length;
		migrations = pending === 0 ? { status: 'ok' } : { status: 'pending', pending_count: pending };
	} catch {
		db = 'failed';
		migrations = { status: 'failed' };
	}
	const latency = Math.round((performance.now() - started) * 10) / 10;
	return {
		status: db === 'ok' && migrations.status === 'ok' ? 'ok' : 'degraded',
		checks: { db: { status: db, latency_ms: latency }, migrations },
		version
	};
}
