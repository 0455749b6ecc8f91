/**
 * Many more cartons than the stories tell of, for benches: shipments are created by command, since only the server numbers
 * them; cartons and what they make of their shipments are saved as rows, consistent with every rule (C12, S1) but without
 * the history of how they came to be.
 */
import { mod10 } from '#lib/domain/check-digits.ts';
import type { CartonRow, CartonStatus, ShipmentRow } from '#lib/domain/rows.ts';
import { readMany } from '#lib/server/store/rows.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { DEFAULT, RECIPIENTS } from './demo-contacts.ts';
import type { DemoUser } from './demo-people.ts';
import type { DemoReference } from './demo-reference.ts';

const PER_SHIPMENT = 20;
/** Rows in one write: what a group transaction takes at most (sync §4.8). */
const CHUNK = 2_000;
const DAY_MS = 86_400_000;

/** Seven of ten cartons are in a shipment. @param count cartons; 0 makes nothing */
export async function seedBulk(
	store: Store,
	reference: DemoReference,
	users: readonly DemoUser[],
	count: number,
	now: Date
): Promise<{ cartons: number; shipments: number }> {
	if (count === 0) return { cartons: 0, shipments: 0 };
	const linked = Math.floor((count * 7) / 10);
	const manager = users.find(({ role }) => role === 'manager')!;
	const at = new Date(now.getTime() - DAY_MS).toISOString();
	const shipments = await createShipments(store, reference, manager, Math.ceil(linked / PER_SHIPMENT), at);
	const make = cartonMaker(reference, manager, at);
	const cartons: CartonRow[] = [];
	for (const [i, shipment] of shipments.entries()) {
		const size = Math.min(PER_SHIPMENT, linked - i * PER_SHIPMENT);
		// Half of the shipments are ready, the others have some labels to go.
		const labeled = i % 2 === 0 ? size : Math.floor(size / 2);
		for (let n = 0; n < size; n++) cartons.push(make(n < labeled ? 'labeled' : 'assigned', shipment.id));
		follow(shipment, size, labeled, at);
	}
	while (cartons.length < count) cartons.push(make(cartons.length % 5 === 0 ? 'picking' : 'packed', null));
	await inChunks(shipments, (rows) => store.saveReference('shipments', rows));
	await inChunks(cartons, (rows) => store.saveReference('cartons', rows));
	return { cartons: cartons.length, shipments: shipments.length };
}

async function createShipments(
	store: Store,
	{ destinations, contacts }: DemoReference,
	{ id: personId }: DemoUser,
	count: number,
	occurredAt: string
): Promise<ShipmentRow[]> {
	const ids = Array.from({ length: count }, () => newUuid());
	await inChunks(ids, async (chunk) => {
		const verdicts = await Promise.all(
			chunk.map((shipmentId, i) => {
				const { key, at } = RECIPIENTS[i % RECIPIENTS.length]!;
				const destination = destinations.get(at)!;
				const args = {
					shipmentId,
					destinationId: destination.id,
					shipperId: contacts.get(DEFAULT)!,
					recipientId: contacts.get(key)!,
					correspondentId: destination.correspondentId
				};
				return store.runCommand({ personId, command: { name: 'shipment.create', args }, uid: newUuid(), occurredAt });
			})
		);
		const refused = verdicts.find(({ status }) => status !== 'ok');
		if (refused) throw new Error(`A shipment of the demo was refused: ${JSON.stringify(refused.rejection)}`);
	});
	return store.read((db) => readMany(db, 'shipments', ids)).map(({ row }) => row);
}

/** [S1, C12] What its cartons make of a shipment. */
function follow(shipment: ShipmentRow, total: number, labeled: number, at: string): void {
	const isReady = labeled === total;
	Object.assign(shipment, {
		status: isReady ? 'packed' : 'picking',
		readyAt: isReady ? at : null,
		cartonsTotal: total,
		cartonsAssigned: total - labeled,
		cartonsLabeled: labeled
	} satisfies Partial<ShipmentRow>);
}

function cartonMaker({ warehouses, locations, products }: DemoReference, { name }: DemoUser, at: string) {
	const warehouseId = warehouses.get('CDG')!;
	const shelves = locations.get('CDG')!;
	let made = 0;
	return (status: CartonStatus, shipmentId: string | null): CartonRow => {
		// Another serial range than the stories' stickers.
		const digits = `3299001${String(++made).padStart(10, '0')}`;
		const product = products[made % products.length]!;
		const expires = product.perishable
			? { lotCode: `L${made % 997}`, expiresOn: '2031-12-31' }
			: { lotCode: null, expiresOn: null };
		return {
			id: newUuid(),
			code: digits + mod10(digits),
			source: 'printed',
			status,
			shipmentId,
			warehouseId,
			locationId: shelves[made % shelves.length]!,
			movedBy: null,
			movedAt: null,
			items: [{ productId: product.id, quantity: product.usual, ...expires }],
			everPacked: true,
			statusBy: name,
			statusAt: at,
			linkedBy: shipmentId === null ? null : name,
			linkedAt: shipmentId === null ? null : at,
			loadedCycle: null,
			loadedBy: null,
			loadedAt: null,
			createdBy: name,
			createdAt: at,
			discardedAt: null
		};
	};
}

async function inChunks<T>(all: readonly T[], take: (chunk: T[]) => Promise<void>): Promise<void> {
	for (let from = 0; from < all.length; from += CHUNK) await take(all.slice(from, from + CHUNK));
}
