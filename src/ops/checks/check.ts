/** What a check of `ops check` is. Each looks at one thing, reads only, and says what it found and what to do about it. */
import type { Records, ListedBackup } from '#lib/server/backup/backup-folder.ts';
import type { Settings } from '#lib/server/config.ts';
import type { MailFigures } from '#lib/server/mail-figures.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Served } from './running-server.ts';

export const LEVELS = ['INFO', 'WARNING', 'ERROR'] as const;
export type Level = (typeof LEVELS)[number];

/** Everything that a check may look at, gathered once. */
export interface Looked {
	settings: Settings;
	now: Date;
	/** `v20.19.0` */
	node: string;
	/** A reader of the database, or null with the reason why there is none. */
	db: Database | null;
	whyNoDatabase: string;
	/** Null: the database or the schema could not be read. */
	migrations: { pending: string[]; unknown: string[]; edited: string[]; failed: string[]; drift: string } | null;
	/** Pragmas of a writer that this machine's SQLite does not take. */
	writerFaults: readonly string[];
	/** How many contacts and shipments are out of scope; null: could not be asked. */
	contactIssues: number | null;
	/** By how much the clock is behind what was written already, in seconds; null: could not be asked. */
	behindSeconds: number | null;
	/** Null: could not be asked. */
	mail: MailFigures | null;
	/** What the running server answers; null: none does. */
	served: Served | null;
	/** Permissions of the file `.env`, or null where there is none. */
	envMode: number | null;
	/** Bytes: of the database, and free on its disk. */
	databaseBytes: number;
	freeBytes: number;
	/** The disk that each lies on; null where it does not exist yet. */
	databaseDevice: number | null;
	backupDevice: number | null;
	backups: readonly ListedBackup[];
	records: Records;
}

export interface Finding {
	level: Level;
	/** What is so, one sentence. */
	finding: string;
	/** What to do, one sentence. */
	remedy: string;
}

export interface Check {
	/** Never changes once it was released: monitors and exceptions name it. */
	id: string;
	/** Null: nothing to say. */
	look: (looked: Looked) => Finding | null;
}

export const error = (finding: string, remedy: string): Finding => ({ level: 'ERROR', finding, remedy });
export const info = (finding: string, remedy: string): Finding => ({ level: 'INFO', finding, remedy });
export const warning = (finding: string, remedy: string): Finding => ({ level: 'WARNING', finding, remedy });
