/**
 * [§11] A refusal that a worker cannot mend is handed to the office, which settles it with a note on what was done. It
 * changes nothing on what was refused. Only the server keeps these rows, so a phone always lets a worker hand over.
 */
import { refuse } from './refuse.ts';
import type { RefusalRow } from './rows.ts';
import { judgeBy, type Subject } from './rule.ts';

interface RefusalSubject extends Subject {
	refusal: RefusalRow | null;
}

/** The longest JSON text of the arguments that a worker hands over, in UTF-16 units. */
export const MOST_TOLD = 3500;

/**
 * What was meant, short enough to be sent: of arguments that are too long only what names and counts. The server has the
 * whole of what it refused anyway.
 */
export function toldArguments(args: object): Record<string, unknown> {
	if (JSON.stringify(args).length <= MOST_TOLD) return { ...args };
	return Object.fromEntries(
		Object.entries(args).filter(
			([, value]) => typeof value === 'number' || (typeof value === 'string' && value.length <= 80)
		)
	);
}

const aboutNothingElse = { carton: null, shipments: [] };

export const handOverRefusal = judgeBy<'refusal.handOver', RefusalSubject>({
	name: 'refusal.handOver',
	find: ({ refusalId }, world) => ({ ...aboutNothingElse, refusal: world.refusals.get(refusalId) ?? null }),
	already: ({ refusal }) =>
		refusal && refuse('already_handed_over', { by: refusal.handedBy, at: refusal.handedAt }, refusal.id),
	act: (_subject, { refusalId: id, note = '', ...told }, draft) => {
		draft.changes.refusals.push({
			id,
			...told,
			note,
			handedBy: draft.by,
			handedAt: draft.at,
			settledBy: null,
			settledAt: null,
			settlement: null
		});
	}
});

export const settleRefusal = judgeBy<'refusal.settle', RefusalSubject & { refusal: RefusalRow }>({
	name: 'refusal.settle',
	find: ({ refusalId }, world) => {
		const refusal = world.refusals.get(refusalId);
		return refusal
			? { ...aboutNothingElse, refusal }
			: refuse('not_found', { what: 'refusal', id: refusalId }, refusalId);
	},
	already: ({ refusal: { id, settledBy: by, settledAt: at, settlement } }) =>
		by && at ? refuse('already_settled', { note: settlement ?? '', by, at }, id) : null,
	act: ({ refusal }, { note }, draft) => {
		draft.changes.refusals.push({ ...refusal, settledBy: draft.by, settledAt: draft.at, settlement: note });
	}
});
