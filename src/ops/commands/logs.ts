/** `ops logs`: the log of LOG_DIR by time, level, request and person. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { readSettings } from '#lib/server/config.ts';
import { LEVELS, readLogs, topicOf, type Level, type LogLine, type LogQuestion } from '#lib/server/logs/read-logs.ts';
import { WrongUse, type OpsCommand, type Outcome, type Values } from '../command.ts';
import { StepFailed } from '../progress.js';
import { since } from '../since.ts';

/** More than these last ones go to a file. */
const MOST_SHOWN = 1_000;

export const logs: OpsCommand = {
	options: {
		since: { type: 'string', about: 'from when on: 90m, 24h (or nothing), 7d, 2026-03-02T08:00' },
		level: { type: 'string', about: `this level and worse: ${LEVELS.join(', ')}` },
		request: { type: 'string', about: 'the lines of one request: its number as an error page shows it' },
		user: { type: 'string', about: 'the lines of the requests of one person, by id' },
		count: { type: 'boolean', about: 'how many lines of each kind, the most frequent first' },
		out: { type: 'string', about: 'write the lines as they are to a new file' }
	},
	run: async (values) => {
		const { logDir } = readSettings();
		const question = questionOf(values, new Date());
		if (logDir === null)
			throw new StepFailed('LOG_DIR is not set: the log is on standard output alone (journalctl -u escale).');
		try {
			const lines = readLogs(logDir, question);
			if (typeof values['out'] === 'string') return await writeOut(lines, values['out']);
			return values['count'] === true ? await count(lines) : await show(lines);
		} catch (error) {
			const { code, path } = error as NodeJS.ErrnoException;
			if (code === 'ENOENT') throw new StepFailed(`There is no log in ${logDir} yet.`);
			if (code === 'EEXIST') throw new StepFailed(`${path} is there already.`);
			if (code === 'EACCES') throw new StepFailed(`${path} may not be used by this account.`);
			throw error;
		}
	}
};

function questionOf({ since: from = '24h', level, request, user }: Values, now: Date): LogQuestion {
	if (level !== undefined && !LEVELS.includes(level as Level))
		throw new WrongUse(`--level "${level}" is none of ${LEVELS.join(', ')}.`);
	return {
		since: since(String(from), now),
		level: level as Level | undefined,
		requestId: request as string | undefined,
		personId: user as string | undefined
	};
}

async function show(lines: AsyncIterable<LogLine>): Promise<Outcome> {
	const shown: LogLine[] = [];
	let all = 0;
	for await (const line of lines) {
		all++;
		shown.push(line);
		if (shown.length > MOST_SHOWN) shown.shift();
	}
	const left = all - shown.length;
	const note = left > 0 ? [`${left} earlier lines are not shown: --out FILE writes all of them.`] : [];
	return {
		exitCode: 0,
		lines: all === 0 ? ['No lines.'] : [...note, ...shown.map(inOneLine)],
		json: { count: all, lines: shown }
	};
}

function inOneLine({ level, time, msg, event, ...rest }: LogLine): string {
	const fields = Object.entries(rest).map(([name, value]) =>
		typeof value === 'object' ? `${name}=${JSON.stringify(value)}` : `${name}=${String(value)}`
	);
	return [time, level.toUpperCase().padEnd(5), event ?? msg ?? '', ...fields].join(' ');
}

async function count(lines: AsyncIterable<LogLine>): Promise<Outcome> {
	const counts = new Map<string, number>();
	for await (const line of lines) {
		const kind = `${line.level} ${topicOf(line)}`;
		counts.set(kind, (counts.get(kind) ?? 0) + 1);
	}
	const sorted = [...counts].sort(([, a], [, b]) => b - a);
	return {
		exitCode: 0,
		lines: sorted.length === 0 ? ['No lines.'] : sorted.map(([kind, n]) => `${String(n).padStart(8)}  ${kind}`),
		json: { counts: Object.fromEntries(sorted) }
	};
}

async function writeOut(lines: AsyncIterable<LogLine>, file: string): Promise<Outcome> {
	const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
	let written = 0;
	// A file that cannot be opened says so before anything is read.
	await new Promise((resolve, reject) => out.once('open', resolve).once('error', reject));
	for await (const line of lines) {
		written++;
		if (!out.write(`${JSON.stringify(line)}\n`))
			await new Promise<void>((resolve) => out.once('drain', () => resolve()));
	}
	out.end();
	await finished(out);
	return { exitCode: 0, lines: [`${written} lines are in ${file}.`], json: { count: written, file } };
}
