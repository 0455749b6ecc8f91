/** What must hold of every installation, a laptop's too: the program, the database, the contacts. */
import { LOWEST_NODE, NODE_ENDS } from './node-versions.ts';
import { error, warning, type Check, type Looked } from './check.ts';
import { LAN_CHECK } from './lan-check.ts';
import { feedFaults } from '#lib/server/store/triggers.ts';
import { sql } from '#lib/server/store/sql.ts';

const DAY_SECONDS = 86_400;
/** More than two clocks that are kept may differ. */
const CLOCK_SECONDS = 300;
/** As /api/health: later than several rounds of the queue. */
const MAIL_SECONDS = 900;

const versionOf = (text: string): number[] => text.replace(/^v/, '').split('.').map(Number);

function isBelow(found: readonly number[], lowest: readonly number[]): boolean {
	const i = lowest.findIndex((part, at) => (found[at] ?? 0) !== part);
	return i >= 0 && (found[i] ?? 0) < lowest[i]!;
}

/** A migration problem by its kind, or null. */
function migrationNames({ migrations }: Looked, kind: 'pending' | 'unknown' | 'edited' | 'failed'): string | null {
	const names = migrations?.[kind] ?? [];
	return names.length === 0 ? null : names.join(', ');
}

export const INSTALLATION_CHECKS: readonly Check[] = [
	{
		id: 'node.supported',
		look: ({ node, now }) => {
			const version = versionOf(node);
			if (isBelow(version, versionOf(LOWEST_NODE)))
				return error(`Node ${node} is older than ${LOWEST_NODE}.`, 'Install a newer Node.');
			const ends = NODE_ENDS[version[0]!];
			return ends !== undefined && now >= new Date(ends)
				? warning(`Node ${version[0]} has had no security fixes since ${ends}.`, 'Install a Node that is supported.')
				: null;
		}
	},
	{
		id: 'database.readable',
		look: ({ db, whyNoDatabase }) =>
			db === null ? error(whyNoDatabase, 'Check DATABASE_URL, or restore the newest backup.') : null
	},
	{
		id: 'database.sound',
		look: ({ db }) => {
			const found = db === null ? 'ok' : (db.pragma('quick_check(1)', { simple: true }) as string);
			return found === 'ok'
				? null
				: error(`The database is damaged: ${found}.`, 'Restore the newest backup: npm run -s ops -- restore FILE');
		}
	},
	{
		id: 'database.wal',
		look: ({ db }) => {
			const mode = db === null ? 'wal' : (db.pragma('journal_mode', { simple: true }) as string);
			return mode === 'wal'
				? null
				: warning(`The database is in the mode ${mode}: readers wait for the writer.`, 'Start the server once.');
		}
	},
	{
		id: 'database.pragmas',
		look: ({ writerFaults }) =>
			writerFaults.length === 0
				? null
				: error(
						`SQLite takes ${writerFaults.join(', ')}: commits may be lost.`,
						'Report this: it is a fault of the program or of its SQLite.'
					)
	},
	{
		id: 'database.feed',
		look: ({ db, migrations }) => {
			// An update that waits brings its own.
			const isOurs = db !== null && isServed(db) && migrations?.pending.length === 0;
			const missing = isOurs ? feedFaults(db) : [];
			return missing.length === 0
				? null
				: error(`The change feed lacks ${missing.join(', ')}.`, 'Start the server again: it makes the feed anew.');
		}
	},
	{
		id: 'migrations.pending',
		look: (looked) => {
			const names = migrationNames(looked, 'pending');
			return names === null
				? null
				: warning(`Not applied yet: ${names}.`, 'Restart the server, or: npm run -s ops -- migrate');
		}
	},
	{
		id: 'migrations.newer',
		look: (looked) => {
			const names = migrationNames(looked, 'unknown');
			return names === null
				? null
				: error(`The database is newer than this program: ${names}.`, 'Install the newer program.');
		}
	},
	{
		id: 'migrations.edited',
		look: (looked) => {
			const names = migrationNames(looked, 'edited') ?? migrationNames(looked, 'failed');
			return names === null
				? null
				: error(`Edited or broken off: ${names}.`, 'Put the released files back, or restore a backup.');
		}
	},
	{
		id: 'migrations.drift',
		look: ({ migrations }) =>
			!migrations || migrations.drift === '' || migrations.pending.length > 0
				? null
				: error('The tables are not those of the schema.', 'See what differs: npm run -s ops -- db-check')
	},
	{
		id: 'contacts.scope',
		look: ({ contactIssues }) =>
			contactIssues
				? warning(`${contactIssues} contacts or shipments are out of scope.`, 'List: npm run -s ops -- audit-contacts')
				: null
	},
	{
		id: 'clock.behind',
		look: ({ behindSeconds }) => {
			if (behindSeconds === null || behindSeconds < CLOCK_SECONDS) return null;
			const what = `This machine's clock is ${Math.round(behindSeconds / 60)} minutes behind what was written here already.`;
			const remedy = 'Set the clock and let it be kept: timedatectl set-ntp true';
			return behindSeconds >= DAY_SECONDS ? error(what, remedy) : warning(what, remedy);
		}
	},
	{
		id: 'mail.queue',
		look: ({ mail }) => {
			if (mail === null) return null;
			const { overdueSeconds, states } = mail;
			const remedy = 'See why: npm run -s ops -- email-queue';
			if (overdueSeconds > MAIL_SECONDS)
				return warning(`Mail that is due waits for ${Math.round(overdueSeconds / 60)} minutes.`, remedy);
			return states.failed > 0 ? warning(`${states.failed} messages were given up.`, remedy) : null;
		}
	},
	LAN_CHECK,
	{
		id: 'disk.free',
		look: ({ databaseBytes, freeBytes }) =>
			freeBytes > 2 * databaseBytes
				? null
				: error('Less than twice the database is free on its disk.', 'Free some space: backup and restore need it.')
	}
];

const isServed = (db: NonNullable<Looked['db']>): boolean =>
	sql(db, 'SELECT 1 FROM sync_meta WHERE id = 1').get() !== undefined;
