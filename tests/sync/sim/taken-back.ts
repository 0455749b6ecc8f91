/**
 * [I38] What an undo may change, told from the rows alone and without the rule book: only cartons and facts that its original
 * changed, only while they are as it left them, and only back to what they were before.
 */
import type { CartonRow } from '#lib/domain/rows.ts';
import { canonicalJson } from '#lib/protocol/canonical.ts';

/** A carton before and after one mutation; null: it did not exist. */
export interface Effect {
	before: CartonRow | null;
	after: CartonRow;
}
/** What one mutation did, by carton. */
export type Effects = ReadonlyMap<string, Effect>;

/** What a carton is in one respect, with who made it so, and when. */
const FACTS = {
	status: ({ status, statusBy, statusAt }) => [status, statusBy, statusAt],
	link: ({ shipmentId, linkedBy, linkedAt }) => [shipmentId, linkedBy, linkedAt],
	place: ({ locationId, movedBy, movedAt }) => [locationId, movedBy, movedAt],
	loaded: ({ loadedCycle, loadedBy, loadedAt }) => [loadedCycle, loadedBy, loadedAt]
} satisfies Record<string, (carton: CartonRow) => (string | number | null)[]>;

/** Every broken rule of one accepted undo, as lines. */
export const takenBackFaults = (uid: string, original: Effects, undo: Effects): string[] =>
	[...undo].flatMap(([id, now]) => {
		const then = original.get(id);
		return (then ? differences(then, now) : ['which its original did not touch']).map(
			(what) => `I38 the undo ${uid} changes carton ${id}: ${what}`
		);
	});

function differences(then: Effect, now: Effect): string[] {
	if (now.before === null) return ['it makes it'];
	if (then.before === null) {
		const same = { ...now.after, discardedAt: null };
		return canonicalJson(same as never) === canonicalJson(now.before as never) ? [] : ['more than to discard it'];
	}
	const faults: string[] = [];
	for (const [name, factOf] of Object.entries(FACTS)) {
		const [from, to] = [factOf(now.before), factOf(now.after)];
		if (from[0] === to[0]) continue;
		const [was, left] = [factOf(then.before), factOf(then.after)];
		// A loading mark is one for a shipment, and goes with the link.
		if (name === 'loaded' && to[0] === null && now.before.shipmentId !== now.after.shipmentId) continue;
		if (was[0] === left[0]) faults.push(`its ${name}, which its original did not change`);
		else if (from.join() !== left.join()) faults.push(`its ${name}, which somebody changed since`);
		else if (to.join() !== was.join()) faults.push(`its ${name} becomes ${to.join(' ')}, which it was not`);
	}
	const [put, taken] = [content(then), content(now)];
	for (const goods of new Set([...put.keys(), ...taken.keys()]))
		if ((put.get(goods) ?? 0) + (taken.get(goods) ?? 0) !== 0 && (taken.get(goods) ?? 0) !== 0)
			faults.push(`${taken.get(goods)} of ${goods}, where its original put in ${put.get(goods) ?? 0}`);
	return faults;
}

/** How many of each goods went in (or, below zero, came out). */
function content({ before, after }: Effect): Map<string, number> {
	const sum = new Map<string, number>();
	const count = (carton: CartonRow | null, sign: number) => {
		for (const { productId, lotCode, expiresOn, quantity } of carton?.items ?? []) {
			const goods = `${productId} ${lotCode ?? ''} ${expiresOn ?? ''}`;
			sum.set(goods, (sum.get(goods) ?? 0) + sign * quantity);
		}
	};
	count(before, -1);
	count(after, 1);
	return sum;
}
