/**
 * Many phones that only talk: registered devices with their cookies, cartons of their own to label, and one keep-alive
 * connection each, written by hand so that the load costs the machine as little as it can beside the server it measures.
 */
import net from 'node:net';
import type { Command } from '#lib/domain/commands.ts';
import { newToken, tokenHash } from '#lib/server/access/tokens.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { AppServer } from '../../e2e/support/server.ts';

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

/** Before a phone that lost its connection tries again, in milliseconds: a server that was killed starts in the meantime. */
const RECONNECT_MS = 50;

/** One phone's connection: one call at a time, over one socket. Where the server let an idle one go, the call is made again on another. */
export class FleetCall {
	#socket: net.Socket;
	#answer: ((body: { status: number; json: unknown }) => void) | null = null;
	/** The call that waits for its answer. */
	#asked = '';
	#isClosing = false;
	#buffer = '';

	constructor(
		readonly origin: URL,
		readonly cookie: string
	) {
		this.#socket = this.#connect();
	}

	#connect(): net.Socket {
		const socket = net.connect(Number(this.origin.port), '127.0.0.1').setNoDelay(true);
		socket.setEncoding('utf8');
		socket.on('data', (chunk: string) => this.#read(chunk));
		// What went wrong is followed by the close.
		socket.on('error', () => undefined);
		socket.on('close', () => void setTimeout(() => this.#reconnect(), RECONNECT_MS));
		return socket;
	}

	#reconnect(): void {
		if (this.#isClosing) return;
		this.#buffer = '';
		this.#socket = this.#connect();
		if (this.#answer !== null) this.#socket.write(this.#asked);
	}

	post(procedure: string, input: unknown): Promise<{ status: number; json: unknown }> {
		const body = JSON.stringify(input);
		const head =
			`POST /api/trpc/${procedure} HTTP/1.1\r\nHost: ${this.origin.host}\r\nOrigin: ${this.origin.origin}\r\n` +
			`Content-Type: application/json\r\nCookie: ${this.cookie}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
		return new Promise((resolve) => {
			this.#answer = resolve;
			this.#asked = head + body;
			this.#socket.write(this.#asked);
		});
	}

	close(): void {
		this.#isClosing = true;
		this.#socket.destroy();
	}

	#read(chunk: string): void {
		this.#buffer += chunk;
		const split = this.#buffer.indexOf('\r\n\r\n');
		if (split < 0) return;
		const head = this.#buffer.slice(0, split);
		const rest = this.#buffer.slice(split + 4);
		const body = bodyOf(head, rest);
		if (body === null) return;
		this.#buffer = '';
		const answer = this.#answer;
		this.#answer = null;
		answer?.({ status: Number(head.slice(9, 12)), json: JSON.parse(body) });
	}
}

/** The whole body, or null while it is not here yet. Bodies are ASCII here, so characters are bytes. */
function bodyOf(head: string, rest: string): string | null {
	const length = /content-length: (\d+)/i.exec(head)?.[1];
	if (length !== undefined) return rest.length < Number(length) ? null : rest;
	if (!rest.endsWith('0\r\n\r\n')) return null;
	let body = '';
	for (let at = 0; ;) {
		const lineEnd = rest.indexOf('\r\n', at);
		const size = parseInt(rest.slice(at, lineEnd), 16);
		if (size === 0) return body;
		body += rest.slice(lineEnd + 2, lineEnd + 2 + size);
		at = lineEnd + 4 + size;
	}
}
