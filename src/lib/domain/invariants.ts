/**
 * [C12] What is always true, checked from the rows alone: written apart from the rules that keep it, so that a simulator,
 * a test or `ops verify` can tell when they do not. Reads a whole world, not a command's footprint.
 */
import { CLOSURE_STEPS } from './closure.ts';
import type { World } from './decision.ts';
import { groupBy } from './group-by.ts';
import {
	TRACKING_STEPS,
	type CartonRow,
	type CartonStatus,
	type ShipmentRow,
	type ShipmentStatus,
	type TimelineRow
} from './rows.ts';

const UNLINKED: readonly CartonStatus[] = ['draft', 'picking', 'packed'];
const SENT: readonly ShipmentStatus[] = ['shipped', 'received_correspondent', 'delivered'];

/**
 * Every broken invariant as one line, naming the row; none: an empty list.
 * @param numbered false on a phone, where a shipment past `draft` may still wait for its reference
 */
export function invariants(world: World, { numbered = true }: { numbered?: boolean } = {}): string[] {
	const cartons = [...world.cartons.values()];
	const shipments = [...world.shipments.values()];
	const timeline = [...world.timeline.values()];
	const inside = groupBy(cartons, (carton) => carton.shipmentId);
	const entries = groupBy(timeline, (entry) => entry.shipmentId);
	return [
		...cartons.flatMap((carton) => cartonFaults(carton, world.shipments.get(carton.shipmentId ?? ''))),
		...shipments.flatMap((shipment) => [
			...shipmentFaults(shipment, inside.get(shipment.id) ?? [], numbered),
			...timelineFaults(shipment, entries.get(shipment.id) ?? [])
		]),
		...doubled(
			'code',
			cartons.filter(isHeld).map((carton) => carton.code)
		),
		...doubled(
			'reference',
			shipments.map((shipment) => shipment.reference).filter((reference) => reference !== null)
		),
		...doubled(
			'temporary reference',
			shipments.map((shipment) => shipment.temporaryReference).filter((reference) => reference !== null)
		),
		...doubled(
			'tracking token',
			shipments.map((shipment) => shipment.trackingToken).filter((token) => token !== null)
		)
	];
}

const doubled = (what: string, values: readonly string[]): string[] =>
	[...groupBy(values, (value) => value)]
		.filter(([, same]) => same.length > 1)
		.map(([value]) => `R5 ${what} ${value} is held twice`);

/** C14: a discarded pre-printed sticker that never held an item is free. */
const isHeld = (carton: CartonRow): boolean =>
	carton.discardedAt === null || carton.source === 'leased' || carton.everPacked;

/** @param shipment the one that it is in, or undefined */
export function cartonFaults(carton: CartonRow, shipment: ShipmentRow | undefined): string[] {
	const { code, status, shipmentId, items } = carton;
	const unlinked = UNLINKED.includes(status);
	const faults: [boolean, string][] = [
		[shipmentId === null && !unlinked, `C12 ${code} is ${status} without a shipment`],
		[shipmentId !== null && unlinked, `C12 ${code} is ${status} in a shipment`],
		[shipmentId !== null && !shipment, `C12 ${code} is in a shipment that does not exist`],
		[
			status === 'shipped' && !SENT.includes(shipment?.status ?? 'draft'),
			`C12 ${code} is shipped in ${shipment?.status}`
		],
		[status !== 'draft' && status !== 'picking' && items.length === 0, `C12 ${code} is ${status} and empty`],
		[
			items.some((item) => !Number.isSafeInteger(item.quantity) || item.quantity <= 0),
			`C13 ${code} holds no positive quantity`
		],
		[items.length > 0 && !carton.everPacked, `C14 ${code} holds items and was never packed`],
		[
			carton.discardedAt !== null && (status !== 'draft' || shipmentId !== null || items.length > 0),
			`C14 ${code} was discarded while in use`
		],
		[carton.loadedCycle !== null && shipmentId === null, `C15 ${code} is loaded for no shipment`]
	];
	return told(faults);
}

/** @param cartons all that are in it */
export function shipmentFaults(shipment: ShipmentRow, cartons: readonly CartonRow[], numbered = true): string[] {
	const name = shipment.reference ?? shipment.temporaryReference ?? shipment.id;
	const { status } = shipment;
	const count = (of: CartonStatus) => cartons.filter((carton) => carton.status === of).length;
	const [total, assigned, labeled, shipped] = [cartons.length, count('assigned'), count('labeled'), count('shipped')];
	const locked = status === 'planned' || SENT.includes(status);
	const ready = total > 0 && labeled + shipped === total;
	const following = total === 0 ? 'draft' : ready ? 'packed' : 'picking';
	const faults: [boolean, string][] = [
		[shipment.cartonsTotal !== total, `C12 ${name} counts ${shipment.cartonsTotal} cartons of ${total}`],
		[shipment.cartonsAssigned !== assigned, `C12 ${name} counts ${shipment.cartonsAssigned} assigned of ${assigned}`],
		[shipment.cartonsLabeled !== labeled, `C12 ${name} counts ${shipment.cartonsLabeled} labelled of ${labeled}`],
		[shipment.cartonsShipped !== shipped, `C12 ${name} counts ${shipment.cartonsShipped} shipped of ${shipped}`],
		[locked && total === 0, `C12 ${name} is ${status} without cartons`],
		[status === 'planned' && labeled !== total, `C12 ${name} is planned with cartons that are not labelled`],
		[SENT.includes(status) && shipped !== total, `C12 ${name} is ${status} with cartons that are not shipped`],
		[!locked && status !== following, `S1 ${name} is ${status} where its cartons make it ${following}`],
		[
			!locked && (status === 'packed') !== (shipment.readyAt !== null),
			`S1 ${name} is ${status} with readyAt ${shipment.readyAt}`
		],
		[locked && shipment.readyAt === null, `S1 ${name} is ${status} and was never ready`],
		[shipment.closedAt !== null && status !== 'delivered', `C12 ${name} is closed while ${status}`],
		[shipment.closedAt !== null && shipment.disputeId !== null, `C12 ${name} is closed and disputed`],
		[
			shipment.archivedAt !== null && shipment.closedAt === null && status !== 'draft',
			`S5 ${name} is archived while ${status}`
		],
		[
			numbered && status !== 'draft' && shipment.reference === null,
			`C12 ${name} is ${status} without a final reference`
		],
		[numbered && shipment.reference === null && shipment.temporaryReference === null, `R2 ${name} has no reference`]
	];
	return told(faults);
}

/** @param entries all of its timeline, in any order */
export function timelineFaults(shipment: ShipmentRow, entries: readonly TimelineRow[]): string[] {
	const name = shipment.reference ?? shipment.temporaryReference ?? shipment.id;
	const ordered = [...entries].sort((a, b) => a.ordinal - b.ordinal);
	const steps = ordered.filter((entry) => entry.kind === 'step');
	const latest = steps.findLast((entry) => entry.cycle === shipment.cycle);
	const seen = new Set(steps.map((entry) => `${entry.cycle} ${entry.step}`));
	const faults: [boolean, string][] = [
		[seen.size < steps.length, `C12 ${name} has a step twice in one cycle`],
		[steps.some((entry, i) => isBehind(entry, steps[i - 1])), `T1 ${name} has a step that its cycle was past`],
		[
			shipment.closedAt !== null && CLOSURE_STEPS.some((step) => !seen.has(`${shipment.cycle} ${step}`)),
			`K1 ${name} is closed without a step that closing needs`
		],
		[ordered.some((entry, i) => entry.ordinal !== i + 1), `T4 ${name} has a hole or a double on its timeline`],
		[ordered.some((entry, i) => entry.cycle < (ordered[i - 1]?.cycle ?? 1)), `D5 ${name} has an entry of a past cycle`],
		[ordered.some((entry) => entry.occurredAt > entry.receivedAt), `T4 ${name} has an entry from the future`],
		[
			shipment.latestStep !== (latest?.step ?? null),
			`T1 ${name} says ${shipment.latestStep} where its timeline ends with ${latest?.step}`
		],
		[
			shipment.latestStepAt !== (latest?.occurredAt ?? null),
			`T4 ${name} dates its latest step otherwise than its timeline`
		]
	];
	return told(faults);
}

/** T1: within a cycle the steps stand in the order of the journey, though some may be missing. */
const isBehind = (entry: TimelineRow, former: TimelineRow | undefined): boolean =>
	former?.cycle === entry.cycle && rank(entry) <= rank(former);
const rank = ({ step }: TimelineRow): number => (step === null ? -1 : TRACKING_STEPS.indexOf(step));

const told = (faults: readonly [boolean, string][]): string[] =>
	faults.filter(([broken]) => broken).map(([, fault]) => fault);
