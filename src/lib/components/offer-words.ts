/** [P1–P4] Why a list of a shipment's form is empty, in words: the same at the desk and on a phone. */
import type { Party } from '#lib/domain/refuse.ts';
import type { ChoiceList } from '#lib/domain/shipment-choices.ts';
import { m } from '#lib/paraglide/messages.js';

/** What was chosen so far, for the sentence. */
export interface ChosenNames {
	city: string;
	shipper: string;
}

/** Null: the list is not empty. */
export function offerWords(
	party: Party,
	{ why, contact }: Pick<ChoiceList, 'why' | 'contact'>,
	{ city, shipper }: ChosenNames
): string | null {
	const name = contact?.name ?? '';
	const isShipper = party === 'shipper';
	switch (why) {
		case null:
			return null;
		case 'no_destination':
			return m.contacts_offer_no_destination();
		case 'destination_inactive':
			return m.contacts_offer_destination_inactive();
		case 'no_shipper':
			return m.contacts_offer_no_shipper();
		case 'shipper_out_of_scope':
			return m.contacts_offer_shipper_out_of_scope({ name, city });
		case 'nobody_has_role':
			return isShipper ? m.contacts_offer_nobody_shipper() : m.contacts_offer_nobody_recipient();
		case 'nobody_in_scope':
			return isShipper ? m.contacts_offer_scope_shipper({ city }) : m.contacts_offer_scope_recipient({ city });
		case 'nobody_linked':
			return m.contacts_offer_nobody_linked({ city, name: shipper });
		case 'correspondent_not_configured':
			return m.contacts_offer_correspondent_not_configured({ city });
		case 'correspondent_inactive':
			return m.contacts_offer_correspondent_inactive({ name, city });
		case 'correspondent_out_of_scope':
			return m.contacts_offer_correspondent_out_of_scope({ name, city });
	}
}
