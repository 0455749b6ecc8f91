/**
 * [§11, sync §2] Taking back one's own carton command: what it changed becomes what it was, unless somebody changed the
 * same since. Phone and server run this with the memo that each kept when it decided the original; the server's verdict
 * counts. Only one undo of a mutation can ever be accepted: whoever keeps results says so with `undone`.
 */
import { withoutPacked, withTakenBack } from './carton-items.ts';
import { isDiscardable } from './carton-place.ts';
import { findCarton, type CartonSubject } from './carton-subject.ts';
import type { Command, CommandName } from './commands.ts';
import type { Context, Decision, Footprint, Stamped, UndoMemo, World } from './decision.ts';
import type { Draft } from './draft.ts';
import { emptyFootprint } from './footprint.ts';
import { labelOf, linkFact, loadedFact, locationFact, statusFact } from './memo.ts';
import { referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judge, type Rule, type Scope } from './rule.ts';
import type { CartonItem, CartonRow, CartonStatus } from './rows.ts';

/** [§11] The last column of the table of commands: what can be taken back. */
export const UNDOABLE: Record<CommandName, boolean> = {
	'carton.create': true,
	'carton.pack': true,
	'carton.takeOut': true,
	'carton.setStatus': true,
	'carton.assign': true,
	'carton.remove': true,
	'carton.label': true,
	'carton.removeLabel': true,
	'carton.load': true,
	'carton.unload': true,
	'carton.move': true,
	'carton.unpack': false,
	'carton.discard': false,
	'label.printed': false,
	'shipment.create': false,
	'shipment.edit': false,
	'shipment.track': false,
	'shipment.dispute': false,
	'shipment.resolve': false,
	'shipment.close': false,
	'shipment.archive': false,
	'shipment.renewLink': false,
	'refusal.handOver': false,
	'refusal.settle': false,
	'contact.save': false,
	'destination.save': false
};

/** The mutation that is to be taken back, as whoever decided it remembers it. */
export interface Original {
	command: Command;
	/** Who gave it; null when nobody was signed in. */
	actorId: string | null;
	/** The memo of an `ok` decision; null when it was refused, changed nothing, or is not known here. */
	memo: UndoMemo | null;
	/** An undo of it was accepted already. */
	undone?: boolean;
}

/** The rows that `undo` looks at. As ever, the carton's own shipment comes with the carton. */
export function undoFootprint({ memo }: Pick<Original, 'memo'>): Footprint {
	const former = memo?.link?.before.value;
	return { ...emptyFootprint(), cartonIds: memo ? [memo.cartonId] : [], shipmentIds: former ? [former] : [] };
}

/** `nothing_to_undo` (noop), `not_undoable`, `not_own`, `changed_since`, and what would stop the inverse in §10's order. */
export function undo(original: Original, world: World, context: Context): Decision {
	const { command, memo } = original;
	if (!UNDOABLE[command.name])
		return { kind: 'rejected', rejection: refuse('not_undoable', { command: command.name }) };
	if (original.actorId !== context.actor.personId) return { kind: 'rejected', rejection: refuse('not_own', {}) };
	if (memo === null || original.undone) return { kind: 'noop', rejection: refuse('nothing_to_undo', {}) };
	return judge(inverse(command.name, memo), command.args, world, context);
}

/** Load, unload and move were allowed on a locked shipment, and so is taking them back. */
const PASSES_LOCK: readonly CommandName[] = ['carton.load', 'carton.unload', 'carton.move'];

function inverse(name: CommandName, memo: UndoMemo): Rule<CommandName, CartonSubject> {
	return {
		name,
		find: (_args, world) => findCarton({ cartonId: memo.cartonId, shipmentId: memo.link?.before.value }, world),
		passes: PASSES_LOCK.includes(name) ? ['locked'] : [],
		needs: [
			({ carton }, _args, scope) =>
				former(carton, memo, scope) === null ? refuse('changed_since', { code: carton.code }, carton.id) : null,
			(subject) => (memo.loaded ? loadingOver(subject, memo.loaded) : null)
		],
		reason: () => `undo:${name}`,
		act: ({ carton }, _args, draft) => {
			const target = former(carton, memo, draft);
			if (target === null) throw new Error('undo acted on a carton that its guard had found changed');
			restore(carton, target, memo, draft);
		}
	};
}

interface Former {
	status: CartonStatus;
	shipmentId: string | null;
	items: CartonItem[];
}

/** The carton as it is to be, or null when what the original changed was changed again. */
function former(carton: CartonRow, memo: UndoMemo, { world, context }: Scope): Former | null {
	const same = unchanged(context);
	if (memo.status && !same(statusFact(carton), memo.status.after)) return null;
	if (memo.link && !same(linkFact(carton), memo.link.after)) return null;
	if (memo.location && !same(locationFact(carton), memo.location.after)) return null;
	if (memo.loaded && !same(loadedFact(carton), memo.loaded.after)) return null;
	if (memo.created && !isDiscardable(carton)) return null;
	const items = memo.packed
		? withoutPacked(carton.items, memo.packed)
		: withTakenBack(carton.items, memo.takenOut ?? []);
	if (items === null) return null;
	const shipmentId = memo.link ? memo.link.before.value : carton.shipmentId;
	const target = { status: memo.status?.before.value ?? carton.status, shipmentId, items };
	if (memo.label && !sameLabel(memo.label, labelOf({ ...carton, ...target }, world))) return null;
	return isSound(target) ? target : null;
}

/**
 * Has the fact stayed as the original left it? The server also compares when it was set, so that "changed and changed
 * back" counts as changed; a phone cannot, since its own times may have been corrected by the server (T4).
 */
const unchanged =
	(context: Context) =>
	<T>(now: Stamped<T>, left: Stamped<T>): boolean =>
		now.value === left.value && now.by === left.by && (context.side === 'phone' || now.at === left.at);

const sameLabel = (a: NonNullable<UndoMemo['label']>, b: NonNullable<UndoMemo['label']>): boolean =>
	a.destinationId === b.destinationId &&
	a.items.length === b.items.length &&
	a.items.every((item, i) => sameLine(item, b.items[i]));

const sameLine = (a: CartonItem, b: CartonItem | undefined): boolean =>
	a.productId === b?.productId && a.quantity === b.quantity && a.lotCode === b.lotCode && a.expiresOn === b.expiresOn;

/** [C12] What others did since may have made the former state impossible, such as a ready carton without content. */
const isSound = ({ status, items }: Former): boolean => status === 'draft' || status === 'picking' || items.length > 0;

/** [C15, D5] A loading mark goes and comes while the shipment is planned, in the cycle it was made for. */
function loadingOver({ own }: CartonSubject, loaded: NonNullable<UndoMemo['loaded']>): Rejection | null {
	const cycle = loaded.before.value ?? loaded.after.value;
	if (own && own.cycle !== cycle)
		return refuse('cycle_changed', { reference: referenceOf(own), cycle: own.cycle }, own.id);
	return own && own.status !== 'planned'
		? refuse('shipment_not_planned', { reference: referenceOf(own), status: own.status }, own.id)
		: null;
}

function restore(before: CartonRow, target: Former, memo: UndoMemo, draft: Draft): void {
	const carton = draft.place(before, target.status, target.shipmentId);
	carton.items = target.items;
	if (memo.status) Object.assign(carton, { statusBy: memo.status.before.by, statusAt: memo.status.before.at });
	if (memo.link) Object.assign(carton, { linkedBy: memo.link.before.by, linkedAt: memo.link.before.at });
	if (memo.location) {
		const { value, by, at } = memo.location.before;
		Object.assign(carton, { locationId: value, movedBy: by, movedAt: at });
	}
	if (memo.loaded) {
		const { value, by, at } = memo.loaded.before;
		Object.assign(carton, { loadedCycle: value, loadedBy: by, loadedAt: at });
	}
	if (memo.created) carton.discardedAt = draft.at;
}
