/** Why a list of a shipment's form is empty, and where to go to mend it; each way leads back to the form. */
import type { Party } from '#lib/domain/refuse.ts';
import type { ChoiceList, PartyValues } from '#lib/domain/shipment-choices.ts';
import { m } from '#lib/paraglide/messages.js';
import { offerWords, type ChosenNames } from '#lib/components/offer-words.ts';

export interface Fix {
	name: string;
	href: string;
}

export interface Emptiness {
	text: string;
	fixes: Fix[];
}

interface Where extends ChosenNames {
	party: Party;
	values: PartyValues;
	/** The form with what it holds: where each fix leads back to. */
	back: string;
}

const address = (path: string, params: Record<string, string>): string => `${path}?${new URLSearchParams(params)}`;

/** Null: the list is not empty. */
export function emptiness(list: ChoiceList, where: Where): Emptiness | null {
	const text = offerWords(where.party, list, where);
	return text === null ? null : { text, fixes: fixesFor(list, where) };
}

function fixesFor({ why, contact }: ChoiceList, { party, values, back }: Where): Fix[] {
	const { destinationId: destination, shipperId } = values;
	const openContact = () =>
		contact
			? [
					{
						name: m.contacts_fix_open_contact({ name: contact.name }),
						href: address(`/contacts/${contact.id}`, { back })
					}
				]
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
		case 'no_destination':
		case 'no_shipper':
			return [];
		case 'destination_inactive':
		case 'correspondent_not_configured':
			return openDestination();
		case 'shipper_out_of_scope':
			return openContact();
		case 'nobody_has_role':
			return create();
		case 'nobody_in_scope':
			return [
				...create(),
				party === 'shipper'
					? { name: m.contacts_fix_open_shippers(), href: address('/contacts', { role: 'shipper' }) }
					: { name: m.contacts_fix_open_recipients(), href: address('/contacts', { role: 'recipient' }) }
			];
		case 'nobody_linked':
			return [
				...create(),
				{ name: m.contacts_fix_open_recipients(), href: address('/contacts', { role: 'recipient', destination }) }
			];
		case 'correspondent_inactive':
		case 'correspondent_out_of_scope':
			return [...openContact(), ...openDestination()];
	}
}
