/**
 * The journal on the disk: `BACKUP_DIR/journal-<epoch>/`, a file per run of the server and per 16 MB, one line per committed
 * transaction, each with a checksum, so that a torn or damaged line is told from a whole one. What the lines mean is
 * `replay-journal.ts`'s.
 */
import { existsSync, readdirSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const FOLDER = 'journal-';
const SEGMENT = /^\d{12}\.jsonl$/;
/** Longer than the weekly backups that anybody would go back to with it. */
const KEPT_MS = 35 * 24 * 3_600_000;

export interface JournalHeader {
	escale: 'journal';
	epoch: string;
	instance: string;
	/** The number of the first transaction in this file. */
	from: number;
	/** The epoch that this one went on from, and through which of its transactions. */
	parent: { epoch: string; seq: number } | null;
	at: string;
}

/** One committed transaction: rows as it left them, keys of rows that it removed. */
export interface JournalEntry {
	/** 1, 2, 3 … through all epochs of an installation. */
	j: number;
	at: string;
	put: Record<string, Record<string, unknown>[]>;
	gone: Record<string, unknown[][]>;
}

export const journalFolder = (backupDir: string, epoch: string): string => join(backupDir, FOLDER + epoch);
export const segmentName = (from: number): string => `${String(from).padStart(12, '0')}.jsonl`;

/** A line with its checksum and end. */
export const sealed = (json: string): string => `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;

/** Null: torn, or damaged. */
function unsealed<T>(line: string): T | null {
	const json = line.slice(9);
	return crc32(json) === parseInt(line.slice(0, 8), 16) ? (JSON.parse(json) as T) : null;
}

/** First transaction first. */
export const segmentsIn = (folder: string): string[] =>
	existsSync(folder)
		? readdirSync(folder)
				.filter((name) => SEGMENT.test(name))
				.sort()
		: [];

/** The header of a file; null: it has none that is whole. */
export function readHeader(file: string): JournalHeader | null {
	return unsealed<JournalHeader>(readFileSync(file, 'utf8').split('\n', 1)[0]!);
}

/** What is whole in a file, up to the first line that is not. */
export function readSegment(file: string): { entries: JournalEntry[]; isTorn: boolean } {
	const [, ...lines] = readFileSync(file, 'utf8').split('\n');
	const entries: JournalEntry[] = [];
	for (const line of lines.filter((each) => each !== '')) {
		const entry = unsealed<JournalEntry>(line);
		if (entry === null) return { entries, isTorn: true };
		entries.push(entry);
	}
	return { entries, isTorn: false };
}

/** The number of the last transaction of an epoch that is on the disk; 0: none. */
export function lastJournaled(folder: string): number {
	for (const name of segmentsIn(folder).reverse()) {
		const last = readSegment(join(folder, name)).entries.at(-1);
		if (last !== undefined) return last.j;
	}
	return 0;
}

/** A journal as its oldest file tells of it. */
export interface ListedJournal {
	folder: string;
	header: JournalHeader;
}

export function listJournals(backupDir: string): ListedJournal[] {
	if (!existsSync(backupDir)) return [];
	return readdirSync(backupDir)
		.filter((name) => name.startsWith(FOLDER))
		.flatMap((name) => {
			const folder = join(backupDir, name);
			const [first] = segmentsIn(folder);
			const header = first === undefined ? null : readHeader(join(folder, first));
			return header === null ? [] : [{ folder, header }];
		});
}

/** Removes files whose last line is older than a backup that anybody would replay them over. The newest of `current` stays. */
export function pruneJournals(backupDir: string, current: string, now: Date): void {
	const before = new Date(now.getTime() - KEPT_MS).toISOString();
	for (const { folder, header } of listJournals(backupDir)) {
		const names = segmentsIn(folder);
		const isCurrent = header.epoch === current;
		for (const [n, name] of names.entries()) {
			if (n === names.length - 1 && isCurrent) break;
			const next = names[n + 1];
			const endedAt = (next === undefined ? null : readHeader(join(folder, next))?.at) ?? lastAt(join(folder, name));
			if (endedAt >= before) break;
			rmSync(join(folder, name));
		}
		if (!isCurrent && segmentsIn(folder).length === 0) rmdirSync(folder);
	}
}

const lastAt = (file: string): string => readSegment(file).entries.at(-1)?.at ?? readHeader(file)?.at ?? '';
