/**
 * [P5, §11] Making, changing, retiring and reviving a contact: one command with the whole contact. Nothing is deleted;
 * shipments keep what they read (S3).
 */
import type { CommandArgs } from './commands.ts';
import type { World } from './decision.ts';
import { unknownDestination } from './parties.ts';
import { refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy, type Scope, type Subject } from './rule.ts';
import type { ContactRow } from './rows.ts';
import { changedFields, isSame, savedValues, staleField, type Saving } from './saved-fields.ts';

type Args = CommandArgs['contact.save'];
type Entity = Omit<ContactRow, 'id' | 'changed'>;

interface ContactSubject extends Subject {
	known: ContactRow | null;
}

export const CONTACT_FIELDS = [
	'name',
	'structure',
	'address',
	'roles',
	'destinationIds',
	'linkedShipperIds',
	'active'
] as const satisfies readonly (keyof Entity)[];

export const saveContact = judgeBy<'contact.save', ContactSubject>({
	name: 'contact.save',
	find: (args, world) =>
		unknownScope(args, world) ?? { carton: null, shipments: [], known: world.contacts.get(args.contactId) ?? null },
	already: ({ known }, args) =>
		known && changedFields(savingOf(args, known)).length === 0
			? refuse('nothing_changed', { reference: known.name }, known.id)
			: null,
	needs: [
		({ known }, args) => staleField(savingOf(args, known), args.contactId),
		(_subject, args, { world }) => notShippers(args, world),
		({ known }, args, scope) => withoutShipper(args, known, scope)
	],
	act: ({ known }, args, draft) => {
		const linkedShipperIds = linksAfter(args, known, draft.context.defaultShipperId);
		const saving = savingOf({ ...args, linkedShipperIds }, known);
		// Nothing is stale by now, and the default shipper is an edit of the rule's own.
		if (saving.was && known) saving.was = { ...saving.was, linkedShipperIds: known.linkedShipperIds };
		const values = savedValues(saving, draft.by, draft.at);
		draft.changes.contacts.push({ id: args.contactId, ...saving.given, ...known, ...values });
	}
});

const entityOf = ({ name, structure, address, roles, destinationIds, linkedShipperIds, active }: Args): Entity => ({
	name,
	structure,
	address,
	roles,
	destinationIds,
	linkedShipperIds,
	active
});

const savingOf = (args: Args, known: ContactRow | null): Saving<Entity> => ({
	fields: CONTACT_FIELDS,
	given: entityOf(args),
	was: args.was,
	known
});

/** What is newly named exists and is active: what stays as it was is nobody's business. */
function unknownScope(args: Args, world: World): Rejection | null {
	const known = world.contacts.get(args.contactId);
	for (const id of added(args.destinationIds, known?.destinationIds)) {
		const unknown = unknownDestination(id, world);
		if (unknown) return unknown;
	}
	for (const id of added(args.linkedShipperIds, known?.linkedShipperIds)) {
		const shipper = linked(id, args, world);
		if (!shipper) return refuse('not_found', { what: 'contact', id }, id);
		if (!shipper.active) return refuse('contact_inactive', { name: shipper.name }, id);
	}
	return null;
}

/** `contact_role_missing`: who is newly linked as a shipper ships. */
function notShippers(args: Args, world: World): Rejection | null {
	for (const id of added(args.linkedShipperIds, world.contacts.get(args.contactId)?.linkedShipperIds)) {
		const shipper = linked(id, args, world);
		if (shipper && !shipper.roles.includes('shipper'))
			return refuse('contact_role_missing', { name: shipper.name, party: 'shipper' }, id);
	}
	return null;
}

const added = (ids: readonly string[], had: readonly string[] = []): string[] => ids.filter((id) => !had.includes(id));

/** Somebody who ships and receives may be linked to themselves, from the first save on. */
const linked = (id: string, args: Args, world: World): Entity | undefined =>
	id === args.contactId ? entityOf(args) : world.contacts.get(id);

/** The contact as this save would leave it, without the default shipper. */
const after = (args: Args, known: ContactRow | null): Entity => {
	const changing = changedFields(savingOf(args, known));
	return {
		...entityOf(args),
		...known,
		...Object.fromEntries(changing.map((field) => [field, args[field]]))
	};
};

const becomesRecipient = (args: Args, known: ContactRow | null): boolean =>
	after(args, known).roles.includes('recipient') && !known?.roles.includes('recipient');

/** [P5] The shippers that it is linked to once it is saved: a new recipient gets the default one first. */
function linksAfter(args: Args, known: ContactRow | null, defaultShipperId: string | null): string[] {
	const { linkedShipperIds } = after(args, known);
	if (defaultShipperId === null || !becomesRecipient(args, known)) return linkedShipperIds;
	return [defaultShipperId, ...linkedShipperIds.filter((id) => id !== defaultShipperId)];
}

/**
 * [P5] `recipient_without_shipper`: who becomes a recipient, or has the last of its shippers taken away. An old recipient
 * without shippers can still be edited otherwise. A phone does not know the default shipper: the server decides.
 */
function withoutShipper(args: Args, known: ContactRow | null, { context }: Scope): Rejection | null {
	const { roles, linkedShipperIds } = after(args, known);
	if (!roles.includes('recipient') || linksAfter(args, known, context.defaultShipperId).length > 0) return null;
	if (becomesRecipient(args, known)) {
		if (context.side === 'phone' && context.defaultShipperId === null) return null;
	} else if (known && isSame(linkedShipperIds, known.linkedShipperIds)) return null;
	return refuse('recipient_without_shipper', { name: args.name }, args.contactId);
}
