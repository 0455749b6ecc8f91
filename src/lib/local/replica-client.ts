/**
 * The contract of `sync/client.ts` in a browser: wires storage, wire, stream, lock and tabs to one replica, and turns its
 * queries into live values. Opened once per page by `state/`.
 */
import type { SyncedTable } from '#lib/domain/rows.ts';
import type { ReplicaClient, SyncStatus } from '#lib/sync/client.ts';
import type { PhotoShelf } from '#lib/sync/photos.ts';
import type { LineState, NewsStream, ReplicaPorts, ReplicaStore, Transport } from '#lib/sync/ports.ts';
import {
	readCartonsOf,
	readContacts,
	readCounts,
	readDestinations,
	readLastUndoable,
	readLiveShipments,
	readOperatorLive,
	readPending,
	readProducts,
	readRow,
	readScanLog,
	readTimelineOf,
	readHandedOver,
	readTodo
} from '#lib/sync/queries.ts';
import { Replica } from '#lib/sync/replica.ts';
import { readReplica } from '#lib/sync/state.ts';
import { browserClock, browserRandom, browserTimers } from './browser.ts';
import { isErased, markErased } from './erased-mark.ts';
import { noteHeld } from './held-mark.ts';
import { IdbStore } from './idb-store.ts';
import { lateWire } from './late-wire.ts';
import { live, Told } from './live.ts';
import { EventSourceNews } from './news-stream.ts';
import { DatabaseClosed, PhoneDatabase } from './phone-database.ts';
import { TabLock } from './tab-lock.ts';
import { TabPeers } from './tab-peers.ts';
import { hasPhotos } from './tables.ts';

export interface ReplicaClientOptions {
	/** Of the database; another one is another replica. */
	name?: string;
	appVersion?: string;
	/** Instead of the network. */
	transport?: Transport;
	news?: NewsStream;
}

/** Photos that wait are sent when the first scans are answered. */
const PHOTOS_AFTER_MS = 5000;

const STARTING: SyncStatus = {
	phase: 'starting',
	connection: 'syncing',
	offlineSince: null,
	pending: 0,
	oldestPendingAt: null,
	rejected: 0,
	settled: 0,
	waits: null,
	maintenance: null,
	download: null,
	dataAt: null,
	persisted: null,
	storageFreeBytes: null,
	headMatches: null,
	storage: 'ok'
};

export function openReplicaClient(options: ReplicaClientOptions = {}): ReplicaClient {
	const name = options.name ?? 'escale';
	const database = new PhoneDatabase(name, () => {
		// A newer program in another tab alters the tables: it may, and this tab must be loaded anew.
		replica.stop();
		if (giveUp === null) change({ storage: 'outdated' });
	});
	const store = new IdbStore(database);
	const status = new Told<SyncStatus>(STARTING);
	const change = (change: Partial<SyncStatus>) => status.set({ ...status.value, ...change });
	const ports: ReplicaPorts = {
		store,
		transport: options.transport ?? lateWire(store, name),
		timers: browserTimers,
		clock: browserClock,
		random: browserRandom,
		lock: new TabLock(name),
		peers: new TabPeers(name),
		news: options.news ?? new EventSourceNews()
	};
	const replica = new Replica(ports, {
		appVersion: options.appVersion ?? '',
		// eslint-disable-next-line fence/dynamic-import -- no scan waits for the server (docs/decisions/0012)
		loops: () => import('#lib/sync/loops.ts'),
		onLine: (line: LineState) => {
			change(withPhase(status.value, line));
			if (line.waits === 'device_revoked') giveUp ??= giveUpThisPhone();
		}
	});
	const failed = (error: unknown) => {
		if (giveUp === null && !(error instanceof DatabaseClosed)) change({ storage: 'unavailable' });
	};
	const query = <T>(read: (store: ReplicaStore) => Promise<T>) => live(store, read, failed);
	const stops: (() => void)[] = [];
	/** [I26] Under way, and then done for good: other words about the storage would hide it. */
	let giveUp: Promise<void> | null = null;
	const stopAll = () => {
		for (const stop of stops.splice(0)) stop();
		void shelf?.then((opened) => opened.stop());
		replica.stop();
	};
	const giveUpThisPhone = async () => {
		try {
			// eslint-disable-next-line fence/dynamic-import -- most phones never need it (docs/decisions/0006)
			const { giveUpPhone } = await import('./lost-phone.ts');
			await giveUpPhone({ store, database, stop: stopAll });
			markErased(name);
			change({ storage: 'erased', pending: 0 });
		} catch (error) {
			console.error(error);
			giveUp = null;
		}
	};

	let shelf: Promise<PhotoShelf> | null = null;
	const photos = () =>
		// eslint-disable-next-line fence/dynamic-import -- no scan waits for a photo (docs/decisions/0006)
		(shelf ??= import('./photo-shelf.ts').then(
			({ DexiePhotoShelf }) =>
				new DexiePhotoShelf({
					name,
					mutations: query((some) => some.transaction('read', ['mutations'], (tx) => tx.list('mutations'))),
					timelineOf: (shipmentId) => readTimelineOf(store, shipmentId),
					onError: failed
				}).start(),
			(error) => {
				shelf = null;
				throw error;
			}
		));

	/** Most phones never took one, and load nothing for it. */
	const sendPhotos = async () => {
		if (await hasPhotos(name)) await photos();
	};

	/** Null: not read yet. */
	let own: { replicaId: string; isNew: boolean } | null = null;
	const note = () => own && noteHeld(name, { ...own, pending: status.value.pending });

	async function start(): Promise<void> {
		if (isErased(name)) {
			giveUp = Promise.resolve();
			change({ storage: 'erased' });
			throw new PhoneErased();
		}
		try {
			await database.open();
			await replica.start();
		} catch (error) {
			change({ storage: 'unavailable' });
			throw new StorageUnavailable(error);
		}
		stops.push(
			query(readCounts)((counts) => {
				change(counts);
				note();
			}),
			query(readReplica)(({ replicaId, epoch, cookie, dataAt, headMatches, lost }) => {
				const phase = phaseOf(cookie !== null, status.value.download !== null);
				change({ dataAt, headMatches, phase, lostScans: lost?.scans ?? 0 });
				own = { replicaId, isNew: epoch === null };
				note();
			}),
			wakeWith(replica),
			browserTimers.after(PHOTOS_AFTER_MS, () => void sendPhotos().catch(() => undefined))
		);
		await estimate(change);
	}

	return {
		start,
		stop() {
			stopAll();
			store.close();
		},
		status: status.live,
		operator: query(readOperatorLive),
		refreshOperator: () => replica.refreshOperator(),
		badges: async () => {
			// eslint-disable-next-line fence/dynamic-import -- only who takes the phone over needs it (docs/decisions/0006)
			const [{ BadgeDesk }, { askSwitch }] = await Promise.all([import('./badge-desk.ts'), import('./wire.ts')]);
			return new BadgeDesk(store, browserClock, askSwitch);
		},
		signOut: () => replica.setOperator(null),

		submit: (command, how) => replica.submit(command, how),
		undo: (uid) => replica.undo(uid),
		lastUndoable: query(readLastUndoable),
		logScan: (entry) => replica.logScan(entry),
		scanLog: (limit) => query((some) => readScanLog(some, limit)),

		todo: query(readTodo),
		handedOver: query(readHandedOver),
		settle: (uid) => replica.settle(uid),
		pendingList: query(readPending),
		dismiss: (uid) => replica.dismiss(uid),

		resolve: (text) => replica.resolve(text),
		nextLeasedCode: () => replica.nextLeasedCode(),
		leasedCodesLeft: () => replica.leasedCodesLeft(),

		row: <T extends SyncedTable>(table: T, id: string) => query((some) => readRow(some, table, id)),
		cartonsOf: (shipmentId) => query((some) => readCartonsOf(some, shipmentId)),
		timelineOf: (shipmentId) => query((some) => readTimelineOf(some, shipmentId)),
		liveShipments: query(readLiveShipments),
		products: query(readProducts),
		contacts: query(readContacts),
		destinations: query(readDestinations),
		warehouseId: async () => (await readReplica(store)).warehouseId,
		siteTimeZone: async () => (await readReplica(store)).siteTimeZone,

		photos,

		syncNow: () => replica.syncNow(),
		async persistStorage() {
			const persisted = (await navigator.storage?.persist?.()) ?? false;
			change({ persisted });
			return persisted;
		},
		ask: (read) => read(store),
		compareDigests: () => replica.compareDigests()
	};
}

/** [I26] This phone was taken out of service and nobody signed in on it since: it is not started. */
class PhoneErased extends Error {
	override readonly name = 'PhoneErased';

	constructor() {
		super('This phone was taken out of service.');
	}
}

/** IndexedDB cannot be used here: blocked by a setting, damaged, or the disk is full. Nothing was lost by it. */
export class StorageUnavailable extends Error {
	override readonly name = 'StorageUnavailable';

	constructor(cause: unknown) {
		super('This browser does not let Escale store anything (private window, blocked storage or full disk).', { cause });
	}
}

const phaseOf = (hasRows: boolean, downloads: boolean): SyncStatus['phase'] =>
	hasRows ? 'ready' : downloads ? 'downloading' : 'empty';

const withPhase = (before: SyncStatus, line: LineState): Partial<SyncStatus> => ({
	...line,
	phase: before.phase === 'starting' || before.phase === 'ready' ? before.phase : phaseOf(false, line.download !== null)
});

/** Sync §5: visible and online wake the drainer; both are hints, not truths. */
function wakeWith(replica: Replica): () => void {
	const visible = () => {
		if (document.visibilityState === 'visible') replica.syncNow();
	};
	const online = () => replica.syncNow();
	document.addEventListener('visibilitychange', visible);
	addEventListener('online', online);
	addEventListener('offline', online);
	return () => {
		document.removeEventListener('visibilitychange', visible);
		removeEventListener('online', online);
		removeEventListener('offline', online);
	};
}

async function estimate(change: (change: Partial<SyncStatus>) => void): Promise<void> {
	const persisted = (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
	const room = (await navigator.storage?.estimate?.().catch(() => null)) ?? null;
	const free = room?.quota === undefined || room.usage === undefined ? null : room.quota - room.usage;
	change({ persisted: persisted === true ? true : null, storageFreeBytes: free });
}
