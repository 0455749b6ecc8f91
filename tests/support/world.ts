/**
 * The server for tests: the real store, real rules and real SQLite (in memory or in a folder of its own), with a clock that
 * is moved by hand and ids that repeat from run to run. No network, no browser. `createWorld` seeds what most tests need.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '#lib/domain/commands.ts';
import type { CartonRow, PersonRow, Role, ShipmentRow } from '#lib/domain/rows.ts';
import type { HelloInput, Verdict } from '#lib/protocol/envelope.ts';
import { openStore } from '#lib/server/store/store.ts';
import type { Database, Store, StoreOptions } from '#lib/server/store/store-port.ts';
import { Phone } from './phone.ts';
import { SEEDED, seedWorld } from './seed.ts';

export { SEEDED } from './seed.ts';

export const MIGRATIONS = 'prisma/migrations';
export const STARTS_AT = '2026-03-02T08:00:00.000Z';

export interface WorldOptions {
	/** `disk`: a file in a folder of its own, so that pragmas, locks and restarts are real. Default: in memory. */
	on?: 'memory' | 'disk';
	/** The server's first instant. */
	at?: string;
	siteTimeZone?: string;
	migrations?: string;
	/** On disk: what is committed is journaled in `backups` beside the database. Default: it is not. */
	journal?: boolean;
	/** P5. Default: no such setting. */
	defaultShipper?: string;
	/** Where notices lead. Default: none are queued. */
	origin?: string;
	/** Other rules than the rule book's. */
	rules?: StoreOptions['rules'];
	/** A world that was, in memory: begins as that one ended. */
	image?: WorldImage;
	/** False: an empty database. Default: people, a device, warehouses, products, contacts and a destination. */
	seed?: boolean;
}

/** A world in memory at one instant: its database, and how far its ids were counted. */
export interface WorldImage {
	bytes: Buffer;
	at: string;
	counts: { ids: number; uids: number; tokens: number };
}

/** A repeatable UUIDv7: the n-th of its kind. */
export const testId = (n: number, kind = 0): string =>
	`0195${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export class TestWorld {
	store: Store;
	/** Events that the store warned of, in order. */
	readonly warnings: { event: string; detail: Record<string, unknown> }[] = [];
	readonly #options: WorldOptions;
	readonly #folder: string | null;
	#now: number;
	#counts = { ids: 0, uids: 0, tokens: 0 };

	constructor(options: WorldOptions) {
		this.#options = options;
		this.#now = Date.parse(options.image?.at ?? options.at ?? STARTS_AT);
		if (options.image) this.#counts = { ...options.image.counts };
		this.#folder = options.on === 'disk' ? mkdtempSync(join(tmpdir(), 'escale-world-')) : null;
		this.store = this.#open(options.image?.bytes);
	}

	/** The database's path, or `:memory:`. */
	get file(): string {
		return this.#folder === null ? ':memory:' : join(this.#folder, 'escale.db');
	}

	now(): Date {
		return new Date(this.#now);
	}

	/** ISO. */
	at(): string {
		return this.now().toISOString();
	}

	advance(ms: number): void {
		this.#now += ms;
	}

	/** A new mutation's identity. */
	uid(): string {
		return testId(++this.#counts.uids, 1);
	}

	/** A new entity's id. */
	id(): string {
		return testId(++this.#counts.ids, 2);
	}

	#open(image?: Buffer): Store {
		return openStore({
			file: this.file,
			...(image === undefined ? {} : { image }),
			migrations: this.#options.migrations ?? MIGRATIONS,
			siteTimeZone: this.#options.siteTimeZone ?? 'Europe/Paris',
			clock: () => this.now(),
			randomBytes: (size) => countedBytes(size, ++this.#counts.tokens),
			newId: () => testId(++this.#counts.ids, 3),
			warn: (event, detail) => this.warnings.push({ event, detail }),
			...(this.#options.defaultShipper === undefined ? {} : { defaultShipper: this.#options.defaultShipper }),
			...(this.#options.origin === undefined ? {} : { origin: this.#options.origin }),
			...(this.#options.rules === undefined ? {} : { rules: this.#options.rules }),
			snapshotFolder: this.#folder ?? snapshotsInMemory(),
			...(this.#folder === null || !this.#options.journal ? {} : { journalDir: join(this.#folder, 'backups') })
		});
	}

	/** Stops the server and starts it again on the same file. `meanwhile`: what somebody does to the file. */
	async restart(meanwhile: () => void = () => undefined): Promise<void> {
		await this.store.close();
		meanwhile();
		this.store = this.#open();
	}

	/** What is committed now, in memory. */
	image(): WorldImage {
		return { bytes: this.store.read((db) => db.serialize()), at: this.at(), counts: { ...this.#counts } };
	}

	/** In memory: the server is gone without a word, and another one serves this database. Counts go on. */
	async reopen(bytes: Buffer): Promise<void> {
		await this.store.close();
		this.store = this.#open(bytes);
	}

	async close(): Promise<void> {
		await this.store.close();
		if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
	}

	/** Raw SQL in the group transaction: what a script or a hand at the keyboard would do. */
	async raw(text: string, ...values: unknown[]): Promise<void> {
		await this.store.write((db: Database) => db.prepare(text).run(...values));
	}

	rows<T = Record<string, unknown>>(text: string, ...values: unknown[]): T[] {
		return this.store.read((db) => db.prepare<unknown[], T>(text).all(...values));
	}

	/** The first column of the first row. */
	value<T = unknown>(text: string, ...values: unknown[]): T {
		return this.store.read((db) =>
			db
				.prepare<unknown[], T>(text)
				.pluck()
				.get(...values)
		) as T;
	}

	/** A person with an account of this role. */
	async person(id: string, role: Exclude<Role, 'link'>, name = `Test ${id}`): Promise<PersonRow> {
		const person: PersonRow = { id, name, structure: 'Entrepôt', badgeCode: null, active: true };
		const saved = this.store.saveReference('people', [person]);
		await this.raw(
			`INSERT INTO account (person_id, login, password_hash, role, created_at) VALUES (?, ?, '-', ?, ?) ON CONFLICT (person_id) DO UPDATE SET role = excluded.role`,
			id,
			id,
			role,
			this.at()
		);
		await saved;
		return person;
	}

	/** A browser on which these people signed in with their passwords. */
	async device(id: string, people: readonly string[] = Object.values(SEEDED.people)): Promise<string> {
		await this.raw(
			`INSERT INTO device (id, credential_hash, created_at, last_seen_at) VALUES (?, ?, ?, ?)`,
			id,
			`hash of ${id}`,
			this.at(),
			this.at()
		);
		await Promise.all(people.map((person) => this.grant(id, person)));
		return id;
	}

	async grant(deviceId: string, personId: string, kind: 'password' | 'pin' = 'password'): Promise<void> {
		await this.raw(
			`INSERT INTO device_grant (device_id, person_id, kind, granted_at) VALUES (?, ?, ?, ?) ON CONFLICT (device_id, person_id, kind) DO UPDATE SET ended_at = NULL`,
			deviceId,
			personId,
			kind,
			this.at()
		);
	}

	/** A replica on a device that has said hello. */
	async phone(
		replicaId: string,
		options: { deviceId?: string; actorId?: string; warehouseId?: string } = {},
		said: Partial<HelloInput> = {}
	): Promise<Phone> {
		const phone = new Phone(this, { replicaId, deviceId: SEEDED.device, actorId: SEEDED.people.operator, ...options });
		await phone.hello(said);
		return phone;
	}

	/** A desk command of the manager, or of somebody else. */
	desk(command: Command, personId: string = SEEDED.people.manager, uid = this.uid()): Promise<Verdict> {
		return this.store.runCommand({ personId, command, uid });
	}

	/** A shipment with all its parties, made by the rules. @returns its id */
	async shipment(how: { temporary?: boolean } = {}): Promise<string> {
		const shipmentId = this.id();
		const { destination, shipper, recipient, correspondent } = SEEDED;
		const args = how.temporary
			? { shipmentId, destinationId: destination, temporary: true }
			: {
					shipmentId,
					destinationId: destination,
					shipperId: shipper,
					recipientId: recipient,
					correspondentId: correspondent
				};
		mustBeOk(await this.desk({ name: 'shipment.create', args }));
		return shipmentId;
	}

	/** Cartons made by the rules, up to a status. `shipmentId` is needed from `assigned` on. @returns their ids */
	async cartons(count: number, status: CartonRow['status'] = 'packed', shipmentId?: string): Promise<string[]> {
		const ids = Array.from({ length: count }, () => this.id());
		// All in one turn, so in one transaction: commands of one person are decided in the order in which they are given.
		const verdicts = ids.flatMap((id, i) =>
			stepsTo(status, id, `T${this.#counts.ids - count + i}`, shipmentId).map((command) => this.desk(command))
		);
		(await Promise.all(verdicts)).forEach(mustBeOk);
		return ids;
	}

	/** A shipment that is planned, with labelled cartons. */
	async plannedShipment(cartons = 1): Promise<{ shipmentId: string; cartonIds: string[] }> {
		const shipmentId = await this.shipment();
		const cartonIds = await this.cartons(cartons, 'labeled', shipmentId);
		await this.track(shipmentId, 'planning_ok');
		await this.track(shipmentId, 'planned');
		return { shipmentId, cartonIds };
	}

	async track(shipmentId: string, step: ShipmentRow['latestStep'] & string): Promise<void> {
		const cycle = this.value<number>(`SELECT cycle FROM shipment WHERE id = ?`, shipmentId);
		const args = { shipmentId, step, cycle, actorName: 'Test', actorStructure: 'Entrepôt' };
		mustBeOk(await this.desk({ name: 'shipment.track', args }));
	}
}

/** Where worlds in memory build their snapshots: their ids repeat, so each process has a folder of its own. */
let ofProcess: string | null = null;
function snapshotsInMemory(): string {
	if (ofProcess !== null) return ofProcess;
	const folder = mkdtempSync(join(tmpdir(), 'escale-worlds-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	return (ofProcess = folder);
}

/** As good as random for a test: never twice the same. */
function countedBytes(size: number, n: number): Uint8Array {
	const bytes = Buffer.alloc(size);
	bytes.writeUInt32BE(n, size - 4);
	return new Uint8Array(bytes);
}

/** The commands that bring a new carton to a status. */
function stepsTo(status: CartonRow['status'], cartonId: string, code: string, shipmentId?: string): Command[] {
	const items = [{ productId: SEEDED.products[0], quantity: 1 }];
	const steps: Command[] = [
		{ name: 'carton.create', args: { cartonId, code, source: 'printed', warehouseId: SEEDED.warehouses[0] } }
	];
	if (status !== 'draft') steps.push({ name: 'carton.pack', args: { cartonId, items, ready: status !== 'picking' } });
	if (shipmentId !== undefined) steps.push({ name: 'carton.assign', args: { cartonId, shipmentId } });
	if (status === 'labeled') steps.push({ name: 'carton.label', args: { cartonId } });
	return steps;
}

function mustBeOk(verdict: Verdict): void {
	if (verdict.status !== 'ok') throw new Error(`seeding was refused: ${JSON.stringify(verdict.rejection)}`);
}

/** Opens a server; `close` it at the end of the test. */
export async function createWorld(options: WorldOptions = {}): Promise<TestWorld> {
	const world = new TestWorld(options);
	if (options.seed === false) return world;
	await seedWorld(world);
	return world;
}
