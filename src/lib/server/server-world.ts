/**
 * The server's parts, put together once per process: store, read client, access, log. `hooks.server.ts`, the command line and
 * the tests each make one and close it.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Access } from './access/access.ts';
import { SyncBudget } from './access/sync-budget.ts';
import type { Settings } from './config.ts';
import { openLog, type Log } from './log.ts';
import { openReadClient, type ReadClient } from './store/read-client.ts';
import { openStore } from './store/store.ts';
import type { Store } from './store/store-port.ts';
import { newUuid } from './uuid.ts';

export interface ServerWorld {
	settings: Settings;
	version: string;
	store: Store;
	/** Prisma on a connection that cannot write: the desk's reads. */
	reader: ReadClient;
	access: Access;
	syncBudget: SyncBudget;
	log: Log;
	clock: () => Date;
	/** Finishes what is being written and closes the database. */
	close(): Promise<void>;
}

export interface WorldOptions {
	clock?: () => Date;
	migrations?: string;
}

/** @throws StartRefusal when the database cannot be served */
export async function createServerWorld(settings: Settings, options: WorldOptions = {}): Promise<ServerWorld> {
	const clock = options.clock ?? (() => new Date());
	const log = openLog(settings);
	const store = openStore({
		file: settings.databaseFile,
		// Never on an empty one by mistake: production makes its database with `ops migrate`.
		create: !settings.production,
		migrations: options.migrations ?? resolve('prisma/migrations'),
		siteTimeZone: settings.siteTimeZone,
		clock,
		randomBytes: (size) => new Uint8Array(randomBytes(size)),
		newId: () => newUuid(),
		warn: (event, detail) => log.warn({ event, ...detail })
	});
	const reader = openReadClient(settings.databaseFile);
	return {
		settings,
		version: settings.appVersion ?? 'dev',
		store,
		reader,
		access: new Access(store, settings.sessionSecret, clock),
		syncBudget: new SyncBudget(settings.deviceCallsPerMinute),
		log,
		clock,
		close: async () => {
			await reader.$disconnect();
			await store.close();
		}
	};
}
