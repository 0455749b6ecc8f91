/**
 * What people do, at random: workers scan what their phone shows (and sometimes what it does not), the desk plans, disputes
 * and resolves, phones lose the line, are killed, and their clocks are wrong.
 */
import type { Command } from '#lib/domain/commands.ts';
import type { CartonRow, ShipmentRow } from '#lib/domain/rows.ts';
import { viewStore, type SetState } from '#lib/sync/records.ts';
import { SEEDED } from '../support/world.ts';
import { BAD_LINE, NO_FAULTS } from './faulty-line.ts';
import type { SimPhone } from './sim-phone.ts';
import type { Simulation } from './simulation.ts';

let codes = 0;

/** What the phone shows. */
function shown(phone: SimPhone): { cartons: CartonRow[]; shipments: ShipmentRow[] } {
	const { live } = phone.store.content('meta').find((record) => record.key === 'set') as SetState;
	return {
		cartons: phone.store.content(viewStore(live, 'cartons')).map(({ row }) => row),
		shipments: phone.store.content(viewStore(live, 'shipments')).map(({ row }) => row)
	};
}

export async function scan(sim: Simulation, phone: SimPhone): Promise<void> {
	const { random } = sim;
	const { cartons, shipments } = shown(phone);
	const carton = cartons.length > 0 ? random.pick(cartons) : null;
	const shipment = shipments.length > 0 ? random.pick(shipments) : null;
	const command = randomCommand(sim, carton, shipment);
	if (!command) return;
	const submitted = await phone.replica.submit(command, { code: carton?.code ?? '' });
	if (submitted.kind === 'refused' && submitted.keepable && random.chance(0.3))
		await phone.replica.submit(command, { code: carton?.code ?? '', despite: submitted.rejection.code });
}

function randomCommand(sim: Simulation, carton: CartonRow | null, shipment: ShipmentRow | null): Command | null {
	const { random } = sim;
	const items = [{ productId: random.pick(SEEDED.products), quantity: random.between(1, 3) }];
	const kinds = [
		'create',
		'pack',
		'pack',
		'assign',
		'assign',
		'assign',
		'label',
		'label',
		'label',
		'remove',
		'unlabel',
		'takeOut',
		'status',
		'unpack',
		'move',
		'discard',
		'load',
		'unload',
		'track',
		'dispute'
	];
	const kind = random.pick(kinds);
	if (kind === 'create') {
		const code = random.chance(0.15) ? `SAME-${random.between(1, 3)}` : `BOX-${++codes}`;
		return {
			name: 'carton.create',
			args: { cartonId: sim.world.id(), code, source: 'printed', warehouseId: SEEDED.warehouses[0] }
		};
	}
	if (kind === 'track' || kind === 'dispute') {
		if (!shipment || random.chance(0.5)) return null;
		const shipmentId = shipment.id;
		if (kind === 'dispute')
			return { name: 'shipment.dispute', args: { shipmentId, disputeId: sim.world.id(), reason: 'abîmé' } };
		const step = random.pick([
			'planning_ok',
			'planned',
			'moved_export',
			'boarding_ok',
			'received_correspondent',
			'received_recipient'
		] as const);
		return {
			name: 'shipment.track',
			args: { shipmentId, step, cycle: shipment.cycle, actorName: 'Test', actorStructure: 'Entrepôt' }
		};
	}
	if (!carton) return null;
	const seen = { cartonId: carton.id, shipmentId: carton.shipmentId };
	switch (kind) {
		case 'pack':
			if (shipment && random.chance(0.2))
				return { name: 'carton.pack', args: { ...seen, items, intoShipmentId: shipment.id } };
			return {
				name: 'carton.pack',
				args: { ...seen, items, ...(carton.shipmentId ? {} : { ready: random.chance(0.7) }) }
			};
		case 'assign':
			return shipment && { name: 'carton.assign', args: { cartonId: carton.id, shipmentId: shipment.id } };
		case 'label':
			return { name: 'carton.label', args: seen };
		case 'remove':
			return { name: 'carton.remove', args: seen };
		case 'unlabel':
			return { name: 'carton.removeLabel', args: seen };
		case 'takeOut':
			return { name: 'carton.takeOut', args: { ...seen, items } };
		case 'status':
			return {
				name: 'carton.setStatus',
				args: { cartonId: carton.id, status: random.pick(['draft', 'picking', 'packed'] as const), was: carton.status }
			};
		case 'unpack':
			return random.chance(0.3) ? { name: 'carton.unpack', args: seen } : null;
		case 'move':
			return {
				name: 'carton.move',
				args: { cartonId: carton.id, locationId: random.pick(SEEDED.locations), was: carton.locationId }
			};
		case 'discard':
			return { name: 'carton.discard', args: { cartonId: carton.id } };
		case 'load':
		case 'unload':
			if (!carton.shipmentId) return null;
			return { name: `carton.${kind}`, args: { cartonId: carton.id, shipmentId: carton.shipmentId, cycle: 1 } };
		default:
			return null;
	}
}

export async function takeBack(sim: Simulation, phone: SimPhone): Promise<void> {
	const { random } = sim;
	const mutations = phone.store.content('mutations');
	if (mutations.length === 0) return;
	const { uid } = random.chance(0.6) ? mutations.at(-1)! : random.pick(mutations);
	if (random.chance(0.8)) await phone.replica.undo(uid);
	else await phone.replica.dismiss(uid);
}

export async function desk(sim: Simulation): Promise<void> {
	const { random, world } = sim;
	const shipments = world.rows<{ id: string; status: string; cycle: number; disputeId: string | null }>(
		`SELECT id, status, cycle, dispute_id AS disputeId FROM shipment WHERE archived_at IS NULL`
	);
	const cartons = world.rows<{ id: string; shipmentId: string | null }>(
		`SELECT id, shipment_id AS shipmentId FROM carton`
	);
	const shipment = random.pick(shipments);
	const next =
		{
			draft: 'planning_ok',
			picking: 'planning_ok',
			packed: random.pick(['planning_ok', 'planned']),
			planned: 'boarding_ok',
			shipped: 'received_correspondent'
		}[shipment.status] ?? 'received_recipient';
	const shipmentId = shipment.id;
	const kind = random.pick([
		'track',
		'track',
		'track',
		'dispute',
		'resolve',
		'resolve',
		'label',
		'remove',
		'product',
		'create'
	]);
	const carton = cartons.length > 0 ? random.pick(cartons) : null;
	const track: Command = {
		name: 'shipment.track',
		args: { shipmentId, step: next as 'planned', cycle: shipment.cycle, actorName: 'Bureau', actorStructure: 'Siège' }
	};
	if (kind === 'track') await sim.time.busy(world.desk(track));
	if (kind === 'dispute' && random.chance(0.4))
		await sim.time.busy(
			world.desk({ name: 'shipment.dispute', args: { shipmentId, disputeId: world.id(), reason: 'manque' } })
		);
	if (kind === 'resolve' && shipment.disputeId)
		await sim.time.busy(world.desk({ name: 'shipment.resolve', args: { shipmentId, disputeId: shipment.disputeId } }));
	if (kind === 'label' && carton)
		await sim.time.busy(world.desk({ name: 'carton.label', args: { cartonId: carton.id } }));
	if (kind === 'remove' && carton)
		await sim.time.busy(world.desk({ name: 'carton.remove', args: { cartonId: carton.id } }));
	if (kind === 'create') await sim.time.busy(world.shipment({ temporary: random.chance(0.5) }));
	if (kind === 'product') {
		const id = random.pick(SEEDED.products);
		const product = {
			id,
			sku: `SKU-${id}`,
			name: id,
			brand: '',
			gtin: null,
			barcode: null,
			weightGrams: 500,
			perishable: false,
			active: random.chance(0.6)
		};
		await sim.time.busy(world.store.saveReference('products', [product]));
	}
	if (random.chance(0.7)) sim.poke();
}

/** What goes wrong. */
export async function trouble(sim: Simulation, phone: SimPhone): Promise<void> {
	const { random } = sim;
	const kind = random.pick(['offline', 'online', 'bad', 'good', 'kill', 'clock', 'tab', 'steal', 'full']);
	if (kind === 'offline') phone.line.online = false;
	if (kind === 'online') phone.line.online = true;
	if (kind === 'bad') phone.line.faults = BAD_LINE;
	if (kind === 'good') phone.line.faults = NO_FAULTS;
	if (kind === 'clock') phone.clockError = random.pick([0, 400 * 86_400_000, -400 * 86_400_000, 90_000]);
	if (kind === 'full') phone.store.failAfter = random.between(0, 5);
	if (kind === 'kill') {
		phone.kill();
		await phone.open();
	}
	if (kind === 'tab' && phone.tabs.length < 3) await phone.open();
	// The holder of the lock is frozen, not stopped: both drain for a while (I20).
	if (kind === 'steal' && phone.tabs.length > 1) {
		phone.tabs[1]!.hold();
		if (random.chance(0.5)) phone.tabs[0]!.lose();
	}
}

/** Everything is well again: what now waits must be decided within a minute (I19, I35). */
export async function heal(phone: SimPhone): Promise<void> {
	phone.line.online = true;
	phone.line.faults = NO_FAULTS;
	phone.store.failAfter = Infinity;
	if (phone.tabs.length === 0) await phone.open();
}
