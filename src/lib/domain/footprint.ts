/**
 * Which rows each command needs before it can be decided: one fixed table, asked by phone and server alike. After
 * gathering `cartonIds` the gatherer adds each carton's own shipment (`missingShipments`), because C10 looks at it.
 */
import { normalizeCode } from './codes.ts';
import type { Command, CommandArgs, CommandName } from './commands.ts';
import type { Footprint } from './decision.ts';
import { needsCartonChecks } from './tracking.ts';

type Needs = Partial<Footprint>;

const named = (id: string | null | undefined): string[] => (id ? [id] : []);
const productsOf = (items: readonly { productId: string }[]): string[] => items.map((item) => item.productId);
const parties = (of: {
	shipperId?: string | null | undefined;
	recipientId?: string | null | undefined;
	correspondentId?: string | null | undefined;
}) => [...named(of.shipperId), ...named(of.recipientId), ...named(of.correspondentId)];
const onCarton = (args: { cartonId: string; shipmentId?: string | null | undefined }): Needs => ({
	cartonIds: [args.cartonId],
	shipmentIds: named(args.shipmentId)
});
const onTimeline = (args: { shipmentId: string }): Needs => ({
	shipmentIds: [args.shipmentId],
	timelineOf: [args.shipmentId]
});

const NEEDS: { [N in CommandName]: (args: CommandArgs[N]) => Needs } = {
	'carton.create': (args) => ({
		cartonIds: [args.cartonId],
		codes: [normalizeCode(args.code)],
		warehouseIds: [args.warehouseId],
		locationIds: named(args.locationId)
	}),
	'carton.pack': (args) => ({
		cartonIds: [args.cartonId],
		shipmentIds: [...named(args.shipmentId), ...named(args.intoShipmentId)],
		productIds: productsOf(args.items)
	}),
	'carton.takeOut': (args) => ({ ...onCarton(args), productIds: productsOf(args.items) }),
	'carton.setStatus': (args) => ({ cartonIds: [args.cartonId] }),
	'carton.assign': onCarton,
	'carton.remove': onCarton,
	'carton.label': onCarton,
	'carton.removeLabel': onCarton,
	'carton.load': onCarton,
	'carton.unload': onCarton,
	'carton.move': (args) => ({
		cartonIds: [args.cartonId],
		locationIds: [...named(args.locationId), ...named(args.was)]
	}),
	'carton.unpack': onCarton,
	'carton.discard': (args) => ({ cartonIds: [args.cartonId] }),
	'label.printed': (args) => (args.kind === 'carton' ? { cartonIds: args.ids } : { shipmentIds: args.ids }),
	'shipment.create': (args) => ({
		shipmentIds: [args.shipmentId],
		destinationIds: [args.destinationId],
		contactIds: parties(args)
	}),
	'shipment.edit': (args) => ({
		...onTimeline(args),
		destinationIds: named(args.changes.destinationId),
		contactIds: parties(args.changes),
		allCartonsOf: args.changes.destinationId ? [args.shipmentId] : [],
		partiesOf: [args.shipmentId]
	}),
	'shipment.track': (args) => ({
		...onTimeline(args),
		allCartonsOf: needsCartonChecks(args.step) ? [args.shipmentId] : []
	}),
	'shipment.dispute': onTimeline,
	'shipment.resolve': (args) => ({ ...onTimeline(args), allCartonsOf: [args.shipmentId] }),
	'shipment.close': onTimeline,
	'shipment.archive': onTimeline,
	'shipment.renewLink': (args) => ({ shipmentIds: [args.shipmentId] }),
	'refusal.handOver': (args) => ({ refusalIds: [args.refusalId] }),
	'refusal.settle': (args) => ({ refusalIds: [args.refusalId] }),
	'contact.save': (args) => ({
		contactIds: [args.contactId, ...args.linkedShipperIds],
		destinationIds: args.destinationIds
	}),
	'destination.save': (args) => ({
		destinationIds: [args.destinationId],
		contactIds: named(args.correspondentId)
	})
};

export function emptyFootprint(): Footprint {
	return {
		cartonIds: [],
		shipmentIds: [],
		codes: [],
		allCartonsOf: [],
		timelineOf: [],
		productIds: [],
		contactIds: [],
		destinationIds: [],
		partiesOf: [],
		locationIds: [],
		warehouseIds: [],
		refusalIds: []
	};
}

/** The rows that `decide(command, …)` looks at. */
export const footprint = (command: Command): Footprint => ({
	...emptyFootprint(),
	...needsOf(command.name, command.args)
});

function needsOf<N extends CommandName>(name: N, args: CommandArgs[N]): Needs {
	return NEEDS[name](args);
}

/** One footprint for a batch; each id once. */
export function mergeFootprints(footprints: readonly Footprint[]): Footprint {
	const merged = emptyFootprint();
	for (const key of Object.keys(merged) as (keyof Footprint)[]) {
		merged[key] = [...new Set(footprints.flatMap((each) => each[key]))];
	}
	return merged;
}
