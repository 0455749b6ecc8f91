/**
 * [S3, S4, R1, R2] A new shipment: with all its parties and a final reference, or a temporary draft that needs only its
 * destination. The server numbers it; on a phone its references are open until the verdict.
 */
import type { CommandArgs } from './commands.ts';
import type { World } from './decision.ts';
import type { Draft } from './draft.ts';
import {
	destinationFields,
	PARTIES,
	PARTY_FIELD,
	roleMissing,
	snapshot,
	unknownDestination,
	unknownParty
} from './parties.ts';
import { pairingIn, pairMismatch } from './party-scope.ts';
import { refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { judgeBy, type Subject } from './rule.ts';
import type { DestinationRow, ShipmentRow } from './rows.ts';

interface NewSubject extends Subject {
	known: ShipmentRow | null;
}
type Args = CommandArgs['shipment.create'];

export const createShipment = judgeBy<'shipment.create', NewSubject>({
	name: 'shipment.create',
	find: (args, world) =>
		unknownDestination(args.destinationId, world) ??
		unknownParty(args, world) ?? { carton: null, shipments: [], known: world.shipments.get(args.shipmentId) ?? null },
	already: ({ known }) =>
		known &&
		refuse(
			'already_created',
			{ name: known.reference ?? known.destinationCity, by: known.createdBy, at: known.createdAt },
			known.id
		),
	needs: [
		(_subject, args) => partiesLacking(args),
		(_subject, args, { world }) => roleMissing(args, world),
		(_subject, args, { world }) => mismatch(args, world)
	],
	act: (_subject, args, draft) => {
		draft.shipment(newShipment(args, draft));
	}
});

/** [S4] All four parties; a temporary one only needs the shipper that its recipient stands on. */
function partiesLacking(args: Args): Rejection | null {
	const missing = PARTIES.filter((party) => !args[PARTY_FIELD[party]]);
	const needed = args.temporary ? missing.filter((party) => party === 'shipper' && args.recipientId) : missing;
	return needed.length > 0
		? refuse('parties_incomplete', { reference: '', missing: needed.join(',') }, args.shipmentId)
		: null;
}

/** [P6, S4] Every pair that is given, of a temporary draft too. */
function mismatch(args: Args, world: World): Rejection | null {
	const pairing = pairingIn(world, args.destinationId, args);
	return pairing && pairMismatch(pairing);
}

function newShipment(args: Args, draft: Draft): ShipmentRow {
	const { world, context, by, at, assigned } = draft;
	const { numbers } = context;
	const temporary = args.temporary ?? false;
	if (numbers) {
		assigned.trackingToken = numbers.trackingToken;
		if (temporary) assigned.temporaryReference = numbers.temporaryReference;
		else assigned.reference = numbers.finalReference;
	}
	return {
		id: args.shipmentId,
		reference: assigned.reference ?? null,
		temporaryReference: assigned.temporaryReference ?? null,
		temporary,
		status: 'draft',
		disputeId: null,
		disputeReason: null,
		disputedBy: null,
		disputedAt: null,
		cycle: 1,
		latestStep: null,
		latestStepAt: null,
		cartonsTotal: 0,
		cartonsAssigned: 0,
		cartonsLabeled: 0,
		cartonsShipped: 0,
		readyAt: null,
		closedAt: null,
		closedBy: null,
		archivedAt: null,
		archivedBy: null,
		...destinationFields(world.destinations.get(args.destinationId) as DestinationRow),
		shipper: snapshot(args.shipperId, world),
		recipient: snapshot(args.recipientId, world),
		correspondent: snapshot(args.correspondentId, world),
		requestedOn: args.requestedOn ?? null,
		notes: args.notes ?? '',
		trackingToken: assigned.trackingToken ?? null,
		createdBy: by,
		createdAt: at
	};
}
