/**
 * What undoing a carton command needs to know: each fact that it changed, as it was and as it left it (§11, I38). Made by
 * the rules, kept by phone and server, read by `undo.ts`.
 */
import type { Stamped, UndoMemo, World } from './decision.ts';
import type { Draft } from './draft.ts';
import type { CartonRow, CartonStatus } from './rows.ts';

export const statusFact = (carton: CartonRow): Stamped<CartonStatus> => ({
	value: carton.status,
	by: carton.statusBy,
	at: carton.statusAt
});
export const linkFact = (carton: CartonRow): Stamped<string | null> => ({
	value: carton.shipmentId,
	by: carton.linkedBy,
	at: carton.linkedAt
});
export const locationFact = (carton: CartonRow): Stamped<string | null> => ({
	value: carton.locationId,
	by: carton.movedBy,
	at: carton.movedAt
});
export const loadedFact = (carton: CartonRow): Stamped<number | null> => ({
	value: carton.loadedCycle,
	by: carton.loadedBy,
	at: carton.loadedAt
});

/** The facts that differ between a carton before and after a command; `content` says which lines went in or came out. */
export function memoOf(
	draft: Draft,
	before: CartonRow,
	after: CartonRow,
	content: Pick<UndoMemo, 'packed' | 'takenOut'> = {}
): UndoMemo {
	const memo: UndoMemo = { cartonId: before.id, ...content };
	if (before.status !== after.status) memo.status = { before: statusFact(before), after: statusFact(after) };
	if (before.shipmentId !== after.shipmentId) memo.link = { before: linkFact(before), after: linkFact(after) };
	if (before.locationId !== after.locationId)
		memo.location = { before: locationFact(before), after: locationFact(after) };
	if (before.loadedCycle !== after.loadedCycle) memo.loaded = { before: loadedFact(before), after: loadedFact(after) };
	if (memo.status?.before.value === 'labeled') memo.label = labelOf(before, draft.world);
	return memo;
}

/** What a carton's label was printed for: a label may come back only on that. */
export function labelOf(carton: CartonRow, world: World): NonNullable<UndoMemo['label']> {
	return { items: carton.items, destinationId: world.shipments.get(carton.shipmentId ?? '')?.destinationId ?? null };
}
