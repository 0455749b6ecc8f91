/**
 * [I29] History older than the retention leaves the change feed. Which changes are so old is known from marks, which the
 * nightly upkeep sets: the head of the feed at a time. The floor is raised first, in a transaction of its own; from then on a
 * phone below it is told to load a snapshot, and what is deleted afterwards, a slice at a time, nobody is given any more.
 */
import { headSeq } from './group-commit.ts';
import { sql } from './sql.ts';
import type { Database, Store } from './store-port.ts';

/** Changes in one write: people's writes go on between two. */
export const SLICE = 5_000;

/** Part of the caller's write: the feed reaches this far at this time. Marks that nothing needs any more go. */
export function markFeed(db: Database, at: string): void {
	sql(db, `INSERT INTO feed_mark (at, seq) VALUES (?, ?) ON CONFLICT (at) DO UPDATE SET seq = excluded.seq`).run(
		at,
		headSeq(db)
	);
	sql(db, `DELETE FROM feed_mark WHERE seq < (SELECT floor_seq FROM sync_meta WHERE id = 1)`).run();
}

export interface Compacted {
	/** Below it, a phone gets a reset. */
	floorSeq: number;
	/** Changes that left, or would. */
	changes: number;
}

/**
 * Takes what is older than `before` (ISO) from the feed. Interrupted, it leaves a raised floor and some changes below it: the
 * next call goes on. @param signal ends it after the slice under way
 */
export async function compactFeed(
	store: Pick<Store, 'read' | 'write'>,
	before: string,
	{ dryRun, signal }: { dryRun: boolean; signal: AbortSignal }
): Promise<Compacted> {
	const floorSeq = store.read((db) => floorAt(db, before));
	if (dryRun) return { floorSeq, changes: store.read((db) => countBelow(db, floorSeq)) };
	await store.write((db) =>
		sql(db, `UPDATE sync_meta SET floor_seq = ? WHERE id = 1 AND floor_seq < ?`).run(floorSeq, floorSeq)
	);
	let changes = 0;
	while (!signal.aborted) {
		const removed = await store.write((db) => removeBelow(db));
		changes += removed;
		if (removed < SLICE) break;
	}
	return { floorSeq, changes };
}

/** How far the feed had reached at that time, or the floor that there is. */
const floorAt = (db: Database, before: string): number =>
	sql<{ seq: number }>(
		db,
		`SELECT max(floor_seq, coalesce((SELECT max(seq) FROM feed_mark WHERE at <= ?), 0)) AS seq FROM sync_meta WHERE id = 1`
	).get(before)?.seq ?? 0;

const countBelow = (db: Database, floorSeq: number): number =>
	sql<{ n: number }>(db, `SELECT count(*) AS n FROM change WHERE seq <= ?`).get(floorSeq)?.n ?? 0;

const removeBelow = (db: Database): number =>
	sql(
		db,
		`DELETE FROM change WHERE seq IN (SELECT seq FROM change WHERE seq <= (SELECT floor_seq FROM sync_meta WHERE id = 1) ORDER BY seq LIMIT ${SLICE})`
	).run().changes;
