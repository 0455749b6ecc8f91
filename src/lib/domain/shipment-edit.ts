/**
 * [S3, S6] Editing a shipment before it is locked. Its author says what each field read (`was`); a field that somebody
 * changed meanwhile stops the whole edit. A new destination takes the labels off its cartons.
 */
import type { CommandArgs, ShipmentEdits } from './commands.ts';
import type { World } from './decision.ts';
import type { Draft } from './draft.ts';
import {
	destinationFields,
	PARTIES,
	PARTY_FIELD,
	roleMissing,
	snapshot,
	unknownDestination,
	unknownParty,
	type PartyIds
} from './parties.ts';
import { pairingIn, pairMismatch } from './party-scope.ts';
import { byWhom, isRejection, listed, referenceOf, refuse, type Party } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy } from './rule.ts';
import type { DestinationRow, ShipmentRow } from './rows.ts';
import { findShipment, type ShipmentSubject } from './shipment-subject.ts';
import { cartonsOf, timelineOf } from './world.ts';

type Field = keyof ShipmentEdits;
type Args = CommandArgs['shipment.edit'];

/** What `shipment.edit` may change. */
export const EDITABLE = [
	'destinationId',
	'shipperId',
	'recipientId',
	'correspondentId',
	'requestedOn',
	'notes'
] as const satisfies readonly Field[];

const valueOf = (shipment: ShipmentRow, field: Field): string | null => {
	switch (field) {
		case 'shipperId':
			return shipment.shipper?.id ?? null;
		case 'recipientId':
			return shipment.recipient?.id ?? null;
		case 'correspondentId':
			return shipment.correspondent?.id ?? null;
		default:
			return shipment[field];
	}
};

/** How the value reads in a sentence. */
const readable = (shipment: ShipmentRow, field: Field): string => {
	if (field === 'destinationId') return shipment.destinationCity;
	const party = PARTIES.find((each) => PARTY_FIELD[each] === field);
	return party ? (shipment[party]?.name ?? '') : (valueOf(shipment, field) ?? '');
};

/** The fields whose value this edit really changes. */
const changedFields = (shipment: ShipmentRow, { changes }: Args): Field[] =>
	EDITABLE.filter((field) => changes[field] !== undefined && changes[field] !== valueOf(shipment, field));

export const editShipment = judgeBy<'shipment.edit', ShipmentSubject>({
	name: 'shipment.edit',
	find: (args, world) => {
		const subject = findShipment(args, world);
		if (isRejection(subject)) return subject;
		const { destinationId, ...parties } = changesOf(subject.shipment, args);
		const unknown = (destinationId ? unknownDestination(destinationId, world) : null) ?? unknownParty(parties, world);
		return unknown ?? subject;
	},
	already: ({ shipment }, args) =>
		changedFields(shipment, args).length === 0
			? refuse('nothing_changed', { reference: referenceOf(shipment) }, shipment.id)
			: null,
	needs: [
		({ shipment }, args, { world }) => staleField(shipment, args, world),
		({ shipment }, args) => clearedParties(shipment, args),
		({ shipment }, args, { world }) => roleMissing(changesOf(shipment, args), world),
		({ shipment }, args, { world }) => mismatch(shipment, args, world)
	],
	act: ({ shipment: before }, args, draft) => {
		const shipment = draft.shipment(before);
		const fields = changedFields(before, args);
		write(shipment, args.changes, fields, draft.world);
		if (fields.includes('destinationId')) takeLabelsOff(shipment, draft);
		draft.entry(shipment, { kind: 'edit', comment: fields.join(',') });
	}
});

/** Only what really changes: an inactive contact that stays is nobody's business. */
const changesOf = (shipment: ShipmentRow, args: Args): ShipmentEdits & PartyIds =>
	Object.fromEntries(changedFields(shipment, args).map((field) => [field, args.changes[field]]));

/** [§11] A field that reads neither what its author saw nor what they want. */
function staleField(shipment: ShipmentRow, args: Args, world: World): Rejection | null {
	for (const field of changedFields(shipment, args)) {
		const was = args.was?.[field];
		if (was === undefined || was === valueOf(shipment, field)) continue;
		const edit = timelineOf(world, shipment.id).findLast(
			(entry) => entry.kind === 'edit' && entry.comment.split(',').includes(field)
		);
		const params = { field, value: readable(shipment, field), ...byWhom(edit?.actorName, edit?.occurredAt) };
		return refuse('stale_base', params, shipment.id);
	}
	return null;
}

/** [S6, S4] A party is cleared only while `draft`, and a recipient keeps its shipper. */
function clearedParties(shipment: ShipmentRow, args: Args): Rejection | null {
	const cleared = PARTIES.filter((party) => args.changes[PARTY_FIELD[party]] === null && shipment[party] !== null);
	const after = (party: (typeof PARTIES)[number]) => {
		const id = args.changes[PARTY_FIELD[party]];
		return id === undefined ? (shipment[party]?.id ?? null) : id;
	};
	const withoutShipper = after('recipient') !== null && after('shipper') === null;
	const missing = shipment.status === 'draft' ? (withoutShipper ? (['shipper'] as const) : []) : cleared;
	if (missing.length === 0) return null;
	return refuse('parties_incomplete', { reference: referenceOf(shipment), missing: missing.join(',') }, shipment.id);
}

/** [P6] The pairs that this edit touches, among the shipment's destination and parties as they would be. */
function mismatch(shipment: ShipmentRow, args: Args, world: World): Rejection | null {
	const fields = changedFields(shipment, args);
	const value = (field: Field) => (fields.includes(field) ? args.changes[field] : valueOf(shipment, field));
	const ids = Object.fromEntries(PARTIES.map((party) => [PARTY_FIELD[party], value(PARTY_FIELD[party])])) as PartyIds;
	const pairing = pairingIn(world, value('destinationId') ?? '', ids);
	const changed = new Set<Party | 'destination'>(PARTIES.filter((party) => fields.includes(PARTY_FIELD[party])));
	if (fields.includes('destinationId')) changed.add('destination');
	return pairing && pairMismatch(pairing, changed);
}

function write(shipment: ShipmentRow, changes: ShipmentEdits, fields: readonly Field[], world: World): void {
	if (fields.includes('destinationId'))
		Object.assign(shipment, destinationFields(world.destinations.get(changes.destinationId ?? '') as DestinationRow));
	for (const party of PARTIES) {
		const field = PARTY_FIELD[party];
		if (fields.includes(field)) shipment[party] = snapshot(changes[field], world);
	}
	if (fields.includes('requestedOn')) shipment.requestedOn = changes.requestedOn ?? null;
	if (fields.includes('notes')) shipment.notes = changes.notes ?? '';
}

/** [S6] As in C5: a label names the destination. */
function takeLabelsOff(shipment: ShipmentRow, draft: Draft): void {
	const labeled = cartonsOf(draft.world, shipment.id).filter((carton) => carton.status === 'labeled');
	for (const carton of labeled) draft.place(carton, 'assigned');
	if (labeled.length > 0)
		draft.notes.push(
			refuse('label_removed', { codes: listed(labeled.map(({ code }) => code)), count: labeled.length }, shipment.id)
		);
}
