/** The log of LOG_DIR, read back: line by line, so that its size does not matter. A torn line is passed over. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { dayOfLog, logNames } from './log-files.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

const line = z.looseObject({
	level: z.enum(LEVELS),
	time: z.string(),
	event: z.string().optional(),
	msg: z.string().optional(),
	request_id: z.string().optional(),
	person: z.string().optional()
});
export type LogLine = z.infer<typeof line>;

export interface LogQuestion {
	since: Date;
	/** This level and worse ones. */
	level?: Level | undefined;
	requestId?: string | undefined;
	personId?: string | undefined;
}

/** Oldest first. @throws when the folder cannot be read */
export async function* readLogs(folder: string, question: LogQuestion): AsyncGenerator<LogLine> {
	const since = question.since.toISOString();
	const least = LEVELS.indexOf(question.level ?? 'debug');
	for (const name of await logNames(folder)) {
		if (dayOfLog(name) < since.slice(0, 10)) continue;
		const input = createReadStream(join(folder, name), 'utf8');
		for await (const text of createInterface({ input, crlfDelay: Infinity })) {
			const found = parse(text);
			if (found === null || found.time < since || LEVELS.indexOf(found.level) < least) continue;
			if (question.requestId !== undefined && found.request_id !== question.requestId) continue;
			if (question.personId !== undefined && found.person !== question.personId) continue;
			yield found;
		}
	}
}

function parse(text: string): LogLine | null {
	try {
		return line.safeParse(JSON.parse(text)).data ?? null;
	} catch {
		return null;
	}
}

/** What a line is about, for counting: its event, else its message. */
export const topicOf = ({ event, msg }: LogLine): string => event ?? msg ?? '';
