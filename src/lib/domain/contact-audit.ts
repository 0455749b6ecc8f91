/**
 * [P7] What is inconsistent among contacts, destinations and live shipments, and the command that mends it where there is
 * one right answer. Pure: `ops audit-contacts` reads the rows and gives the commands.
 */
import type { Command } from './commands.ts';
import { PARTIES, PARTY_FIELD, roleMissing } from './parties.ts';
import { isDefaultShipper, pairingIn, pairMismatch, serves } from './party-scope.ts';
import type { Rejection, RejectionCode } from './rejections.ts';
import type { ContactRow, DestinationRow, ShipmentRow } from './rows.ts';
import { emptyWorld } from './world.ts';

export type AuditKind =
	| 'correspondent_missing'
	| 'correspondent_inactive'
	| 'correspondent_without_role'
	| 'correspondent_out_of_scope'
	| 'recipient_without_shipper'
	| 'parties_out_of_scope';

export interface AuditIssue {
	kind: AuditKind;
	contact: ContactRow | null;
	destination: DestinationRow | null;
	shipment: ShipmentRow | null;
	/** Of `parties_out_of_scope`: which pair, as the server would refuse it now. */
	rejection: Rejection | null;
	/** What mends it; null where somebody has to choose. */
	fix: Command | null;
}

export interface Audited {
	contacts: readonly ContactRow[];
	destinations: readonly DestinationRow[];
	/** Neither archived nor closed. */
	shipments: readonly ShipmentRow[];
	/** The name that the setting gives (P5). */
	defaultShipper: string;
}

const issue = (kind: AuditKind, rest: Partial<AuditIssue>): AuditIssue => ({
	...{ kind, contact: null, destination: null, shipment: null, rejection: null, fix: null },
	...rest
});

/** All issues: destinations, then recipients, then shipments, each in the order given. */
export const auditContacts = (audited: Audited): AuditIssue[] => [
	...audited.destinations.flatMap((destination) => ofDestination(destination, audited)),
	...ofRecipients(audited),
	...ofShipments(audited)
];

/** [P4] The correspondent that a destination configures is what its manager said: its role and scope follow that. */
function ofDestination(destination: DestinationRow, { contacts }: Audited): AuditIssue[] {
	const { id, correspondentId, active } = destination;
	if (!active || correspondentId === null) return [];
	const contact = contacts.find((each) => each.id === correspondentId);
	if (!contact) return [issue('correspondent_missing', { destination })];
	if (!contact.active) return [issue('correspondent_inactive', { destination, contact })];
	if (!contact.roles.includes('correspondent')) {
		const fix = saving(contact, 'roles', [...contact.roles, 'correspondent']);
		return [issue('correspondent_without_role', { destination, contact, fix })];
	}
	if (serves(contact, id)) return [];
	const fix = saving(contact, 'destinationIds', [...contact.destinationIds, id]);
	return [issue('correspondent_out_of_scope', { destination, contact, fix })];
}

/** [P5] Linking the default shipper is right where nobody else ships to this recipient now. */
function ofRecipients({ contacts, shipments, defaultShipper }: Audited): AuditIssue[] {
	const standard = contacts.find((each) => isDefaultShipper(each, defaultShipper));
	return contacts
		.filter(({ active, roles, linkedShipperIds }) => active && roles.includes('recipient') && !linkedShipperIds.length)
		.map((contact) => {
			const others = shipments.some(
				({ recipient, shipper }) => recipient?.id === contact.id && shipper?.id !== standard?.id
			);
			const fix = standard && !others ? saving(contact, 'linkedShipperIds', [standard.id]) : null;
			return issue('recipient_without_shipper', { contact, fix });
		});
}

/** [P6] Which party should change is for people to say. */
function ofShipments({ contacts, destinations, shipments }: Audited): AuditIssue[] {
	const world = emptyWorld();
	for (const contact of contacts) world.contacts.set(contact.id, contact);
	for (const destination of destinations) world.destinations.set(destination.id, destination);
	return shipments.flatMap((shipment) => {
		const ids = Object.fromEntries(PARTIES.map((party) => [PARTY_FIELD[party], shipment[party]?.id]));
		const pairing = pairingIn(world, shipment.destinationId, ids);
		const rejection = roleMissing(ids, world) ?? (pairing && pairMismatch(pairing));
		return rejection ? [issue('parties_out_of_scope', { shipment, rejection })] : [];
	});
}

type Field = 'roles' | 'destinationIds' | 'linkedShipperIds';

/** One field of a contact, changed from what it reads now. */
function saving<F extends Field>(
	{ id: contactId, changed: _changed, ...row }: ContactRow,
	field: F,
	value: ContactRow[F]
): Command {
	return { name: 'contact.save', args: { contactId, ...row, [field]: value, was: { [field]: row[field] } } };
}

/** What a list of issues is sorted and counted by. */
export const codeOf = ({ kind, rejection }: AuditIssue): AuditKind | RejectionCode => rejection?.code ?? kind;
