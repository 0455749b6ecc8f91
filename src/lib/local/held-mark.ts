/**
 * How many mutations this browser's database holds undecided, noted outside of it. A browser that is short of room, or somebody who
 * clears its data, may take the database and leave this: then the phone knows how much went with it.
 */
interface HeldMark {
	replicaId: string;
	pending: number;
}

const keyOf = (database: string): string => `${database}-held`;

/** Null: nothing is noted, or nothing can be read. */
export function readMark(database: string): HeldMark | null {
	try {
		const [replicaId, pending] = localStorage.getItem(keyOf(database))?.split(' ') ?? [];
		return replicaId && Number(pending) >= 0 ? { replicaId, pending: Number(pending) } : null;
	} catch {
		return null;
	}
}

/**
 * @param own `isNew`: this database has nothing of the server's yet. Then what a former one held stays noted until the server
 * has heard of it
 */
export function noteHeld(database: string, { replicaId, pending, isNew }: HeldMark & { isNew: boolean }): void {
	const before = readMark(database);
	if (isNew && before && before.replicaId !== replicaId && before.pending > 0) return;
	if (before?.pending !== pending || before.replicaId !== replicaId) writeMark(database, { replicaId, pending });
}

export function writeMark(database: string, { replicaId, pending }: HeldMark): void {
	try {
		localStorage.setItem(keyOf(database), `${replicaId} ${pending}`);
	} catch {
		// Nothing can be noted here; the server still knows what the phone last said.
	}
}
