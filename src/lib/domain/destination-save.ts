/**
 * [P1, P4, §11] Making, changing, retiring and reviving a destination, its correspondent included: one command with the
 * whole destination.
 */
import type { CommandArgs } from './commands.ts';
import type { World } from './decision.ts';
import { isCorrespondentFor } from './party-scope.ts';
import { refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy, type Subject } from './rule.ts';
import type { ContactRow, DestinationRow } from './rows.ts';
import { changedFields, savedValues, staleField, type Saving } from './saved-fields.ts';

type Args = CommandArgs['destination.save'];
type Entity = Omit<DestinationRow, 'id' | 'changed'>;

interface DestinationSubject extends Subject {
	known: DestinationRow | null;
	/** The correspondent, where this save configures another one. */
	correspondent: ContactRow | null;
}

export const DESTINATION_FIELDS = [
	'city',
	'iata',
	'country',
	'correspondentId',
	'active'
] as const satisfies readonly (keyof Entity)[];

export const saveDestination = judgeBy<'destination.save', DestinationSubject>({
	name: 'destination.save',
	find: (args, world) => {
		const known = world.destinations.get(args.destinationId) ?? null;
		const correspondent = newCorrespondent(args, known, world);
		if (correspondent !== null && 'code' in correspondent) return correspondent;
		return { carton: null, shipments: [], known, correspondent };
	},
	already: ({ known }, args) =>
		known && changedFields(savingOf(args, known)).length === 0
			? refuse('nothing_changed', { reference: known.city }, known.id)
			: null,
	needs: [
		({ known }, args) => staleField(savingOf(args, known), args.destinationId),
		({ correspondent }, args) =>
			correspondent && !isCorrespondentFor(correspondent, args.destinationId)
				? refuse(
						'correspondent_out_of_scope',
						{ name: correspondent.name, destination: args.city },
						correspondent.id,
						args.destinationId
					)
				: null
	],
	act: ({ known }, args, draft) => {
		const values = savedValues(savingOf(args, known), draft.by, draft.at);
		draft.changes.destinations.push({ id: args.destinationId, ...entityOf(args), ...known, ...values });
	}
});

const entityOf = ({ city, iata, country, correspondentId, active }: Args): Entity => ({
	city,
	iata,
	country,
	correspondentId,
	active
});

const savingOf = (args: Args, known: DestinationRow | null): Saving<Entity> => ({
	fields: DESTINATION_FIELDS,
	given: entityOf(args),
	was: args.was,
	known
});

/** Only one that really changes: an inactive correspondent that stays is nobody's business. */
function newCorrespondent(args: Args, known: DestinationRow | null, world: World): ContactRow | Rejection | null {
	const { correspondentId: id } = args;
	if (id === null || !changedFields(savingOf(args, known)).includes('correspondentId')) return null;
	const contact = world.contacts.get(id);
	if (!contact) return refuse('not_found', { what: 'contact', id }, id);
	return contact.active ? contact : refuse('contact_inactive', { name: contact.name }, id);
}
