/**
 * A real replica in a test: in-memory storage that outlives a kill, a line with faults, and an oracle that looks after
 * every committed transaction.
 */
import type { Operator } from '#lib/sync/client.ts';
import { invariants } from '#lib/domain/invariants.ts';
import type { LineState, PeerMessage, ReplicaPorts, ReplicaStore } from '#lib/sync/ports.ts';
import type { ReplicaState, StoredMutation, StoreName } from '#lib/sync/records.ts';
import * as loops from '#lib/sync/loops.ts';
import { Replica } from '#lib/sync/replica.ts';
import { changeReplica, prepare } from '#lib/sync/state.ts';
import { SEEDED } from '../support/world.ts';
import { FaultyLine } from './faulty-line.ts';
import { MemoryStore } from './memory-store.ts';
import { foldFaults, History, viewWorld } from './oracle.ts';
import type { Simulation } from './simulation.ts';

export class SimPhone {
	readonly name: string;
	readonly store: MemoryStore;
	readonly line: FaultyLine;
	readonly history = new History();
	/** One for each tab: all share the storage. */
	tabs: SimTab[] = [];
	/** What the oracle found, with the virtual time. */
	readonly faults: string[] = [];
	/** Added to the device's clock: right or wrong, it decides nothing (I25). */
	clockError = 0;
	/** Its device was revoked: nothing of it has an effect any more (I26). */
	isRevoked = false;
	/** How many results the server's log held then. */
	revokedResults = 0;
	/** Each mutation that it ever stored, as it was when it was made. */
	readonly made = new Map<string, StoredMutation>();
	readonly sim: Simulation;

	/** @param store what is on it already: a copied profile */
	constructor(sim: Simulation, name: string, deviceId: string, operator: Operator, store = new MemoryStore()) {
		this.sim = sim;
		this.name = name;
		this.store = store;
		this.line = new FaultyLine(sim.server, sim.time, sim.random, deviceId, operator);
		this.store.onCommit = (touched) => this.#look(touched);
	}

	get replica(): Replica {
		return this.tabs[0]!.replica;
	}

	state(): ReplicaState {
		return this.store.content('meta').find((record) => record.key === 'replica') as ReplicaState;
	}

	queued = (): number => this.store.content('mutations').filter((mutation) => mutation.stands === 'queued').length;

	/** Decided, pulled, at the head: nothing is on its way. */
	isQuiet(): boolean {
		const open = this.store
			.content('mutations')
			.some((mutation) => mutation.stands === 'queued' || mutation.stands === 'accepted');
		const { cookie, needsSnapshot } = this.state();
		return !open && needsSnapshot === null && cookie === this.sim.headSeq();
	}

	async open(): Promise<SimTab> {
		const tab = new SimTab(this);
		this.tabs.push(tab);
		try {
			await prepare(this.store, () => `replica-${this.name}`);
			await changeReplica(this.store, ({ warehouseId }) =>
				warehouseId === null ? { warehouseId: SEEDED.warehouses[0] } : null
			);
			await tab.replica.start();
			await tab.replica.setOperator(this.line.operator);
		} catch (error) {
			tab.kill();
			this.tabs = this.tabs.filter((each) => each !== tab);
			throw error;
		}
		return tab;
	}

	/** SIGKILL: whatever was under way never comes back; what was committed stays. */
	kill(): void {
		for (const tab of this.tabs) tab.kill();
		this.tabs = [];
	}

	#look(touched: ReadonlySet<StoreName>): void {
		if (touched.size === 0 || [...touched].every((store) => store === 'scanlog' || store === 'inbox')) return;
		if (touched.has('mutations'))
			for (const mutation of this.store.content('mutations'))
				if (!this.made.has(mutation.uid) || mutation.dismissed) this.made.set(mutation.uid, mutation);
		const faults = [...foldFaults(this.store), ...this.history.faults(this.store)];
		if (this.state()?.cookie !== null && this.state() !== undefined)
			faults.push(...invariants(viewWorld(this.store), { numbered: false }));
		for (const fault of faults)
			this.faults.push(`${this.name} at ${new Date(this.sim.time.now()).toISOString()}: ${fault}`);
	}
}

export class SimTab {
	readonly replica: Replica;
	readonly phone: SimPhone;
	lineState: LineState | null = null;
	#isAlive = true;
	#onPeer: ((message: PeerMessage) => void) | null = null;
	#poke: ((headSeq: number, epoch: string) => void) | null = null;
	#timers = new Set<() => void>();
	#lost: (() => void) | null = null;
	#alive: ((isAlive: boolean) => void) | null = null;

	constructor(phone: SimPhone) {
		this.phone = phone;
		const { time, random } = phone.sim;
		const store: ReplicaStore = {
			transaction: (mode, stores, work) =>
				phone.store.transaction(mode, stores, async (tx) => {
					if (!this.#isAlive) return never();
					const result = await work(tx);
					return this.#isAlive ? result : Promise.reject(new Error('killed before commit'));
				})
		};
		const ports: ReplicaPorts = {
			store,
			transport: phone.line,
			timers: {
				after: (ms, run) => {
					const cancel = time.after(ms, () => {
						this.#timers.delete(cancel);
						if (this.#isAlive) run();
					});
					this.#timers.add(cancel);
					return cancel;
				}
			},
			clock: { now: () => time.now() + phone.clockError },
			random,
			lock: {
				start: (onHeld, onLost) => {
					this.#lost = onLost;
					if (phone.tabs[0] === this || phone.sim.noLocks) onHeld();
					this.hold = onHeld;
				},
				stop: () => undefined
			},
			peers: {
				tell: (message) => {
					for (const tab of phone.tabs) if (tab !== this) tab.#onPeer?.(structuredClone(message));
				},
				listen: (listener) => (this.#onPeer = listener),
				close: () => (this.#onPeer = null)
			},
			news: {
				open: (_replicaId, listener) => {
					this.#poke = listener.poke;
					this.#alive = listener.alive;
					listener.alive(true);
				},
				close: () => (this.#poke = null)
			}
		};
		this.replica = new Replica(ports, {
			appVersion: 'sim',
			onLine: (line) => (this.lineState = line),
			loops: () => Promise.resolve(loops)
		});
	}

	/** The lock came to this tab. */
	hold: () => void = () => undefined;

	/** The lock was taken by another tab. */
	lose(): void {
		this.#lost?.();
	}

	/** Nothing is heard of the server's news until it is opened again. */
	streamLost(): void {
		this.#poke = null;
		this.#alive?.(false);
	}

	poked(headSeq: number, epoch: string): void {
		if (this.#isAlive && this.phone.line.online) this.#poke?.(headSeq, epoch);
	}

	kill(): void {
		this.#isAlive = false;
		this.#onPeer = null;
		for (const cancel of this.#timers) cancel();
	}
}

const never = (): Promise<never> => Promise.reject(new Error('killed'));
