/**
 * A replica for tests of the floor: rows in memory (`fake-rows.ts`), the real rule, and a server that answers when the test
 * says so. It has no storage, no network and no leases beyond the codes it is given.
 */
import { normalizeCode } from '#lib/domain/codes.ts';
import type { Command } from '#lib/domain/commands.ts';
import { decide } from '#lib/domain/decide.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { applyChanges, cloneWorld } from '#lib/domain/world.ts';
import type {
	Badges,
	HandedOver,
	Live,
	OfflineOperator,
	Operator,
	PendingItem,
	ReplicaClient,
	ScanLogEntry,
	Submitted,
	Switched,
	SyncStatus,
	TodoItem
} from '#lib/sync/client.ts';
import type { PhotoShelf } from '#lib/sync/photos.ts';
import { FakeRows, LEASED } from './fake-rows.ts';
import { AT } from './floor-rows.ts';

export const WORKER: Operator = { personId: 'p-worker', name: 'Opérateur', structure: 'Entrepôt', role: 'operator' };

export class FakeReplica extends FakeRows implements ReplicaClient {
	log: ScanLogEntry[] = [];
	todoItems: TodoItem[] = [];
	pendingItems: PendingItem[] = [];
	settled: string[] = [];
	submitted: Command[] = [];
	nextCode: string | null = 'CN-004217-O';
	/** Set to hold every submit until `release` is called: a commit that takes its time. */
	held: Promise<void> | null = null;

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
	#uids = 0;
	#undoable: { uid: string; command: Command } | null = null;

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
		if (rejection && command) {
			const code = this.log.find((entry) => entry.uid === uid)?.code ?? '';
			const refused = { uid, command, rejection, code, causedBy: null, at: AT, actorId: WORKER.personId };
			this.todoItems = [...this.todoItems, { ...refused, status: 'rejected' }];
		}
		this.change({ pending: this.pendingItems.length, rejected: this.todoItems.length });
	}

	start = (): Promise<void> => Promise.resolve();
	status = this.live(() => this.current);
	operator = this.live(() => this.person);
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

	lastUndoable = this.live(() => this.#undoable);

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

	scanLog = (limit: number): Live<ScanLogEntry[]> => this.live(() => this.log.slice(0, limit));
	todo = this.live(() => this.todoItems);
	/** What the office has settled, and nobody here has read. */
	handedItems: HandedOver[] = [];
	handedOver = this.live(() => [
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

	pendingList = this.live(() => this.pendingItems);
	dismiss = (): Promise<boolean> => Promise.resolve(true);

	nextLeasedCode = (): Promise<string | null> => Promise.resolve(this.nextCode);
	leasedCodesLeft = (): Promise<number> => Promise.resolve(this.nextCode === null ? 0 : 14);

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
