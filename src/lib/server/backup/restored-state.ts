/**
 * What a restored database must not go on with as if nothing had happened (sync §6): a new epoch, so that phones start over;
 * numbers above everything that was ever given out; nobody signed in; one-time links void; nobody written to. Runs on the staged copy, before it takes its place.
 */
import { discardQueued, holdQueued } from '#lib/server/mail/held.ts';
import { beginEpoch } from '#lib/server/journal/journal.ts';
import { allHeads, localYear, raiseHead } from '#lib/server/store/allocators.ts';
import { HighWater } from '#lib/server/store/high-water.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** [R5] Where nothing tells how far numbers went, so many are skipped. */
const SKIPPED_REFERENCES = 1_000;
const SKIPPED_CODES = 100_000;

export type Head = ReturnType<typeof allHeads>[number];

export interface NewState {
	epoch: string;
	/** Where the copy becomes another installation; null: it stays the one it was. */
	instance: string | null;
	/** The database that is being replaced: its high-water file lies beside it. */
	replaces: string;
	/** The allocators of that database; empty where it cannot be read. */
	replacedHeads: readonly Head[];
	now: Date;
	siteTimeZone: string;
}

export interface StateChanged {
	sessionsEnded: number;
	linksVoided: number;
	/** Messages that were queued: they wait for an admin. */
	mailHeld: number;
	/** As staging: they are never delivered. */
	mailDiscarded: number;
	/** Nothing is sent to them before an admin has activated them. */
	webhooksHeld: number;
	/** How far numbers went was told by the file beside the database, or so many were skipped. */
	numbers: 'high-water' | 'skipped';
}

/** Inside a write transaction. */
export function changeState(db: Database, state: NewState): StateChanged {
	const { epoch, instance, replaces, replacedHeads } = state;
	beginEpoch(db, epoch);
	if (instance !== null) sql(db, `UPDATE sync_meta SET instance = ? WHERE id = 1`).run(instance);
	for (const { name, year, next } of replacedHeads) raiseHead(db, name, year, next);
	const written = new HighWater(replaces).read();
	if (written === null) skipNumbers(db, state);
	for (const [key, next] of Object.entries(written?.heads ?? {})) {
		const [name = '', year] = key.split(':');
		raiseHead(db, name, Number(year), next);
	}
	const { changes: sessionsEnded } = sql(db, 'DELETE FROM session').run();
	const { changes: linksVoided } = sql(db, 'DELETE FROM one_time_link').run();
	const isStaging = instance !== null;
	if (isStaging) sql(db, 'UPDATE sync_meta SET staging = 1 WHERE id = 1').run();
	const mailDiscarded = isStaging ? discardQueued(db, state.now.toISOString()) : 0;
	const mailHeld = isStaging ? 0 : holdQueued(db);
	const { changes: webhooksHeld } = sql(
		db,
		`UPDATE webhook SET state = 'held', state_reason = 'restored', state_since = ? WHERE state = 'active'`
	).run(state.now.toISOString());
	return {
		sessionsEnded,
		linksVoided,
		mailHeld,
		mailDiscarded,
		webhooksHeld,
		numbers: written === null ? 'skipped' : 'high-water'
	};
}

/** References count by year, and this year's may have begun after the backup. */
function skipNumbers(db: Database, { now, siteTimeZone }: NewState): void {
	const begun: Head[] = [
		{ name: 'shipment', year: localYear(now, siteTimeZone), next: 1 },
		{ name: 'temporary', year: 0, next: 1 },
		{ name: 'carton', year: 0, next: 1 }
	];
	for (const { name, year, next } of begun) raiseHead(db, name, year, next);
	for (const { name, year, next } of allHeads(db)) {
		raiseHead(db, name, year, next + (name === 'carton' ? SKIPPED_CODES : SKIPPED_REFERENCES));
	}
}
