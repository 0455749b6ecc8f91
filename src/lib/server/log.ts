/**
 * The server's log: JSON lines with ids and codes, never names, addresses, contents or secrets; on standard output and, with
 * LOG_DIR, in files. Every line of a request carries its `request_id`. Warnings and errors are told to whoever counts or
 * reports them, so that no place has to think of that.
 */
import { pino, type Logger } from 'pino';
import type { Settings } from './config.ts';
import { LogFiles } from '#lib/server/logs/log-files.ts';
import { requestContext } from '#lib/server/logs/request-context.ts';
import { safeError } from '#lib/server/logs/safe-error.ts';

export type Log = Logger;

/** A warning or worse, as it is logged. */
export interface Trouble {
	severity: 'warning' | 'error' | 'critical';
	/** The line's fields: `event`, ids, `err`. */
	fields: Record<string, unknown>;
}

/** The command line's standard output is for what was asked of it. */
export type LogOutput = 'stdout' | 'stderr';

export interface OpenLog {
	log: Log;
	/** Lines still on their way to a file are written. */
	close(): Promise<void>;
}

/** Characters that standard output may leave unread; what comes then is lost. */
const MOST_UNWRITTEN = 2_000_000;

const WARN = 40;
const ERROR = 50;
const FATAL = 60;

export function openLog(
	{ logLevel, logDir }: Pick<Settings, 'logLevel' | 'logDir'>,
	onTrouble: (trouble: Trouble) => void = () => undefined,
	output: LogOutput = 'stderr'
): OpenLog {
	const stream = pino.destination({ dest: output === 'stdout' ? 1 : 2, sync: true, maxLength: MOST_UNWRITTEN });
	// Whoever reads it may have gone, its disk may be full: the server goes on.
	stream.on('error', () => undefined);
	const files = logDir === null ? null : new LogFiles(logDir);
	const log = pino(
		{
			level: logLevel,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (level) => ({ level }) },
			serializers: { err: (error: unknown) => safeError(error) },
			mixin: () => ({ ...requestContext() }),
			hooks: {
				logMethod(args, method, level) {
					const [fields] = args as [unknown];
					if (level >= WARN && typeof fields === 'object' && fields !== null)
						onTrouble({ severity: severityOf(level), fields: fields as Record<string, unknown> });
					method.apply(this, args);
				}
			}
		},
		{
			write(line: string) {
				stream.write(line);
				files?.write(line);
			}
		}
	);
	return { log, close: async () => files?.close() };
}

const severityOf = (level: number): Trouble['severity'] =>
	level >= FATAL ? 'critical' : level >= ERROR ? 'error' : 'warning';
