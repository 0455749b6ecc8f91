/**
 * What happens to a database between its migrations and its first use: it becomes ours, learns what the files beside it know
 * better, and is told from one that somebody lost or copied back by hand. Run once at each start, by `store.ts`.
 */
import { SCHEMA_CURRENT, SCHEMA_MIN } from '#lib/protocol/version.ts';
import { journalFolder, lastJournaled } from '#lib/server/journal/journal-files.ts';
import { beginEpoch, readJournalMeta } from '#lib/server/journal/journal.ts';
import { beginHealing, reportRestore } from '#lib/server/sync/restore-report.ts';
import { allHeads, raiseHead } from './allocators.ts';
import { settleDigests } from './digest-sums.ts';
import { headSeq } from './group-commit.ts';
import { headKey, type Heads, type HighWater } from './high-water.ts';
import { APPLICATION } from './open.ts';
import { sql } from './sql.ts';
import { StartRefusal } from './start-refusal.ts';
import type { Database, StoreOptions } from './store-port.ts';

/** A database from which nothing was ever served, beside a file which says that much was: somebody lost the one that was here. */
export function refuseEmptied(db: Database, highWater: HighWater, file: string): void {
	const isNew = sql(db, 'SELECT 1 FROM sync_meta').get() === undefined;
	const headSeq = isNew ? (highWater.read()?.headSeq ?? 0) : 0;
	if (headSeq === 0) return;
	throw new StartRefusal(
		'emptied',
		file,
		`it is empty, and ${file}.high-water.json says that this installation had made ${headSeq} changes.`,
		'Restore the newest backup: npm run -s ops -- restore FILE; for a new installation remove that file.'
	);
}

/** The row that makes a new database ours, what the files beside it know better, and hashes that a migration emptied. */
export function prepareDatabase(
	db: Database,
	highWater: HighWater,
	{ newId, clock, journalDir, isCopy = false, warn = () => {} }: StoreOptions
): void {
	sql(
		db,
		`INSERT INTO sync_meta (id, application, instance, epoch, floor_seq, schema_min, schema_current) VALUES (1, ?, ?, ?, 0, ?, ?)
		ON CONFLICT (id) DO UPDATE SET schema_min = excluded.schema_min, schema_current = excluded.schema_current`
	).run(APPLICATION, newId(), newId(), SCHEMA_MIN, SCHEMA_CURRENT);
	const written = highWater.read();
	const { epoch, seq } = readJournalMeta(db);
	const journaled = journalDir === undefined ? 0 : lastJournaled(journalFolder(journalDir, epoch));
	const isBehindFile = written !== null && written.epoch === epoch && written.headSeq > headSeq(db);
	const isOlderCopy = isBehindFile || journaled > seq;
	if (written !== null && (isOlderCopy || written.epoch !== epoch)) {
		for (const [key, next] of Object.entries(written.heads)) {
			const [name, year] = key.split(':');
			raiseHead(db, name!, Number(year), next);
		}
	}
	if (isOlderCopy) {
		// Phones know more than this copy: what they hold of the former epoch is void.
		beginEpoch(db, newId());
		const lost = { backupMadeAt: null, journal: null, undone: [], lostMutations: 0 };
		reportRestore(db, clock(), lost, 'copied_back');
		warn('database_copied_back', { knownSeq: written?.headSeq, foundSeq: headSeq(db), journaled, seq });
	}
	if (!isCopy) beginHealing(db, clock());
	settleDigests(db);
}

/** How far numbers were given out, into the file beside the database. */
export function writeHeads(db: Database, highWater: HighWater, epoch: string): void {
	const heads: Heads = {};
	for (const { name, year, next } of allHeads(db)) heads[headKey(name, year)] = next;
	highWater.write(epoch, headSeq(db), heads);
}
