/** A span of time as people type it. */
import { WrongUse } from './command.ts';

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `24h`, `7d` before now, or an instant (`2026-03-02T08:00`). @throws WrongUse */
export function since(text: string, now: Date): Date {
	const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
	if (count !== undefined) return new Date(now.getTime() - Number(count) * UNITS[unit]!);
	const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : null;
	if (at === null || Number.isNaN(at.getTime()))
		throw new WrongUse(`--since "${text.slice(0, 40)}" is no time: 90m, 24h, 7d or 2026-03-02T08:00.`);
	return at;
}
