/**
 * The log on disk: a new file each day (UTC) and whenever one has 10 MB, those older than 14 days removed. Lines are written
 * in turn behind the server's back: a full or missing disk costs lines, which are counted, and never the server. No library
 * does both limits and lets go by age (pino-roll counts files), and none drops instead of failing.
 */
import { appendFile, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#lib/server/make-folder.ts';

const DAY_MS = 86_400_000;
const KEPT_DAYS = 14;
const MOST_BYTES = 10_000_000;
/** Lines that wait for the disk; beyond, new ones are lost. */
const MOST_WAITING_BYTES = 2_000_000;
/** After a failure nothing is tried for so long. */
const PAUSE_MS = 5_000;

const NAME = /^escale-(\d{4}-\d{2}-\d{2})-(\d{3,})\.log$/;
const nameOf = (day: string, number: number): string => `escale-${day}-${String(number).padStart(3, '0')}.log`;

export interface LogFilesOptions {
	clock?: () => Date;
	maxBytes?: number;
	pauseMs?: number;
}

export class LogFiles {
	readonly #clock: () => Date;
	readonly #maxBytes: number;
	readonly #pauseMs: number;
	#waiting: string[] = [];
	#waitingBytes = 0;
	#lost = 0;
	#writing: Promise<void> | null = null;
	#file: { day: string; number: number; bytes: number } | null = null;
	#closed = new AbortController();

	constructor(
		readonly folder: string,
		{ clock = () => new Date(), maxBytes = MOST_BYTES, pauseMs = PAUSE_MS }: LogFilesOptions = {}
	) {
		this.#clock = clock;
		this.#maxBytes = maxBytes;
		this.#pauseMs = pauseMs;
	}

	/** Lines that the disk did not take since the last that it took. */
	get lost(): number {
		return this.#lost;
	}

	/** @param line with its line feed */
	write(line: string): void {
		if (this.#waitingBytes + line.length > MOST_WAITING_BYTES) {
			this.#lost++;
			return;
		}
		this.#waiting.push(line);
		this.#waitingBytes += line.length;
		this.#writing ??= this.#drain().finally(() => (this.#writing = null));
	}

	/** Writes what waits, as far as the disk takes it. */
	async close(): Promise<void> {
		this.#closed.abort();
		await this.#writing;
	}

	async #drain(): Promise<void> {
		while (this.#waiting.length > 0) {
			const lines = this.#waiting;
			[this.#waiting, this.#waitingBytes] = [[], 0];
			try {
				await this.#append(lines);
			} catch {
				this.#lost += lines.length;
				this.#file = null;
				await pause(this.#pauseMs, this.#closed.signal);
			}
		}
	}

	async #append(lines: readonly string[]): Promise<void> {
		const file = await this.#current();
		const lost = this.#lost;
		const time = this.#clock().toISOString();
		// A line feed first: what failed may have left half a line.
		const gap =
			lost === 0 ? '' : `\n${JSON.stringify({ level: 'warn', time, event: 'log_lines_lost', lines: lost })}\n`;
		const text = gap + lines.join('');
		await appendFile(join(this.folder, nameOf(file.day, file.number)), text, { mode: 0o640 });
		file.bytes += Buffer.byteLength(text);
		this.#lost -= lost;
	}

	/** The file of today that has room. */
	async #current(): Promise<{ day: string; number: number; bytes: number }> {
		const day = this.#clock().toISOString().slice(0, 10);
		const open = this.#file;
		if (open?.day === day && open.bytes < this.#maxBytes) return open;
		makeFolder(this.folder, 0o750);
		if (open?.day !== day) await this.#removeOld(day);
		let number = open?.day === day ? open.number : 1;
		let bytes = await sizeOf(join(this.folder, nameOf(day, number)));
		while (bytes >= this.#maxBytes) bytes = await sizeOf(join(this.folder, nameOf(day, ++number)));
		return (this.#file = { day, number, bytes });
	}

	async #removeOld(today: string): Promise<void> {
		const oldest = new Date(Date.parse(today) - (KEPT_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
		for (const name of await logNames(this.folder)) {
			if (dayOfLog(name) < oldest) await unlink(join(this.folder, name));
		}
	}
}

/** The files of a log folder, oldest first. @throws when it cannot be read */
export const logNames = async (folder: string): Promise<string[]> =>
	(await readdir(folder)).filter((name) => NAME.test(name)).sort();

/** `YYYY-MM-DD` */
export const dayOfLog = (name: string): string => NAME.exec(name)?.[1] ?? '';

async function sizeOf(file: string): Promise<number> {
	try {
		return (await stat(file)).size;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
		throw error;
	}
}

function pause(ms: number, over: AbortSignal): Promise<void> {
	if (over.aborted) return Promise.resolve();
	return new Promise((resolve) => {
		const timer = setTimeout(done, ms);
		function done(): void {
			clearTimeout(timer);
			over.removeEventListener('abort', done);
			resolve();
		}
		timer.unref();
		over.addEventListener('abort', done);
	});
}
