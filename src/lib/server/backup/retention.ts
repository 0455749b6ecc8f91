/**
 * Which backups are kept: all of the last 24 hours, then the newest of each of the last 7 days, 4 weeks and 12 months that
 * have one. What is counted is backups, not time: where none are made any more, none go. Pure; calendar in UTC, weeks from
 * Monday.
 */
export interface Kept {
	name: string;
	/** ISO. */
	madeAt: string;
	/** Whole, as far as its manifest and sizes tell. */
	good: boolean;
}

const DAY_MS = 86_400_000;
/** The first day of the epoch was a Thursday. */
const weekOf = (at: string): string => String(Math.floor((Date.parse(at) / DAY_MS + 3) / 7));

const SPANS: readonly { count: number; slotOf: (madeAt: string) => string }[] = [
	{ count: 7, slotOf: (at) => at.slice(0, 'YYYY-MM-DD'.length) },
	{ count: 4, slotOf: weekOf },
	{ count: 12, slotOf: (at) => at.slice(0, 'YYYY-MM'.length) }
];

/**
 * What may go. A damaged one takes nobody's place; it goes after 7 days, if a good one is newer.
 * @returns names, oldest first
 */
export function outlived(backups: readonly Kept[], now: Date): string[] {
	const newestFirst = [...backups].sort((a, b) => b.madeAt.localeCompare(a.madeAt));
	const good = newestFirst.filter((backup) => backup.good);
	const newestGood = good[0]?.madeAt ?? '';
	const kept = new Set<string>();
	for (const { name, madeAt, good: isGood } of newestFirst) {
		const age = now.getTime() - Date.parse(madeAt);
		if (age < (isGood ? DAY_MS : 7 * DAY_MS) || (!isGood && madeAt > newestGood)) kept.add(name);
	}
	for (const { count, slotOf } of SPANS) {
		const taken = new Set<string>();
		for (const { name, madeAt } of good) {
			if (taken.size === count && !taken.has(slotOf(madeAt))) break;
			if (!taken.has(slotOf(madeAt))) kept.add(name);
			taken.add(slotOf(madeAt));
		}
	}
	return newestFirst
		.filter(({ name }) => !kept.has(name))
		.map(({ name }) => name)
		.reverse();
}
