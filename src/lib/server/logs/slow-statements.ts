/** Statements that took long, told with their shape: the text with its place-holders, never a value. */
import type { Log } from '#lib/server/log.ts';

const MOST_CHARACTERS = 400;

export function tellSlow(log: Log, statement: string, ms: number): void {
	const shape = statement.replace(/\s+/g, ' ').slice(0, MOST_CHARACTERS);
	log.warn({ event: 'slow_statement', duration_ms: Math.round(ms), statement: shape }, 'slow statement');
}
