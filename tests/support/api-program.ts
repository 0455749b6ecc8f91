/**
 * A program that works with shipments over /api/v1, for the tests of that: its server, and the shipments and cartons that
 * they begin with. `api.ts` holds every answer to the document.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { newUuid } from '#lib/server/uuid.ts';
import { openApi, type TestApi } from './api.ts';
import { SEEDED } from './seed.ts';

/** Of the test that runs: `serve` opens it. */
export let api: TestApi;

/** A server for each test of the group, or one for all of them where none changes what another sees. */
export function serve(each: 'test' | 'group'): void {
	const [before, after] = each === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll];
	before(async () => {
		api = await openApi();
	});
	after(() => api.server.close());
}

export const PARTIES = {
	destinationId: SEEDED.destination,
	shipperId: SEEDED.shipper,
	recipientId: SEEDED.recipient,
	correspondentId: SEEDED.correspondent
};
export const STEP = { step: 'planning_ok', actorName: 'Transit Sud', actorStructure: 'Transitaire' };

export async function shipment(): Promise<string> {
	const { status, body } = await api.call('POST', '/shipments', { body: PARTIES });
	expect(status).toBe(201);
	return body.shipment.id as string;
}

/** Packed, assigned and labelled at the desk. */
export async function labeledCarton(shipmentId: string, code: string): Promise<string> {
	const cartonId = newUuid();
	const give = (command: object, n: number) =>
		api.world.store.runCommand({ personId: 'manager', command: command as never, uid: `${cartonId}.${n}` });
	const items = [{ productId: SEEDED.products[0], quantity: 2 }];
	const commands = [
		{ name: 'carton.create', args: { cartonId, code, source: 'printed', warehouseId: 'w-paris' } },
		{ name: 'carton.pack', args: { cartonId, items, ready: true } },
		{ name: 'carton.assign', args: { cartonId, shipmentId } },
		{ name: 'carton.label', args: { cartonId } }
	];
	for (const [n, command] of commands.entries()) expect((await give(command, n)).status).toBe('ok');
	return cartonId;
}

/** A delivered shipment, each step reported by the program. */
export async function delivered(code = 'T-DELIVERED'): Promise<string> {
	const id = await shipment();
	await labeledCarton(id, code);
	for (const step of ['planning_ok', 'planned', 'boarding_ok', 'received_correspondent', 'received_recipient'])
		expect((await api.call('POST', `/shipments/${id}/steps`, { body: { ...STEP, step } })).body.status).toBe('ok');
	return id;
}
