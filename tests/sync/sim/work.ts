/**
 * What people do, at random: workers scan what their phone shows (and sometimes what it does not) and take it back, the desk
 * plans, disputes and resolves.
 */
import type { Command } from '#lib/domain/commands.ts';
import type { CartonRow, ShipmentRow } from '#lib/domain/rows.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import type { Submitted } from '#lib/sync/client.ts';
import { viewStore, type SetState } from '#lib/sync/records.ts';
import { SEEDED } from '../../support/world.ts';
import type { SimPhone } from '../sim-phone.ts';
import type { Run } from './run.ts';

/** What the phone shows. */
function shown(phone: SimPhone): { cartons: CartonRow[]; shipments: ShipmentRow[] } {
	const { live } = phone.store.content('meta').find((record) => record.key === 'set') as SetState;
	return {
		cartons: phone.store.content(viewStore(live, 'cartons')).map(({ row }) => row),
		shipments: phone.store.content(viewStore(live, 'shipments')).map(({ row }) => row)
	};
}

/** One scan, and what its worker hears. */
export async function scan(run: Run, phone: SimPhone): Promise<void> {
	const { random } = run.sim;
	const { cartons, shipments } = shown(phone);
	const carton = cartons.length > 0 ? random.pick(cartons) : null;
	const shipment = shipments.length > 0 ? random.pick(shipments) : null;
	const command = randomCommand(run, phone.state().warehouseId, carton, shipment);
	if (!command) return;
	const code = carton?.code ?? 'none';
	const submitted = await submit(run, phone, command, code, null);
	if (submitted.kind === 'refused' && submitted.keepable && random.chance(0.3))
		await submit(run, phone, command, code, submitted.rejection.code);
}

async function submit(
	{ faults }: Run,
	phone: SimPhone,
	command: Command,
	code: string,
	despite: string | null
): Promise<Submitted> {
	const recordsOf = () =>
		[...phone.store.content('scanlog'), ...phone.store.content('mutations')].filter((record) => record.code === code)
			.length;
	const before = recordsOf();
	const submitted = await phone.replica.submit(command, { code, ...(despite === null ? {} : { despite }) });
	if (submitted.kind === 'saved' && !phone.made.has(submitted.uid))
		faults.push(`I16 ${phone.name} was told "saved" and ${submitted.uid} is on no disk`);
	const isLeft = submitted.kind === 'refused' && submitted.rejection.code === 'not_saved';
	// A repeated scan leaves one record more, whatever became of it; a full disk leaves none, and says so.
	if (!isLeft && recordsOf() <= before) faults.push(`I37 a scan on ${phone.name} left no record`);
	return submitted;
}

function randomCommand(
	{ sim }: Run,
	warehouseId: string | null,
	carton: CartonRow | null,
	shipment: ShipmentRow | null
): Command | null {
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
		const code = random.chance(0.15) ? `SAME-${random.between(1, 3)}` : `BOX-${++sim.codes}`;
		return {
			name: 'carton.create',
			args: { cartonId: sim.world.id(), code, source: 'printed', warehouseId: warehouseId ?? SEEDED.warehouses[0] }
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

export async function takeBack({ sim }: Run, phone: SimPhone): Promise<void> {
	const { random } = sim;
	const mutations = phone.store.content('mutations');
	if (mutations.length === 0) return;
	const { uid } = random.chance(0.6) ? mutations.at(-1)! : random.pick(mutations);
	if (random.chance(0.8)) await phone.replica.undo(uid);
	else await phone.replica.dismiss(uid);
}

/** What a step of a shipment usually is, by where it stands. */
const NEXT: Record<string, 'planning_ok' | 'planned' | 'boarding_ok' | 'received_correspondent'> = {
	draft: 'planning_ok',
	picking: 'planning_ok',
	packed: 'planned',
	planned: 'boarding_ok',
	shipped: 'received_correspondent'
};

/** One command of somebody at the desk. */
export async function desk(run: Run): Promise<void> {
	const command = deskCommand(run);
	if (command) await deskGives(run, command);
	if (run.sim.random.chance(0.7)) run.sim.poke();
}

/** The manager does this at the desk. */
export async function deskGives({ sim, ledger }: Run, command: Command): Promise<void> {
	const uid = sim.world.uid();
	ledger.asked(uid, command, SEEDED.people.manager);
	const given = sim.server.serve(() => sim.world.desk(command, SEEDED.people.manager, uid));
	// A server that cannot write says so to whoever asked; nothing was decided.
	await sim.time.busy(given.catch(refusedByServer));
}

function refusedByServer(error: unknown): void {
	if (!(error instanceof TransportError)) throw error;
}

function deskCommand({ sim }: Run): Command | null {
	const { random, world } = sim;
	const shipments = world.rows<{ id: string; status: string; cycle: number; disputeId: string | null }>(
		`SELECT id, status, cycle, dispute_id AS disputeId FROM shipment WHERE archived_at IS NULL`
	);
	const cartons = world.rows<{ id: string }>(`SELECT id FROM carton`);
	const shipment = random.pick(shipments);
	const shipmentId = shipment.id;
	const kind = random.pick(['track', 'track', 'track', 'track', 'dispute', 'resolve', 'resolve', 'label', 'remove', 'create', 'close']); // prettier-ignore
	const carton = cartons.length > 0 ? random.pick(cartons) : null;
	switch (kind) {
		case 'track': {
			const step = shipment.status === 'packed' && random.chance(0.5) ? 'planning_ok' : (NEXT[shipment.status] ?? 'received_recipient'); // prettier-ignore
			const by = { actorName: 'Bureau', actorStructure: 'Siège' };
			return { name: 'shipment.track', args: { shipmentId, step, cycle: shipment.cycle, ...by } };
		}
		case 'dispute':
			return random.chance(0.5)
				? { name: 'shipment.dispute', args: { shipmentId, disputeId: world.id(), reason: 'manque' } }
				: null;
		case 'resolve':
			return shipment.disputeId === null
				? null
				: { name: 'shipment.resolve', args: { shipmentId, disputeId: shipment.disputeId } };
		case 'close':
			return { name: 'shipment.close', args: { shipmentId } };
		case 'label':
			return carton && { name: 'carton.label', args: { cartonId: carton.id } };
		case 'remove':
			return carton && { name: 'carton.remove', args: { cartonId: carton.id } };
		default: {
			const { destination, shipper, recipient, correspondent } = SEEDED;
			const parties = { shipperId: shipper, recipientId: recipient, correspondentId: correspondent };
			const how = random.chance(0.5) ? { temporary: true } : parties;
			return { name: 'shipment.create', args: { shipmentId: world.id(), destinationId: destination, ...how } };
		}
	}
}
