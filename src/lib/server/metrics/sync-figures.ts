/**
 * How far phones are behind, as far as they have said: how much each had queued at its last hello, and when each was last
 * heard of. A phone that is offline says nothing, so its lag is the time since it was heard of with something queued.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Metrics } from './metrics.ts';

const HOUR_MS = 3_600_000;
/** A phone that was not heard of for longer is out of use. */
const IN_USE_MS = 30 * 24 * HOUR_MS;
const WINDOWS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '30d': IN_USE_MS };

interface Behind {
	queued: number;
	mostQueued: number;
	/** ISO; null: nobody had anything queued. */
	longestSilent: string | null;
	latestContact: string | null;
}

export function setSyncFigures(metrics: Metrics, { store, clock }: Pick<ServerWorld, 'store' | 'clock'>): void {
	const now = clock().getTime();
	const behind = store.read((db) => readBehind(db, new Date(now - IN_USE_MS).toISOString()));
	const secondsSince = (at: string | null) => (at === null ? 0 : Math.max(0, (now - Date.parse(at)) / 1000));

	const depth = metrics.gauge('wms_sync_queue_depth', 'Mutations that phones had queued when they last said.', [
		'stat'
	]);
	depth.set({ stat: 'sum' }, behind.queued);
	depth.set({ stat: 'max' }, behind.mostQueued);
	metrics
		.gauge('wms_sync_lag_seconds', 'How long the longest silent phone that had mutations queued was not heard of.')
		.set(secondsSince(behind.longestSilent));
	metrics
		.gauge('wms_sync_last_contact_seconds', 'How long no phone at all was heard of; 0 while none is in use.')
		.set(secondsSince(behind.latestContact));

	const seen = metrics.gauge('wms_sync_replicas_seen', 'Phones heard of within the window.', ['window']);
	for (const [window, ms] of Object.entries(WINDOWS)) {
		const since = new Date(now - ms).toISOString();
		seen.set(
			{ window },
			store.read((db) => countSince(db, since))
		);
	}
	const streams = metrics.gauge('wms_sync_streams', 'Open event streams.', ['kind']);
	const { desk, phone } = store.events.streams();
	streams.set({ kind: 'desk' }, desk);
	streams.set({ kind: 'phone' }, phone);
}

/** Only of devices that were not revoked. */
const readBehind = (db: Database, since: string): Behind =>
	sql<Behind>(
		db,
		`SELECT COALESCE(sum(reported_queue), 0) AS queued, COALESCE(max(reported_queue), 0) AS mostQueued,
			min(CASE WHEN reported_queue > 0 THEN replica.last_seen_at END) AS longestSilent,
			max(replica.last_seen_at) AS latestContact
		 FROM replica JOIN device ON device.id = replica.device_id
		 WHERE device.status = 'active' AND replica.last_seen_at >= ?`
	).get(since)!;

const countSince = (db: Database, since: string): number =>
	sql<{ n: number }>(db, `SELECT count(*) AS n FROM replica WHERE device_id IS NOT NULL AND last_seen_at >= ?`).get(
		since
	)!.n;
