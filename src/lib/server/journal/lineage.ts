/**
 * Which journals lead on from a backup. Every epoch says which one it went on from and how far, so that a backup of three
 * restores ago can still be brought up to today, through exactly what was kept each time.
 */
import type { ListedJournal } from './journal-files.ts';

/** One epoch's transactions after `after`, through `through`; null: all that there are. */
export interface Stretch {
	folder: string;
	epoch: string;
	after: number;
	through: number | null;
}

/**
 * @param backup the epoch and transaction at which the backup stands
 * @param towards the epoch of the database that is replaced, or null: then the newest that goes on from the backup
 * @returns in order; empty: no journal goes on from it
 */
export function lineageFrom(
	journals: readonly ListedJournal[],
	backup: { epoch: string; seq: number },
	towards: string | null
): Stretch[] {
	const byEpoch = new Map(journals.map((journal) => [journal.header.epoch, journal]));
	const newestFirst = [...journals]
		.sort((a, b) => (a.header.at < b.header.at ? 1 : -1))
		.map(({ header }) => header.epoch);
	for (const epoch of [...(towards === null ? [] : [towards]), ...newestFirst]) {
		const found = walkBack(byEpoch, epoch, backup);
		if (found !== null) return found;
	}
	return [];
}

/** From `epoch` back to the backup's; null: it does not come from there, or left before the backup was made. */
function walkBack(
	byEpoch: ReadonlyMap<string, ListedJournal>,
	epoch: string,
	backup: { epoch: string; seq: number }
): Stretch[] | null {
	const stretches: Stretch[] = [];
	let through: number | null = null;
	for (let at = byEpoch.get(epoch), steps = 0; at !== undefined && steps <= byEpoch.size; steps++) {
		const { folder, header }: ListedJournal = at;
		if (through !== null && through < backup.seq) return null;
		const isFirst = header.epoch === backup.epoch;
		stretches.unshift({
			folder,
			epoch: header.epoch,
			after: isFirst ? backup.seq : (header.parent?.seq ?? 0),
			through
		});
		if (isFirst) return stretches;
		if (header.parent === null) return null;
		through = header.parent.seq;
		at = byEpoch.get(header.parent.epoch);
	}
	return null;
}
