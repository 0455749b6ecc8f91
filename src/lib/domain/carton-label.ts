/**
 * [C7] Labelling is explicit: the label goes on, and comes off again before the lock only.
 */
import { findCarton, notWhereSeen, seenHere, type CartonSubject } from './carton-subject.ts';
import { memoOf } from './memo.ts';
import { refuse, statusBy } from './refuse.ts';
import { judgeBy } from './rule.ts';

export const labelCarton = judgeBy<'carton.label', CartonSubject>({
	name: 'carton.label',
	find: findCarton,
	already: ({ carton }, args) =>
		carton.status === 'labeled' && seenHere(carton, args.shipmentId)
			? refuse('already_labeled', { code: carton.code, ...statusBy(carton) }, carton.id)
			: null,
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	needs: [
		({ carton }) =>
			carton.status === 'assigned'
				? null
				: refuse('carton_not_assigned', { code: carton.code, status: carton.status }, carton.id)
	],
	act: ({ carton }, _args, draft) => {
		draft.undo = memoOf(draft, carton, draft.place(carton, 'labeled'));
	}
});

export const removeLabel = judgeBy<'carton.removeLabel', CartonSubject>({
	name: 'carton.removeLabel',
	find: findCarton,
	already: ({ carton }, args) =>
		carton.status !== 'labeled' && carton.status !== 'shipped' && seenHere(carton, args.shipmentId)
			? refuse('already_unlabeled', { code: carton.code, ...statusBy(carton) }, carton.id)
			: null,
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	act: ({ carton }, _args, draft) => {
		draft.undo = memoOf(draft, carton, draft.place(carton, 'assigned'));
	}
});
