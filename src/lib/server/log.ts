/**
 * The server's log: JSON lines on standard output, with ids and codes, never names, addresses, contents or secrets.
 */
import { pino, type Logger } from 'pino';
import type { Settings } from './config.ts';

export type Log = Logger;

export const openLog = ({ logLevel }: Pick<Settings, 'logLevel'>): Log =>
	pino({
		level: logLevel,
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (level) => ({ level }) }
	});
