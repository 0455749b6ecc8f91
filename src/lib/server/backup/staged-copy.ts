/**
 * A backup unpacked into a folder of its own and made ready to be served: proved equal to its manifest, migrated by this
 * program, with its change feed made anew. `restore` puts it in the place of the database, `restore-drill` throws it away.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openToRead } from '#lib/server/store/open.ts';
import { soundnessFaults } from '#lib/server/store/soundness.ts';
import { openStore } from '#lib/server/store/store.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { verifyDatabase, type OnPart, type Verified } from '#lib/server/verify/verify-database.ts';
import { BackupRefusal, writingRefusal } from './backup-refusal.ts';
import { removeLeftovers } from './backup-folder.ts';
import { factFaults } from './database-facts.ts';
import { expandFile, PRIVATE_FOLDER, type OnBytes } from './durable-files.ts';
import { DATABASE, type Manifest } from './manifest.ts';

/** What a store needs to know to open a copy. */
export interface Program {
	/** The folder of migrations. */
	migrations: string;
	siteTimeZone: string;
	clock: () => Date;
	randomBytes: (size: number) => Uint8Array;
	newId: () => string;
}

/** A new hidden folder beside `file`, on the same disk, so that one rename suffices; what killed runs left there goes. */
export function makeStagingFolder(file: string): string {
	const beside = dirname(file);
	try {
		mkdirSync(beside, { recursive: true });
		removeLeftovers(beside);
		const folder = join(beside, `.making-${process.pid}-restored`);
		if (existsSync(folder)) rmSync(folder, { recursive: true });
		mkdirSync(folder, { mode: PRIVATE_FOLDER });
		return folder;
	} catch (error) {
		throw writingRefusal(error, beside);
	}
}

/** @throws BackupRefusal where a newer program made the backup: this one would not understand it */
export function requireKnownSchema(folder: string, { schema }: Manifest, { migrations }: Program): void {
	if (readdirSync(migrations).includes(schema.latestMigration)) return;
	const why = `its database has had the migration ${schema.latestMigration}, which this program does not know.`;
	throw new BackupRefusal('newer', folder, why, 'Install the program that made it, or a newer one.');
}

/** Unpacks and compares with the manifest. @returns the copy's path @throws BackupRefusal */
export async function unpackCopy(
	folder: string,
	manifest: Manifest,
	staging: string,
	onBytes?: OnBytes
): Promise<string> {
	const copy = join(staging, 'escale.db');
	const weighed = await expandFile(join(folder, DATABASE), copy, onBytes);
	const isSame = weighed.sha256 === manifest.unpacked.sha256;
	const faults = isSame ? readOn(copy, (db) => factFaults(db, manifest)) : ['it unpacks to something else'];
	if (faults.length === 0) return copy;
	throw new BackupRefusal(
		'tampered',
		folder,
		`it is not what its manifest says (${faults[0]}).`,
		'Take another backup.'
	);
}

/**
 * Migrates the copy and lets `change` write in it.
 * @throws StartRefusal when this program could not serve it
 */
export async function prepareCopy<T>(copy: string, program: Program, change: (db: Database) => T): Promise<T> {
	// Of what the caller knows besides, such as where journals lie, the copy's store must know nothing.
	const { migrations, siteTimeZone, clock, randomBytes, newId } = program;
	const store = openStore({
		migrations,
		siteTimeZone,
		clock,
		randomBytes,
		newId,
		file: copy,
		create: false,
		isCopy: true
	});
	try {
		return await store.write(change);
	} finally {
		await store.close();
	}
}

/** @throws BackupRefusal when SQLite finds it damaged; what only the ledgers say is returned */
export function checkCopy(copy: string, now: Date, onPart?: OnPart): Verified {
	return readOn(copy, (db) => {
		const faults = soundnessFaults(db);
		if (faults.length > 0) {
			throw new BackupRefusal('unsound', copy, `the restored copy is damaged (${faults[0]}).`, 'Take another backup.');
		}
		return verifyDatabase(db, now, onPart);
	});
}

export function readOn<T>(file: string, work: (db: Database) => T): T {
	const db = openToRead(file);
	try {
		return work(db);
	} finally {
		db.close();
	}
}
