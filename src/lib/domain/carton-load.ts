/**
 * [C15] The loading check: labelled cartons of a planned shipment are marked as they go into the vehicle. It is no status,
 * and the lock does not forbid it.
 */
import { findCarton, notWhereSeen, ownReference, type CartonSubject } from './carton-subject.ts';
import type { CommandArgs } from './commands.ts';
import { memoOf } from './memo.ts';
import { byWhom, referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy } from './rule.ts';

type Args = CommandArgs['carton.load'];

const inNamed = ({ carton, own }: CartonSubject, args: Args): boolean =>
	carton.shipmentId === args.shipmentId && own?.cycle === args.cycle;

/** Is the carton marked as loaded in its shipment's current cycle? */
export const isLoaded = ({ carton, own }: Pick<CartonSubject, 'carton' | 'own'>): boolean =>
	own !== null && carton.loadedCycle === own.cycle;

/** [D5] The author loaded for the cycle they saw. */
const cycleSeen = ({ own }: CartonSubject, args: Args): Rejection | null =>
	own && own.cycle !== args.cycle
		? refuse('cycle_changed', { reference: referenceOf(own), cycle: own.cycle }, own.id)
		: null;

const planned = ({ own }: CartonSubject): Rejection | null =>
	own && own.status !== 'planned'
		? refuse('shipment_not_planned', { reference: referenceOf(own), status: own.status }, own.id)
		: null;

const labeled = ({ carton }: CartonSubject): Rejection | null =>
	carton.status === 'labeled'
		? null
		: refuse('carton_not_labeled', { code: carton.code, status: carton.status }, carton.id);

const markedBy = (subject: CartonSubject) => ({
	code: subject.carton.code,
	reference: ownReference(subject),
	...byWhom(subject.carton.loadedBy, subject.carton.loadedAt)
});

export const loadCarton = judgeBy<'carton.load', CartonSubject>({
	name: 'carton.load',
	find: findCarton,
	already: (subject, args) =>
		inNamed(subject, args) && isLoaded(subject) ? refuse('already_loaded', markedBy(subject), subject.carton.id) : null,
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	passes: ['locked'],
	needs: [cycleSeen, planned, labeled],
	act: ({ carton: before }, args, draft) => {
		const carton = draft.carton(before);
		Object.assign(carton, { loadedCycle: args.cycle, loadedBy: draft.by, loadedAt: draft.at });
		draft.undo = memoOf(draft, before, carton);
	}
});

export const unloadCarton = judgeBy<'carton.unload', CartonSubject>({
	name: 'carton.unload',
	find: findCarton,
	already: (subject, args) =>
		inNamed(subject, args) && !isLoaded(subject)
			? refuse('already_unloaded', markedBy(subject), subject.carton.id)
			: null,
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	passes: ['locked'],
	needs: [cycleSeen, planned],
	act: ({ carton: before }, _args, draft) => {
		const carton = draft.carton(before);
		Object.assign(carton, { loadedCycle: null, loadedBy: draft.by, loadedAt: draft.at });
		draft.undo = memoOf(draft, before, carton);
	}
});
