/**
 * The server's parts, put together once per process: store, read client, access, log. `hooks.server.ts`, the command line and
 * the tests each make one and close it.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Access } from '#lib/server/access/access.ts';
import { PersonBudget } from '#lib/server/access/person-budget.ts';
import { SyncBudget } from '#lib/server/access/sync-budget.ts';
import { TrackingBudget } from '#lib/server/access/tracking-budget.ts';
import { AnswerCache } from '#lib/server/desk/answer-cache.ts';
import type { DashboardNumbers } from '#lib/server/desk/dashboard.ts';
import { BoardFeed } from '#lib/server/desk/board-feed.ts';
import { JobRunner } from '#lib/server/jobs/job-runner.ts';
import { JOBS } from '#lib/server/jobs/jobs.ts';
import { ApiKeys } from '#lib/server/integrations/api-keys.ts';
import { WebhookSeal } from '#lib/server/integrations/webhook-secret.ts';
import { WebhookSender } from '#lib/server/integrations/webhook-sender.ts';
import { Webhooks } from '#lib/server/integrations/webhooks.ts';
import { Maintenance } from '#lib/server/maintenance/maintenance.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { secondsBehind } from '#lib/server/store/newest-time.ts';
import { openStore } from '#lib/server/store/store.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { PhotoFiles } from '#lib/server/photos/photo-files.ts';
import type { Settings } from './config.ts';
import { openLog, type Log, type LogOutput, type Trouble } from './log.ts';
import { ErrorReports } from '#lib/server/logs/error-reports.ts';
import { parseDsn } from '#lib/server/logs/sentry-dsn.ts';
import { tellSlow } from '#lib/server/logs/slow-statements.ts';
import { InventoryFigures } from '#lib/server/metrics/inventory-figures.ts';
import { Metrics } from '#lib/server/metrics/metrics.ts';
import { programVersion } from './program-version.ts';
import { newUuid } from './uuid.ts';

const DASHBOARD_KEPT_MS = 60_000;
/** A few kilobytes each. */
const DASHBOARDS_KEPT = 500;

export interface ServerWorld {
	settings: Settings;
	version: string;
	store: Store;
	/** Prisma on a connection that cannot write: the desk's reads. */
	reader: ReadClient;
	/** What open boards are told. */
	boards: BoardFeed;
	access: Access;
	syncBudget: SyncBudget;
	personBudget: PersonBudget;
	trackingBudget: TrackingBudget;
	/** The dashboard's numbers, a minute long, per person and what they ask. */
	dashboards: AnswerCache<DashboardNumbers>;
	/** The photos of disputes. */
	photos: PhotoFiles;
	/** Programs: their keys, how much each may ask, whom they have told of events, and the telling. */
	apiKeys: ApiKeys;
	apiBudget: PersonBudget;
	webhooks: Webhooks;
	webhookSender: WebhookSender;
	/** The window in which the desk only reads. */
	maintenance: Maintenance;
	/** The server's own work; the web server starts it. */
	jobs: JobRunner;
	log: Log;
	metrics: Metrics;
	/** What the cartons hold, for the metrics. */
	inventory: InventoryFigures;
	clock: () => Date;
	/** The folder of migrations that the database was brought up to. */
	migrations: string;
	/** It is going to stop, so it is not ready any more; everything is still answered. */
	isLeaving: boolean;
	/** Aborts when nobody new is let in any more: open streams and what is being sent end. */
	stopping: AbortSignal;
	beginStopping(): void;
	/** Ends running jobs, finishes what is being written and closes the database. */
	close(): Promise<void>;
}

export interface WorldOptions {
	clock?: () => Date;
	/** Default: `prisma/migrations` of the folder that the server runs in. */
	migrations?: string;
	/** Where the log goes besides its files. Default: standard error; the web server's is standard output. */
	logOutput?: LogOutput;
}

/** @throws StartRefusal when the database cannot be served */
export async function createServerWorld(settings: Settings, options: WorldOptions = {}): Promise<ServerWorld> {
	const clock = options.clock ?? (() => new Date());
	const migrations = options.migrations ?? resolve('prisma/migrations');
	const version = programVersion(settings.appVersion, resolve());
	const metrics = new Metrics();
	const dsn = settings.sentryDsn === null ? null : parseDsn(settings.sentryDsn);
	const reports = dsn && new ErrorReports(dsn, version, settings.production ? 'production' : 'development', clock);
	const hear = (trouble: Trouble) => {
		metrics.error(trouble.fields['event'], trouble.severity);
		reports?.report(trouble);
	};
	const { log, close: closeLog } = openLog(settings, hear, options.logOutput);
	const warn = (event: string, detail: Record<string, unknown>) => log.warn({ event, ...detail });
	const store = openStore({
		file: settings.databaseFile,
		// Never on an empty one by mistake: production makes its database with `ops migrate`.
		create: !settings.production,
		migrations,
		siteTimeZone: settings.siteTimeZone,
		defaultShipper: settings.defaultShipper,
		origin: settings.origin,
		clock,
		randomBytes: (size) => new Uint8Array(randomBytes(size)),
		newId: () => newUuid(),
		journalDir: settings.backupDir,
		warn,
		decided: (name, verdict) => metrics.mutation(name, verdict),
		statementTook: (statement, ms) => tellSlow(log, statement, ms)
	});
	warnOfClock(store, clock(), log);
	const reader = openReadClient(settings.databaseFile, (statement, ms) => tellSlow(log, statement, ms));
	const stop = new AbortController();
	const seal = new WebhookSeal(settings.sessionSecret);
	const { production } = settings;
	const world: ServerWorld = {
		settings,
		version,
		store,
		reader,
		boards: new BoardFeed(store, clock, (error) => log.warn({ event: 'board_feed_failed', err: error })),
		access: new Access(store, settings.sessionSecret, clock, settings.shiftHours),
		syncBudget: new SyncBudget(settings.deviceCallsPerMinute),
		personBudget: new PersonBudget(settings.requestsPerMinute),
		trackingBudget: new TrackingBudget(),
		dashboards: new AnswerCache(DASHBOARD_KEPT_MS, DASHBOARDS_KEPT, clock),
		photos: new PhotoFiles(settings.uploadDir),
		apiKeys: new ApiKeys(store, settings.sessionSecret, settings.integrationApiKey, clock),
		apiBudget: new PersonBudget(settings.requestsPerMinute),
		webhooks: new Webhooks(store, seal, production, clock),
		webhookSender: new WebhookSender({ store, seal, production, version, clock, warn, stopping: stop.signal }),
		maintenance: new Maintenance(store, clock),
		jobs: new JobRunner(() => world, JOBS, settings),
		log,
		metrics,
		inventory: new InventoryFigures(metrics),
		clock,
		migrations,
		isLeaving: false,
		stopping: stop.signal,
		beginStopping: () => stop.abort(),
		close: async () => {
			stop.abort();
			await world.webhookSender.stopped();
			await world.jobs.stop();
			await reader.$disconnect();
			await store.close();
			await reports?.settled();
			await closeLog();
		}
	};
	return world;
}

const DAY_SECONDS = 86_400;

/** A machine that came up with a wrong clock serves all the same (the order of things hangs on no clock), and says so. */
function warnOfClock(store: Store, now: Date, log: Log): void {
	const behind = store.read((db) => secondsBehind(db, now));
	if (behind >= DAY_SECONDS)
		log.error(
			{ event: 'clock_behind', behind_seconds: Math.round(behind), now: now.toISOString() },
			"this machine's clock is more than a day behind what was written here already: set it"
		);
}
