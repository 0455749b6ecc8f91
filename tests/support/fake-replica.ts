/**
 * A replica for tests of the floor: rows in memory, the real rule, and a server that answers when the test says so. It has
 * no storage, no network and no leases beyond the codes it is given.
 */
import { meaningsOf } from '#lib/domain/meanings.ts';
import { codeUsability, normalizeCode } from '#lib/domain/codes.ts';
import type { Command } from '#lib/domain/commands.ts';
import { decide } from '#lib/domain/decide.ts';
import type { World } from '#lib/domain/decision.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { CartonRow, ProductRow, ShipmentRow, SyncedRows, SyncedTable } from '#lib/domain/rows.ts';
import { applyChanges, cloneWorld, emptyWorld } from '#lib/domain/world.ts';
import type {
	Badges,
	HandedOver,
	Live,
	Meaning,
	OfflineOperator,
	Operator,
	PendingItem,
	ReplicaClient,
	Resolution,
	ScanLogEntry,
	Submitted,
	Switched,
	SyncStatus,
	TodoItem
} from '#lib/sync/client.ts';
import type { PhotoShelf } from '#lib/sync/photos.ts';
import { AT, EMPTY_CARTON, EMPTY_PRODUCT, EMPTY_SHIPMENT } from './floor-rows.ts';

export const WORKER: Operator = { personId: 'p-worker', name: 'Opérateur', structure: 'Entrepôt', role: 'operator' };
const LEASED = [{ from: 4217, until: 4230 }];

export class FakeReplica implements ReplicaClient {
	world: World = emptyWorld();
	log: ScanLogEntry[] = [];
	todoItems: TodoItem[] = [];
	pendingItems: PendingItem[] = [];
	settled: string[] = [];
	submitted: Command[] = [];
	nextCode: string | null = 'CN-004217-O';
	/** Set to hold every submit until `release` is called: a commit that takes its time. */
	held: Promise<void> | null = null;
	constructor() {
		this.world.warehouses.set('w-1', { id: 'w-1', code: 'W1', name: 'Entrepôt' });
	}

	current: SyncStatus = {
		phase: 'ready',
		connection: 'online',
		offlineSince: null,
		pending: 0,
		oldestPendingAt: null,
		rejected: 0,
		settled: 0,
		waits: null,
		maintenance: null,
		download: null,
		dataAt: AT,
		persisted: true,
		storageFreeBytes: 2 ** 30,
		headMatches: true
	};
	person: Operator | null = WORKER;
	/** Who the server says is signed in. */
	serverPerson: Operator | null = WORKER;
	#listeners = new Set<() => void>();
	#uids = 0;
	#undoable: { uid: string; command: Command } | null = null;

	addCarton(carton: Partial<CartonRow> & { id: string; code: string }): CartonRow {
		const row: CartonRow = { ...EMPTY_CARTON, ...carton };
		this.world.cartons.set(row.id, row);
		this.world.codes.set(row.code, { kind: 'carton', id: row.id });
		const shipment = row.shipmentId === null ? undefined : this.world.shipments.get(row.shipmentId);
		if (shipment) {
			const counted = { ...shipment, cartonsTotal: shipment.cartonsTotal + 1, status: 'picking' as const };
			if (row.status === 'assigned') counted.cartonsAssigned += 1;
			if (row.status === 'labeled') counted.cartonsLabeled += 1;
			this.world.shipments.set(shipment.id, counted);
		}
		return row;
	}

	addShipment(shipment: Partial<ShipmentRow> & { id: string }): ShipmentRow {
		const row: ShipmentRow = { ...EMPTY_SHIPMENT, ...shipment };
		this.world.shipments.set(row.id, row);
		return row;
	}

	addProduct(product: Partial<ProductRow> & { id: string; name: string }): ProductRow {
		const row: ProductRow = { ...EMPTY_PRODUCT, ...product };
		this.world.products.set(row.id, row);
		return row;
	}

	change(status: Partial<SyncStatus>): void {
		this.current = { ...this.current, ...status };
		this.tell();
	}

	/** The server's verdict on one mutation arrives. */
	verdict(uid: string, rejection: Rejection | null): void {
		this.log = this.log.map((entry) =>
			entry.uid === uid ? { ...entry, fate: rejection ? 'rejected' : 'accepted', rejection } : entry
		);
		const command = this.pendingItems.find((item) => item.uid === uid)?.command;
		this.pendingItems = this.pendingItems.filter((item) => item.uid !== uid);
		if (rejection && command)
			this.todoItems = [
				...this.todoItems,
				{ uid, command, status: 'rejected', rejection, causedBy: null, at: AT, actorId: WORKER.personId }
			];
		this.change({ pending: this.pendingItems.length, rejected: this.todoItems.length });
	}

	tell(): void {
		for (const listener of this.#listeners) listener();
	}

	#live<T>(read: () => T): Live<T> {
		return (listener) => {
			const run = (): void => listener(read());
			this.#listeners.add(run);
			run();
			return () => this.#listeners.delete(run);
		};
	}

	start = (): Promise<void> => Promise.resolve();
	stop = (): void => this.#listeners.clear();
	status = this.#live(() => this.current);
	operator = this.#live(() => this.person);
	refreshOperator = (): Promise<Operator | null> => Promise.resolve(this.serverPerson);
	/** What the next badge and PIN come to, and who was asked for. */
	nextSwitch: Switched = { kind: 'wrong', left: null };
	switches: { badgeCode: string; pin: string; ask: boolean }[] = [];
	offlineOperators: OfflineOperator[] = [];
	badges = (): Promise<Badges> =>
		Promise.resolve({
			switchTo: (badge, { ask, leaving }) => {
				const switched = this.nextSwitch;
				this.switches.push({ ...badge, ask });
				if (switched.kind === 'switched') {
					if (switched.how === 'offline') leaving();
					this.person = switched.operator;
					this.tell();
				}
				return Promise.resolve(switched);
			},
			offline: () => Promise.resolve(this.offlineOperators)
		});
	signOut(): Promise<void> {
		this.person = null;
		this.serverPerson = null;
		this.tell();
		return Promise.resolve();
	}

	async submit(command: Command, how: { code: string; despite?: string }): Promise<Submitted> {
		await this.held;
		this.submitted.push(command);
		const uid = `uid-${++this.#uids}`;
		const decision = decide(command, cloneWorld(this.world), {
			side: 'phone',
			actor: this.person ?? WORKER,
			uid,
			replicaId: 'fake',
			deviceAt: AT,
			receivedAt: AT,
			leases: LEASED,
			numbers: null,
			defaultShipperId: null
		});
		const code = normalizeCode(how.code);
		const entry = { id: `log-${uid}`, code, at: AT, command: command.name, opened: null, actorId: WORKER.personId };
		if (decision.kind === 'ok' || how.despite !== undefined) {
			if (decision.kind === 'ok') applyChanges(this.world, decision.changes);
			const notes = decision.kind === 'ok' ? decision.notes : [];
			this.pendingItems.push({
				uid,
				mid: this.#uids,
				command,
				at: AT,
				actorId: WORKER.personId,
				despite: how.despite !== undefined,
				conflict: null
			});
			this.#undoable = { uid, command };
			this.log = [{ ...entry, uid, fate: 'queued', note: notes[0] ?? null, rejection: null }, ...this.log];
			this.change({ pending: this.pendingItems.length });
			return { kind: 'saved', uid, despite: how.despite !== undefined, notes };
		}
		const { kind, rejection } = decision;
		const noop = kind === 'noop';
		const told = { fate: noop ? ('accepted' as const) : ('rejected' as const), note: noop ? rejection : null };
		this.log = [{ ...entry, ...told, uid: null, rejection: noop ? null : rejection }, ...this.log];
		this.tell();
		return noop ? { kind, rejection } : { kind: 'refused', rejection, keepable: true };
	}

	undo(uid: string): Promise<Submitted> {
		const undone = this.#undoable;
		this.#undoable = null;
		this.tell();
		if (undone?.uid !== uid) return Promise.resolve({ kind: 'noop', rejection: refuse('nothing_to_undo', {}) });
		return Promise.resolve({ kind: 'saved', uid: `undo-${uid}`, despite: false, notes: [] });
	}

	lastUndoable = this.#live(() => this.#undoable);

	logScan(scan: { code: string; opened: string | null; rejection: Rejection | null }): Promise<void> {
		const fate = scan.rejection ? 'rejected' : 'accepted';
		const entry = {
			id: `log-${this.log.length}`,
			at: AT,
			command: null,
			uid: null,
			note: null,
			actorId: WORKER.personId
		};
		this.log = [{ ...entry, ...scan, fate }, ...this.log];
		this.tell();
		return Promise.resolve();
	}

	scanLog = (limit: number): Live<ScanLogEntry[]> => this.#live(() => this.log.slice(0, limit));
	todo = this.#live(() => this.todoItems);
	/** What the office has settled, and nobody here has read. */
	handedItems: HandedOver[] = [];
	handedOver = this.#live(() => [
		...this.pendingItems.flatMap(({ uid, command, at }) =>
			command?.name === 'refusal.handOver'
				? [
						{
							uid,
							command: command.args.command,
							code: '',
							note: command.args.note ?? '',
							at,
							fate: 'queued' as const,
							settlement: null
						}
					]
				: []
		),
		...this.handedItems
	]);
	settle(uid: string): Promise<void> {
		this.settled.push(uid);
		this.todoItems = this.todoItems.filter((item) => item.uid !== uid);
		this.handedItems = this.handedItems.filter((item) => item.uid !== uid);
		this.change({ rejected: this.todoItems.length });
		return Promise.resolve();
	}

	pendingList = this.#live(() => this.pendingItems);
	dismiss = (): Promise<boolean> => Promise.resolve(true);

	resolve(text: string): Promise<Resolution> {
		const question = meaningsOf(text);
		const { lotCode, expiresOn, quantity, code } = question;
		const meanings: Meaning[] = [];
		for (const { kind, value } of question.lookups) {
			if (kind === 'carton') {
				for (const carton of this.world.cartons.values()) if (carton.code === value) meanings.push({ kind, carton });
			} else if (kind === 'shipment') {
				for (const shipment of this.world.shipments.values())
					if (shipment.reference === value) meanings.push({ kind, shipment });
			} else if (kind === 'person') {
				for (const person of this.world.people.values())
					if (person.badgeCode === value) meanings.push({ kind, person });
			} else if (kind === 'product') {
				for (const product of this.world.products.values()) {
					const known = [product.gtin?.padStart(14, '0'), product.barcode, product.sku].includes(value);
					if (known && !meanings.some((m) => m.kind === kind && m.product.id === product.id))
						meanings.push({ kind, product, lotCode, expiresOn, quantity });
				}
			}
		}
		const [meaning] = meanings;
		if (meaning && meanings.length === 1) return Promise.resolve({ kind: 'one', meaning });
		if (meaning) return Promise.resolve({ kind: 'several', meanings });
		const unusable = codeUsability(text, null, LEASED);
		return Promise.resolve({
			kind: 'unknown',
			code,
			creatable: unusable === null,
			refusal: unusable ?? refuse('unknown_code', { code })
		});
	}

	nextLeasedCode = (): Promise<string | null> => Promise.resolve(this.nextCode);
	leasedCodesLeft = (): Promise<number> => Promise.resolve(this.nextCode === null ? 0 : 14);

	row<T extends SyncedTable>(table: T, id: string): Live<SyncedRows[T] | null> {
		return this.#live(() => (this.world[table].get(id) ?? null) as SyncedRows[T] | null);
	}
	cartonsOf = (shipmentId: string): Live<CartonRow[]> =>
		this.#live(() => [...this.world.cartons.values()].filter((carton) => carton.shipmentId === shipmentId));
	timelineOf = (shipmentId: string) =>
		this.#live(() => [...this.world.timeline.values()].filter((entry) => entry.shipmentId === shipmentId));
	liveShipments = this.#live(() => [...this.world.shipments.values()]);
	products = this.#live(() => [...this.world.products.values()]);
	contacts = this.#live(() => [...this.world.contacts.values()]);
	destinations = this.#live(() => [...this.world.destinations.values()]);
	/** What `photos` gives; null: that part of the program cannot be loaded. */
	shelf: PhotoShelf | null = null;
	photos = (): Promise<PhotoShelf> =>
		this.shelf ? Promise.resolve(this.shelf) : Promise.reject(new Error('no photos in this test'));
	warehouseId = (): Promise<string | null> => Promise.resolve('w-1');
	siteTimeZone = (): Promise<string> => Promise.resolve('Europe/Paris');
	syncNow = (): void => undefined;
	persistStorage = (): Promise<boolean> => Promise.resolve(true);
	ask = <T>(): Promise<T> => Promise.reject(new Error('there is no store here'));
	compareDigests = (): Promise<boolean | null> => Promise.resolve(true);
}
