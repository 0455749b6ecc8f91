/**
 * [P1–P4] What a shipment's form offers in each of its lists, in the order of choice, and what becomes of a choice when an
 * earlier one changes. Browser and server ask this, so that the form does the same with and without JavaScript.
 */
import { PARTIES, PARTY_FIELD } from './parties.ts';
import {
	offeredCorrespondents,
	offeredRecipients,
	offeredShippers,
	type EmptyReason,
	type PartyChoice
} from './party-scope.ts';
import type { Party } from './refuse.ts';
import type { ContactRow, DestinationRow } from './rows.ts';

/** What the form chooses from. `kept`: the party that a shipment has, though it may be offered no longer. */
export interface Choosing {
	contacts: readonly ContactRow[];
	destinations: readonly DestinationRow[];
	kept: KeptChoice | null;
}

/** The shipment that is being edited: an inactive contact that stays is nobody's business, while nothing before it changes. */
export interface KeptChoice {
	destination: Choice;
	shipper: Choice | null;
	recipient: Choice | null;
	correspondent: Choice | null;
}

export interface Choice {
	id: string;
	name: string;
	/** What tells two of the same name apart. */
	detail: string;
}

export interface ChoiceList {
	choices: Choice[];
	/** Why nobody is offered; null where somebody is. */
	why: EmptyReason | null;
	/** The contact that stands in the way, where one does. */
	contact: { id: string; name: string } | null;
}

export interface PartyValues {
	destinationId: string;
	shipperId: string;
	recipientId: string;
	correspondentId: string;
}

const OFFERS = {
	shipper: offeredShippers,
	recipient: offeredRecipients,
	correspondent: offeredCorrespondents
} as const;

/** What must be as it was for a party to be kept. */
const STANDS_ON: Record<Party, readonly (keyof PartyValues & keyof PartyChoice)[]> = {
	shipper: ['destinationId'],
	recipient: ['destinationId', 'shipperId'],
	correspondent: ['destinationId']
};

/** The active destinations, and the kept one. */
export function destinationChoices({ destinations, kept }: Choosing): Choice[] {
	const choices = destinations
		.filter(({ active }) => active)
		.map(({ id, city, iata, country }) => ({ id, name: `${iata} · ${city}`, detail: country }));
	return keeping(choices, kept?.destination ?? null);
}

/** One party's list. */
export function partyChoices(party: Party, values: PartyValues, choosing: Choosing): ChoiceList {
	const { contacts, destinations, kept } = choosing;
	const offer = OFFERS[party](values, contacts, destinations);
	const choices = offer.contacts.map(({ id, name, structure }) => ({ id, name, detail: structure }));
	const isAsBefore =
		kept !== null &&
		STANDS_ON[party].every((field) =>
			field === 'destinationId'
				? values.destinationId === kept.destination.id
				: values.shipperId === (kept.shipper?.id ?? '')
		);
	const contact = offer.why === null ? null : offer.contact;
	return {
		choices: keeping(choices, isAsBefore ? kept[party] : null),
		why: offer.why,
		contact: contact && { id: contact.id, name: contact.name }
	};
}

const keeping = (choices: Choice[], kept: Choice | null): Choice[] =>
	kept === null || choices.some(({ id }) => id === kept.id) ? choices : [kept, ...choices];

/** The same values without what is offered no longer; a correspondent that is alone on offer is chosen (P4). */
export function settledChoices<V extends PartyValues>(values: V, choosing: Choosing): V {
	const settled = { ...values };
	for (const party of PARTIES) {
		const field = PARTY_FIELD[party];
		const { choices } = partyChoices(party, settled, choosing);
		if (!choices.some(({ id }) => id === settled[field])) settled[field] = '';
		if (party === 'correspondent' && settled[field] === '' && choices.length === 1) settled[field] = choices[0]!.id;
	}
	return settled;
}
