/** Why a list of a shipment's form is empty, in words, and where to go to mend it; each way leads back to the form. */
import type { Party } from '#lib/domain/refuse.ts';
import type { ChoiceList, PartyValues } from '#lib/domain/shipment-choices.ts';
import { m } from '#lib/paraglide/messages.js';

export interface Fix {
	name: string;
	href: string;
}

export interface Emptiness {
	text: string;
	fixes: Fix[];
}

interface Where {
	party: Party;
	values: PartyValues;
	/** The names of what was chosen, for the sentence. */
	city: string;
	shipper: string;
	/** The form with what it holds: where each fix leads back to. */
	back: string;
}

const address = (path: string, params: Record<string, string>): string => `${path}?${new URLSearchParams(params)}`;

/** Null: the list is not empty. */
export function emptiness(
	{ why, contact }: ChoiceList,
	{ party, values, city, shipper, back }: Where
): Emptiness | null {
	const { destinationId: destination, shipperId } = values;
	const name = contact?.name ?? '';
	const openContact = () =>
		contact
			? [{ name: m.contacts_fix_open_contact({ name }), href: address(`/contacts/${contact.id}`, { back }) }]
			: [];
	const openDestination = () => [
		{ name: m.contacts_fix_open_destination(), href: address(`/destinations/${destination}`, { back }) }
	];
	const create = () =>
		party === 'shipper'
			? [{ name: m.contacts_fix_new_shipper(), href: address('/contacts/new', { role: party, destination, back }) }]
			: [
					{
						name: m.contacts_fix_new_recipient(),
						href: address('/contacts/new', { role: 'recipient', destination, shipper: shipperId, back })
					}
				];
	switch (why) {
		case null:
			return null;
		case 'no_destination':
			return { text: m.contacts_offer_no_destination(), fixes: [] };
		case 'destination_inactive':
			return { text: m.contacts_offer_destination_inactive(), fixes: openDestination() };
		case 'no_shipper':
			return { text: m.contacts_offer_no_shipper(), fixes: [] };
		case 'shipper_out_of_scope':
			return { text: m.contacts_offer_shipper_out_of_scope({ name, city }), fixes: openContact() };
		case 'nobody_has_role':
			return {
				text: party === 'shipper' ? m.contacts_offer_nobody_shipper() : m.contacts_offer_nobody_recipient(),
				fixes: create()
			};
		case 'nobody_in_scope':
			return {
				text:
					party === 'shipper' ? m.contacts_offer_scope_shipper({ city }) : m.contacts_offer_scope_recipient({ city }),
				fixes: [
					...create(),
					party === 'shipper'
						? { name: m.contacts_fix_open_shippers(), href: address('/contacts', { role: 'shipper' }) }
						: { name: m.contacts_fix_open_recipients(), href: address('/contacts', { role: 'recipient' }) }
				]
			};
		case 'nobody_linked':
			return {
				text: m.contacts_offer_nobody_linked({ city, name: shipper }),
				fixes: [
					...create(),
					{ name: m.contacts_fix_open_recipients(), href: address('/contacts', { role: 'recipient', destination }) }
				]
			};
		case 'correspondent_not_configured':
			return { text: m.contacts_offer_correspondent_not_configured({ city }), fixes: openDestination() };
		case 'correspondent_inactive':
			return {
				text: m.contacts_offer_correspondent_inactive({ name, city }),
				fixes: [...openContact(), ...openDestination()]
			};
		case 'correspondent_out_of_scope':
			return {
				text: m.contacts_offer_correspondent_out_of_scope({ name, city }),
				fixes: [...openContact(), ...openDestination()]
			};
	}
}
