/**
 * [C4, C6] A carton joins a shipment and leaves it again.
 */
import { findCarton, notIn, notWhereSeen, ownReference, type CartonSubject } from './carton-subject.ts';
import { memoOf } from './memo.ts';
import { byWhom, refuse } from './refuse.ts';
import { judgeBy } from './rule.ts';

/** [C4] A packed carton joins an open shipment. Labelled there already: the label stays. */
export const assignCarton = judgeBy<'carton.assign', CartonSubject>({
	name: 'carton.assign',
	find: findCarton,
	already: (subject, args) => {
		const { carton } = subject;
		if (carton.shipmentId !== args.shipmentId) return null;
		const params = { code: carton.code, reference: ownReference(subject), ...byWhom(carton.linkedBy, carton.linkedAt) };
		return refuse('already_assigned', params, carton.id, args.shipmentId);
	},
	elsewhere: (subject, args) => (subject.carton.shipmentId === null ? null : notIn(subject, args.shipmentId)),
	needs: [
		({ carton }) =>
			carton.status === 'packed'
				? null
				: refuse('carton_not_packed', { code: carton.code, status: carton.status }, carton.id),
		({ carton }) => (carton.items.length > 0 ? null : refuse('carton_empty', { code: carton.code }, carton.id))
	],
	act: ({ carton }, args, draft) => {
		draft.undo = memoOf(draft, carton, draft.place(carton, 'assigned', args.shipmentId));
	}
});

/** [C6] Back to `packed`, without a shipment. */
export const removeCarton = judgeBy<'carton.remove', CartonSubject>({
	name: 'carton.remove',
	find: findCarton,
	already: ({ carton }) =>
		carton.shipmentId === null
			? refuse('already_removed', { code: carton.code, ...byWhom(carton.linkedBy, carton.linkedAt) }, carton.id)
			: null,
	elsewhere: (subject, args) => notWhereSeen(subject, args.shipmentId),
	act: ({ carton }, _args, draft) => {
		draft.undo = memoOf(draft, carton, draft.place(carton, 'packed', null));
	}
});
