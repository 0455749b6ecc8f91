/** The ranges of carton numbers that this phone may give out by itself (R3). */
import type { HeldLease } from './records.ts';

export const codesLeft = (leases: readonly HeldLease[]): number =>
	leases.reduce((sum, lease) => sum + Math.max(0, lease.until - lease.nextFree + 1), 0);

/** The server's list is the truth about which ranges are ours; how far each is used is ours to know. */
export function mergeLeases(
	held: readonly HeldLease[],
	granted: readonly { from: number; until: number }[]
): HeldLease[] {
	return granted.map(({ from, until }) => ({
		from,
		until,
		nextFree: Math.max(from, held.find((lease) => lease.from === from)?.nextFree ?? from)
	}));
}
