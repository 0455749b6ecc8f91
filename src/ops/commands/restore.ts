/** `ops restore FILE`: asks on a terminal, then puts a backup in the place of the configured database. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readSettings } from '#lib/server/config.ts';
import { findBackup } from '#lib/server/backup/backup-folder.ts';
import { restore as restoreBackup, type Restored, type RestorePlan } from '#lib/server/backup/restore.ts';
import type { Program } from '#lib/server/backup/staged-copy.ts';
import type { Undone } from '#lib/server/backup/undone.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { WrongUse, type OpsCommand } from '../command.ts';
import { openGauge } from '../gauge.ts';
import { backupOptions } from './backup.ts';
import { linesOf } from './verify.ts';

/** What opens a copy as this program would. */
export const program = (): Program => ({
	migrations: resolve('prisma/migrations'),
	siteTimeZone: readSettings().siteTimeZone,
	clock: () => new Date(),
	randomBytes: (size) => new Uint8Array(randomBytes(size)),
	newId: () => newUuid()
});

export const restore: OpsCommand = {
	takes: [{ word: 'FILE', about: 'a backup: its name in BACKUP_DIR, its folder, or a file in it' }],
	options: {
		force: { type: 'boolean', about: 'do not ask; take the backup of another installation too' },
		'as-staging': { type: 'boolean', about: 'the copy becomes another installation, beside production' },
		until: { type: 'string', about: 'replay the journal up to this time only, such as 2026-05-04T14:30+02:00' },
		'no-heal': { type: 'boolean', about: 'do not replay the journal: the state of the backup' },
		'dry-run': { type: 'boolean', about: 'unpack, migrate and check a copy, and throw it away' }
	},
	run: async ({ force, 'as-staging': asStaging, until, 'no-heal': noHeal, 'dry-run': dryRun }, [file = '']) => {
		if (noHeal === true && until !== undefined) throw new WrongUse('--no-heal replays nothing: leave out --until.');
		const { databaseFile, backupDir } = readSettings();
		const isDry = dryRun === true;
		const isForced = force === true;
		if (!isDry && !isForced && process.stdin.isTTY !== true) {
			throw new WrongUse('Nobody can be asked here: say --force, or --dry-run to try it out.');
		}
		const gauge = openGauge();
		const backup = backupOptions();
		const folder = findBackup(backupDir, file);
		const restored = await restoreBackup({
			...program(),
			folder,
			databaseFile,
			uploadDir: backup.uploadDir,
			backup,
			asStaging: asStaging === true,
			journalDir: noHeal === true ? null : backupDir,
			until: typeof until === 'string' ? instant(until) : null,
			force: isForced,
			dryRun: isDry,
			confirm: (plan) => (isForced ? Promise.resolve(true) : ask(plan, databaseFile)),
			onStep: (step, done, total) => gauge.show(step, done, total)
		});
		gauge.clear();
		const isClean = restored.verified.findings.length === 0;
		return {
			exitCode: isDry && !isClean ? 1 : 0,
			lines: isDry ? dryLines(restored) : told(restored, databaseFile, asStaging === true),
			json: { dryRun: isDry, backup: folder, ...restored }
		};
	}
};

/** @returns ISO @throws WrongUse: a time without its zone means another one to somebody else */
function instant(text: string): string {
	const time = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : NaN;
	if (!Number.isNaN(time)) return new Date(time).toISOString();
	throw new WrongUse(`--until ${text} is no time with its zone, such as 2026-05-04T14:30+02:00 or 2026-05-04T12:30Z.`);
}

async function ask({ manifest, there }: RestorePlan, file: string): Promise<boolean> {
	const { madeAt, headSeq, counts } = manifest;
	const lines = [
		`The backup of ${madeAt}: ${counts['shipment']} shipments, ${counts['carton']} cartons, change ${headSeq}.`,
		there.kind === 'nothing' ? `${file} is made new.` : `${file} is replaced; it is backed up first and kept beside.`,
		...(there.kind === 'database'
			? [
					`It is at change ${there.headSeq}: what came since comes back from the journal and from phones, as far as they know it.`
				]
			: []),
		...(there.kind === 'unreadable' ? [`It cannot be read: ${there.why}`] : [])
	];
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	try {
		const answer = await terminal.question(`${lines.join('\n')}\nType "restore" to go on: `);
		return answer.trim() === 'restore';
	} finally {
		terminal.close();
	}
}

const WORDS: Record<Undone['what'], string> = {
	device_revoked: 'Device was revoked, and is active again',
	account_deactivated: 'Account was deactivated, and is active again',
	api_key_revoked: 'API key was revoked, and opens again',
	account_demoted: 'Account had a lesser role',
	grant_ended: 'Device had lost a person',
	link_renewed: 'Tracking link was renewed, and the old one opens again',
	case_closed: 'Case was closed, and is open again',
	shipment_archived: 'Shipment was archived, and is back'
};

function told(
	{ backedUpAs, replaced, journal, undone, lostMutations, ...restored }: Restored,
	file: string,
	asStaging: boolean
): string[] {
	const { epoch, sessionsEnded, linksVoided, mailHeld, mailDiscarded, numbers, uploadsRestored, verified } = restored;
	const { webhooksHeld } = restored;
	return [
		`Restored into ${file}, epoch ${epoch}${asStaging ? ', as an installation of its own' : ''}.`,
		...(backedUpAs === null ? [] : [`What was there is backup ${backedUpAs}.`]),
		...(replaced === null ? [] : [`Its file is ${replaced}: remove it when all is well.`]),
		`${sessionsEnded} sessions ended: everybody signs in again.`,
		...(linksVoided === 0 ? [] : [`${linksVoided} one-time links are void.`]),
		...(mailHeld === 0
			? []
			: [
					`${mailHeld} queued messages are held until an admin releases them: npm run -s ops -- email-queue --release-held`
				]),
		...(mailDiscarded === 0 ? [] : [`${mailDiscarded} queued messages were discarded; mail goes to the log here.`]),
		...(webhooksHeld === 0
			? []
			: [`${webhooksHeld} webhooks are held until an admin activates them at /admin/integrations.`]),
		numbers === 'skipped'
			? 'Nothing told how far numbers went: 1,000 references and 100,000 carton codes were skipped.'
			: 'Numbers go on above all that were given out.',
		...(uploadsRestored === 0 ? [] : [`${uploadsRestored} uploaded files came back.`]),
		...journalLines(journal),
		...(lostMutations === 0
			? []
			: [`${lostMutations} decisions are not in it: phones that still know them bring them back (/admin/restore).`]),
		...undone.map(({ what, id }) => `Undone, do it again: ${WORDS[what]} (${id})`),
		...linesOf(verified),
		'Start the server.'
	];
}

/** What came back, and what the journal itself lacks. */
function journalLines(journal: Restored['journal']): string[] {
	if (journal === null)
		return ['No journal was replayed: every device is unconfirmed until an admin has looked at /admin/devices.'];
	const { transactions, until, holes, refused, isCut } = journal;
	const missing = holes.reduce((sum, { from, through }) => sum + through - from + 1, 0);
	const notTaken = Object.values(refused).reduce((sum, n) => sum + n, 0);
	return [
		transactions === 0
			? 'The journal had nothing to add.'
			: `The journal brought back ${transactions} transactions, up to ${until}${isCut ? ', where it was cut as asked' : ''}.`,
		...(missing === 0 ? [] : [`The journal lacks ${missing} transactions: phones may know them.`]),
		...(notTaken === 0 ? [] : [`${notTaken} of its rows were not taken: ${Object.keys(refused).join(', ')}.`])
	];
}

const dryLines = ({
	verified,
	journal,
	mailHeld,
	webhooksHeld,
	numbers,
	undone,
	lostMutations
}: Restored): string[] => [
	'It would be restored: unpacked, migrated and checked. Nothing was replaced.',
	...journalLines(journal),
	...(numbers === 'skipped' ? ['1,000 references and 100,000 carton codes would be skipped.'] : []),
	...(mailHeld === 0 ? [] : [`${mailHeld} queued messages would be held.`]),
	...(webhooksHeld === 0 ? [] : [`${webhooksHeld} webhooks would be held.`]),
	...(lostMutations === 0 ? [] : [`${lostMutations} decisions since the backup would be lost here.`]),
	...undone.map(({ what, id }) => `It would undo: ${WORDS[what]} (${id})`),
	...linesOf(verified)
];
