/**
 * [P1–P4, P6] Who may be chosen for a shipment, in the order destination → shipper → recipient and correspondent, and which
 * parties may stand together. The forms' lists, the rules of `shipment.create` and `shipment.edit` and the audit ask the
 * same questions here.
 */
import type { World } from './decision.ts';
import { PARTY_FIELD, type PartyIds } from './parties.ts';
import { refuse, type Party } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import type { ContactRow, DestinationRow } from './rows.ts';

/** What has been chosen so far; null, '' or absent: nothing yet. */
export interface PartyChoice {
	destinationId?: string | null | undefined;
	shipperId?: string | null | undefined;
}

/** Why a list is empty: the first of these that holds. */
export type EmptyReason =
	| 'no_destination'
	| 'destination_inactive'
	| 'no_shipper'
	| 'shipper_out_of_scope'
	| 'nobody_has_role'
	| 'nobody_linked'
	| 'nobody_in_scope'
	| 'correspondent_not_configured'
	| 'correspondent_inactive'
	| 'correspondent_out_of_scope';

/** The contacts on offer, or why there are none. `contact`: who stands in the way, where somebody does. */
export type Offer =
	{ contacts: ContactRow[]; why: null } | { contacts: []; why: EmptyReason; contact: ContactRow | null };

type Contacts = readonly ContactRow[];
type Destinations = readonly DestinationRow[];

const none = (why: EmptyReason, contact: ContactRow | null = null): Offer => ({ contacts: [], why, contact });

/** [P2–P4] Does this contact serve the destination? One that names none serves them all. */
export const serves = (contact: ContactRow, destinationId: string): boolean =>
	contact.destinationIds.length === 0 || contact.destinationIds.includes(destinationId);

/** [P3] May this recipient receive from the shipper? One that names none receives from them all. */
export const isLinked = (recipient: ContactRow, shipperId: string): boolean =>
	recipient.linkedShipperIds.length === 0 || recipient.linkedShipperIds.includes(shipperId);

const spelled = (name: string): string => name.normalize('NFC').trim().toUpperCase();

/** [P5] Is this the shipper that the setting names? Case does not count. */
export const isDefaultShipper = (contact: Pick<ContactRow, 'name' | 'roles' | 'active'>, name: string): boolean =>
	contact.active && contact.roles.includes('shipper') && spelled(contact.name) === spelled(name);

/** Active, with the role. */
const withRole = (contacts: Contacts, role: Party): ContactRow[] =>
	contacts.filter((contact) => contact.active && contact.roles.includes(role));

/** [P1] The destination chosen, or why nothing can be offered for it. */
function chosenDestination({ destinationId }: PartyChoice, destinations: Destinations): DestinationRow | EmptyReason {
	const destination = destinationId ? destinations.find(({ id }) => id === destinationId) : undefined;
	if (!destination) return 'no_destination';
	return destination.active ? destination : 'destination_inactive';
}

/** [P2] The shippers that serve the destination. */
export function offeredShippers(choice: PartyChoice, contacts: Contacts, destinations: Destinations): Offer {
	const destination = chosenDestination(choice, destinations);
	if (typeof destination === 'string') return none(destination);
	return inScope(withRole(contacts, 'shipper'), destination);
}

/** [P3] The recipients that the shipper may send to there. */
export function offeredRecipients(choice: PartyChoice, contacts: Contacts, destinations: Destinations): Offer {
	const destination = chosenDestination(choice, destinations);
	if (typeof destination === 'string') return none(destination);
	const shipper = choice.shipperId ? contacts.find(({ id }) => id === choice.shipperId) : undefined;
	if (!shipper) return none('no_shipper');
	if (!withRole([shipper], 'shipper').some((contact) => serves(contact, destination.id)))
		return none('shipper_out_of_scope', shipper);
	const recipients = withRole(contacts, 'recipient');
	const linked = recipients.filter((recipient) => isLinked(recipient, shipper.id));
	const isNear = recipients.some((recipient) => serves(recipient, destination.id));
	if (isNear && !linked.some((recipient) => serves(recipient, destination.id))) return none('nobody_linked', shipper);
	return inScope(linked, destination, recipients);
}

/** [P4] The destination's own correspondent, and nobody else. */
export function offeredCorrespondents(choice: PartyChoice, contacts: Contacts, destinations: Destinations): Offer {
	const destination = chosenDestination(choice, destinations);
	if (typeof destination === 'string') return none(destination);
	const configured = contacts.find(({ id }) => id === destination.correspondentId);
	if (!configured) return none('correspondent_not_configured');
	if (!configured.active) return none('correspondent_inactive', configured);
	if (!isCorrespondentFor(configured, destination.id)) return none('correspondent_out_of_scope', configured);
	return { contacts: [configured], why: null };
}

/** [P4] Has the role, and serves the destination. */
export const isCorrespondentFor = (contact: ContactRow, destinationId: string): boolean =>
	contact.roles.includes('correspondent') && serves(contact, destinationId);

/** `all`: everybody with the role, which tells "nobody at all" from "nobody for this destination". */
function inScope(contacts: Contacts, destination: DestinationRow, all: Contacts = contacts): Offer {
	const offered = contacts.filter((contact) => serves(contact, destination.id));
	if (offered.length > 0) return { contacts: offered, why: null };
	return none(all.length === 0 ? 'nobody_has_role' : 'nobody_in_scope');
}

/** The parties of a choice, as far as they are known. */
export interface Pairing {
	destination: DestinationRow;
	shipper?: ContactRow | undefined;
	recipient?: ContactRow | undefined;
	correspondent?: ContactRow | undefined;
}

/**
 * [P6] The first pair that may not stand together: `shipper_out_of_scope`, `recipient_not_linked`, `recipient_out_of_scope`,
 * `correspondent_not_configured`, `correspondent_out_of_scope`. `changed`: the sides that are new; pairs that have none of
 * them are left in peace. Absent: all.
 */
export function pairMismatch(pairing: Pairing, changed?: ReadonlySet<Party | 'destination'>): Rejection | null {
	const isNew = (...sides: (Party | 'destination')[]) => !changed || sides.some((side) => changed.has(side));
	const { destination, shipper, recipient, correspondent } = pairing;
	const where = { destination: destination.city };
	if (shipper && isNew('shipper', 'destination') && !serves(shipper, destination.id))
		return refuse('shipper_out_of_scope', { name: shipper.name, ...where }, shipper.id, destination.id);
	if (recipient && shipper && isNew('recipient', 'shipper') && !isLinked(recipient, shipper.id))
		return refuse('recipient_not_linked', { name: recipient.name, shipper: shipper.name }, recipient.id, shipper.id);
	if (recipient && isNew('recipient', 'destination') && !serves(recipient, destination.id))
		return refuse('recipient_out_of_scope', { name: recipient.name, ...where }, recipient.id, destination.id);
	if (!correspondent || !isNew('correspondent', 'destination')) return null;
	if (destination.correspondentId === null) return refuse('correspondent_not_configured', where, destination.id);
	return destination.correspondentId === correspondent.id && isCorrespondentFor(correspondent, destination.id)
		? null
		: refuse('correspondent_out_of_scope', { name: correspondent.name, ...where }, correspondent.id, destination.id);
}

/** The rows that ids name, as far as they were gathered. Null: the destination was not. */
export function pairingIn(world: World, destinationId: string, ids: PartyIds): Pairing | null {
	const destination = world.destinations.get(destinationId);
	const party = (of: Party) => world.contacts.get(ids[PARTY_FIELD[of]] ?? '');
	return destination
		? { destination, shipper: party('shipper'), recipient: party('recipient'), correspondent: party('correspondent') }
		: null;
}
