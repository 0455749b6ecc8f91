/** A server that knows many phones: registered devices with their cookies, and cartons of their own to label. */
import type { Command } from '#lib/domain/commands.ts';
import { newToken, tokenHash } from '#lib/server/access/tokens.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { AppServer } from '../e2e/support/server.ts';

export interface FleetPhone {
	replicaId: string;
	cookie: string;
	personId: string;
	/** Assigned cartons that no other phone touches. */
	cartonIds: string[];
}

const WAREHOUSE = { id: 'bench-warehouse', code: 'BENCH', name: 'Bench' };
const PERSON = { id: 'bench-operator', name: 'Bench', structure: 'Bench', badgeCode: null, active: true };

/** A server of its own with a fleet that it knows. @param env settings beside the quiet log */
export async function startFleet(
	phones: number,
	cartonsEach: number,
	env: Record<string, string> = {}
): Promise<{ app: AppServer; fleet: FleetPhone[] }> {
	let fleet: FleetPhone[] = [];
	const app = await AppServer.start({ LOG_LEVEL: 'warn', ...env }, async (empty) => {
		fleet = await fillFleet(empty, phones, cartonsEach);
	});
	return { app, fleet };
}

/** Fills a migrated, stopped database. @returns the phones, each with `cartonsEach` assigned cartons */
export async function fillFleet(app: AppServer, phones: number, cartonsEach: number): Promise<FleetPhone[]> {
	const settings = readSettings({ ...app.env, LOG_LEVEL: 'warn' });
	const world = await createServerWorld(settings);
	try {
		return await fill(world, settings.sessionSecret, phones, cartonsEach);
	} finally {
		await world.close();
	}
}

async function fill(
	{ store }: ServerWorld,
	secret: string,
	phones: number,
	cartonsEach: number
): Promise<FleetPhone[]> {
	const at = new Date().toISOString();
	const destination = {
		id: newUuid(),
		city: 'Abidjan',
		iata: 'ABJ',
		country: 'CI',
		correspondentId: null,
		active: true
	};
	const product = {
		...{ id: newUuid(), sku: 'BENCH-1', name: 'Compresses', brand: '', gtin: null, barcode: null },
		...{ weightGrams: 100, perishable: false, active: true }
	};
	await store.saveReference('warehouses', [WAREHOUSE]);
	await store.saveReference('people', [PERSON]);
	await store.saveReference('products', [product]);
	await store.saveReference('destinations', [destination]);
	await store.write((db) =>
		db
			.prepare(
				`INSERT INTO account (person_id, login, password_hash, role, created_at) VALUES (?, 'bench', '-', 'manager', ?)`
			)
			.run(PERSON.id, at)
	);
	const run = async (command: Command) => {
		const verdict = await store.runCommand({ personId: PERSON.id, command, uid: newUuid() });
		if (verdict.status !== 'ok') throw new Error(`filling was refused: ${JSON.stringify(verdict.rejection)}`);
	};
	const fleet: FleetPhone[] = [];
	let code = 0;
	for (let n = 0; n < phones; n++) {
		const [deviceId, token, shipmentId] = [newUuid(), newToken(), newUuid()];
		await store.write((db) => {
			db.prepare(
				`INSERT INTO device (id, credential_hash, label, status, created_at, last_seen_at) VALUES (?, ?, '', 'active', ?, ?)`
			).run(deviceId, tokenHash(token, secret), at, at);
			db.prepare(`INSERT INTO device_grant (device_id, person_id, kind, granted_at) VALUES (?, ?, 'password', ?)`).run(
				deviceId,
				PERSON.id,
				at
			);
		});
		await run({ name: 'shipment.create', args: { shipmentId, destinationId: destination.id, temporary: true } });
		const cartonIds = Array.from({ length: cartonsEach }, () => newUuid());
		await Promise.all(
			cartonIds.flatMap((cartonId) => [
				run({
					name: 'carton.create',
					args: {
						cartonId,
						code: `BENCH${String(++code).padStart(7, 'X')}`,
						source: 'printed',
						warehouseId: WAREHOUSE.id
					}
				}),
				run({
					name: 'carton.pack',
					args: { cartonId, items: [{ productId: product.id, quantity: 1 }], intoShipmentId: shipmentId }
				})
			])
		);
		const cookie = `__Host-escale_device=${deviceId}.${token}`;
		fleet.push({ replicaId: newUuid(), cookie, personId: PERSON.id, cartonIds });
	}
	return fleet;
}
