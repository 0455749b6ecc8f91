/**
 * What the security suite attacks: the built server as a process of its own, in production mode, behind one proxy that is
 * believed, at an HTTPS address; with people of every role. Requests are made by hand, since a client library would mend
 * what an attacker leaves broken.
 */
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Role } from '#lib/domain/rows.ts';
import { hashPassword } from '#lib/server/access/passwords.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { AppServer } from '../e2e/support/server.ts';
import { EMPTY_SHIPMENT } from '../support/floor-rows.ts';

export const ORIGIN = 'https://escale.example.org';
export const HOST = new URL(ORIGIN).host;
export const PASSWORD = 'right horse battery staple';
export const TRACKING_TOKEN = 'aB3_-xyzABCDEFGHIJKLMNOP';

const ROLES = ['viewer', 'operator', 'manager', 'admin'] as const;
type Person = Exclude<Role, 'link'>;

export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
}

export interface Asked {
	method?: string;
	headers?: Record<string, string>;
	/** Sent as it is; an object as JSON, fields as a form. */
	body?: string | Uint8Array | URLSearchParams | object;
	/** Who shows their session's cookie. */
	as?: Person;
	cookies?: Record<string, string>;
}

export class Target {
	readonly sessions = {} as Record<Person, string>;
	/** A registered browser with everybody's grant on it, and another one. */
	readonly devices: string[] = [];
	app!: AppServer;

	static async start(settings: Record<string, string> = {}): Promise<Target> {
		const target = new Target();
		target.app = await AppServer.start(
			{
				...{ NODE_ENV: 'production', ORIGIN, XFF_DEPTH: '1', LOG_LEVEL: 'warn' },
				...{ SESSION_SECRET: 'q8Vx2-Lr7wTz_Kc4Ym9-Hd3Nb6-Pf1Gs5', ...settings }
			},
			(app) => target.#fill(app)
		);
		return target;
	}

	async #fill(app: AppServer): Promise<void> {
		await this.inside(app, async (world) => {
			const { store, access } = world;
			const password = await hashPassword(PASSWORD);
			const at = new Date().toISOString();
			for (let i = 0; i < 2; i++) this.devices.push((await access.devices.register('Test phone')).credential);
			for (const role of ROLES) {
				const person = { id: role, name: `Test ${role}`, structure: 'Entrepôt', badgeCode: null, active: true };
				await store.saveReference('people', [person]);
				await store.write((db) =>
					db
						.prepare(`INSERT INTO account (person_id, login, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?)`)
						.run(role, role, password, role, at)
				);
				this.sessions[role] = await access.sessions.open(role, this.devices[0]!.split('.')[0]!, 'Test browser');
			}
			await store.saveReference('warehouses', [{ id: 'w', code: 'ORLY', name: 'Orly' }]);
			await store.saveReference('shipments', [
				{
					...{ ...EMPTY_SHIPMENT, id: 'known', reference: '260001', trackingToken: TRACKING_TOKEN, notes: HOSTILE },
					...{
						status: 'planned',
						latestStep: 'planned',
						latestStepAt: at,
						destinationCity: HOSTILE,
						shipper: { id: 'c-hostile', name: HOSTILE, address: HOSTILE },
						cartonsTotal: 1
					}
				}
			]);
			const links = { destinationIds: [], linkedShipperIds: [], active: true };
			// The board reads when a shipment was planned.
			await store.saveReference('timeline', [
				{
					...{
						id: 't-plan',
						shipmentId: 'known',
						cycle: 1,
						kind: 'step',
						step: 'planned',
						ordinal: 1,
						actorName: HOSTILE
					},
					...{ actorStructure: HOSTILE, comment: HOSTILE, personId: null, disputeId: null, occurredAt: at },
					...{ occurredUncertain: false, receivedAt: at }
				}
			]);
			await store.saveReference('contacts', [
				{ id: 'c-hostile', name: HOSTILE, structure: HOSTILE, address: HOSTILE, roles: ['shipper'], ...links }
			]);
			await store.saveReference('destinations', [
				{ id: 'd-abj', city: HOSTILE, iata: 'ABJ', country: HOSTILE, correspondentId: null, active: true }
			]);
		});
	}

	/** Works on the database as the server would, while it is stopped. */
	async inside(app: AppServer, work: (world: ServerWorld) => Promise<void>): Promise<void> {
		const world = await createServerWorld(readSettings({ ...app.env, LOG_LEVEL: 'silent' }));
		await work(world);
		await world.close();
	}

	/** One request, at the server's own address but with the name that it answers to. */
	ask(path: string, { method, headers = {}, body, as, cookies = {} }: Asked = {}): Promise<Answer> {
		const isForm = body instanceof URLSearchParams;
		const isRaw = typeof body === 'string' || body instanceof Uint8Array;
		const sent = body === undefined ? undefined : isRaw ? body : isForm ? body.toString() : JSON.stringify(body);
		const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
		const jar = { ...(as ? { '__Host-escale_session': this.sessions[as] } : {}), ...cookies };
		const cookie = Object.entries(jar).map(([name, value]) => `${name}=${value}`);
		return new Promise((resolve, reject) => {
			const asked = request(
				{
					...{ host: '127.0.0.1', port: this.app.port, path, agent: false },
					method: method ?? (sent === undefined ? 'GET' : 'POST'),
					headers: {
						...{ host: HOST, 'x-forwarded-for': '203.0.113.1', 'accept-language': 'en', accept: 'text/html,*/*' },
						...(sent === undefined ? {} : { 'content-length': String(Buffer.byteLength(sent)) }),
						...(sent === undefined || isRaw ? {} : { 'content-type': type }),
						...(isForm ? { origin: ORIGIN } : {}),
						...(cookie.length > 0 ? { cookie: cookie.join('; ') } : {}),
						...headers
					}
				},
				(response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('error', reject);
					response.on('end', () =>
						resolve({
							status: response.statusCode ?? 0,
							headers: response.headers,
							text: Buffer.concat(chunks).toString()
						})
					);
				}
			);
			asked.on('error', reject);
			asked.end(sent);
		});
	}

	/** Bytes as they are on a connection; what came back until it was closed, or until `ms` have passed in silence. */
	raw(bytes: string, ms = 3_000): Promise<string> {
		return new Promise((resolve) => {
			let answer = '';
			const socket = connect(this.app.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
			socket.setTimeout(ms, () => socket.destroy());
			socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
			socket.on('error', () => undefined);
			socket.on('close', () => resolve(answer));
		});
	}

	/** One try at the sign-in page. */
	signIn(login: string, password = PASSWORD, address = '203.0.113.1', path = '/login'): Promise<Answer> {
		return this.ask(path, {
			body: new URLSearchParams({ login, password }),
			headers: { 'x-forwarded-for': address }
		});
	}

	/** A procedure of tRPC, as a registered browser or as a person. */
	call(procedure: string, input: object, asked: Asked = {}): Promise<Answer> {
		return this.ask(`/api/trpc/${procedure}`, { body: input, headers: { origin: ORIGIN }, ...asked });
	}

	device(i = 0): Record<string, string> {
		return { '__Host-escale_device': this.devices[i]! };
	}

	/** What a phone says first, with its answer's epoch. */
	async hello(replicaId: string, i = 0): Promise<string> {
		const hello = {
			...{ replicaId, lastLmid: 0, cookie: null, warehouseId: 'w', queueDepth: 0, leases: [] },
			...{ schema: 1, protocol: 1, appVersion: 'test', clientNow: new Date().toISOString() }
		};
		const { status, text } = await this.call('sync.hello', hello, { cookies: this.device(i) });
		if (status !== 200) throw new Error(`hello: ${status} ${text}`);
		return (JSON.parse(text) as { result: { data: { epoch: string } } }).result.data.epoch;
	}
}

/** Markup, a formula and SQL at once: what a stranger would write into a name. */
export const HOSTILE = `=HYPERLINK("https://evil.example","x")<script>alert(1)</script><img src=x onerror=alert(1)>'; DROP TABLE shipment;--`;

/** A mutation of a phone. */
export const mutation = (name: string, args: object, more: object = {}) => ({
	...{ uid: newUuid(), mid: 1, name, version: 1, schema: 1, args: JSON.stringify(args), actorId: 'operator' },
	...{ deviceTime: new Date().toISOString(), clockOffset: 0, ...more }
});
