/**
 * One phone's replica: storage, rules, and, when they are loaded, the two loops that keep it level with the server. `local/`
 * gives it a browser, the simulator gives it a test. It knows no screen and no technology.
 */
import { cartonCode } from '#lib/domain/carton-code.ts';
import type { Command } from '#lib/domain/commands.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import type { Operator, Resolution, Submitted } from './client.ts';
import { Enqueuer, type Request } from './enqueue.ts';
import { codesLeft } from './leases.ts';
import type * as LoopsModule from './loops.ts';
import type { LineState, ReplicaPorts } from './ports.ts';
import { viewStore } from './records.ts';
import { commandOf } from './replay.ts';
import { resolveText } from './resolve.ts';
import { prepare, readReplica, readState, rememberOperator, writeOperator } from './state.ts';
import { Uids } from './uid.ts';

export interface ReplicaOptions {
	appVersion: string;
	/** The line to the server changed. */
	onLine: (line: LineState) => void;
	/** Brings what no scan waits for. */
	loops: () => Promise<typeof LoopsModule>;
}

type Loops = LoopsModule.Loops;
interface Late {
	loops: Loops;
	dismiss: typeof LoopsModule.dismiss;
}

/** After the loops could not be loaded. */
const LOAD_AGAIN_MS = 5000;

const BEFORE_THE_FIRST_CALL: LineState = {
	connection: 'syncing',
	offlineSince: null,
	waits: null,
	download: null,
	maintenance: null
};

/** What a storage that is full, closed or broken throws: the transaction is gone as a whole, and the worker must hear it. */
const NOT_OURS: ReadonlySet<string> = new Set([
	'QuotaExceededError',
	'AbortError',
	'DatabaseClosedError',
	'InvalidStateError',
	'TransactionInactiveError',
	'UnknownError',
	'TimeoutError'
]);

export class Replica {
	#ports: ReplicaPorts;
	#options: ReplicaOptions;
	#uids: Uids;
	#enqueuer: Enqueuer | null = null;
	#late: Promise<Late> | null = null;
	/** Null: not loaded yet. */
	#loops: Loops | null = null;
	#drains = false;
	#othersLine: LineState | null = null;

	constructor(ports: ReplicaPorts, options: ReplicaOptions) {
		this.#ports = ports;
		this.#options = options;
		this.#uids = new Uids(ports.clock, ports.random);
	}

	/** Opens what is stored and asks to be the one that drains. @throws what the storage throws when it cannot be opened. */
	async start(): Promise<void> {
		const { live } = await prepare(this.#ports.store, () => this.#uids.next());
		this.#enqueuer = new Enqueuer(this.#ports.store, this.#ports.clock, live);
		this.#ports.peers.listen((message) => {
			if (message.kind === 'wake') this.#loops?.wake(message.urgency);
			else if (message.kind === 'line?' && this.#drains) this.#ports.peers.tell({ kind: 'line', line: this.line() });
			else if (message.kind === 'line' && !this.#drains) {
				this.#othersLine = message.line;
				this.#options.onLine(this.line());
			}
		});
		this.#ports.peers.tell({ kind: 'line?' });
		this.#ports.lock.start(
			() => this.#startDraining(),
			() => this.#stopDraining()
		);
	}

	stop(): void {
		this.#stopDraining();
		this.#ports.lock.stop();
		this.#ports.peers.close();
	}

	/** Tries now, whoever drains: a person asked, the page became visible, the browser says it is online. */
	syncNow(): void {
		this.#wakeDrainer('now');
	}

	line(): LineState {
		if (!this.#drains && this.#othersLine) return this.#othersLine;
		return this.#loops?.line() ?? BEFORE_THE_FIRST_CALL;
	}

	// ── what a person does ───────────────────────────────────────────────────

	async submit(command: Command, how: { code: string; despite?: string }): Promise<Submitted> {
		return this.#enqueue({ command, code: how.code, despite: how.despite ?? null, undoes: null });
	}

	async undo(uid: string): Promise<Submitted> {
		const command = await this.#ports.store.transaction('read', ['mutations'], async (tx) => {
			const [original] = await tx.find('mutations', 'uid', [uid]);
			return original ? commandOf(original) : null;
		});
		if (!command) return { kind: 'noop', rejection: refuse('nothing_to_undo', {}) };
		return this.#enqueue({ command, code: '', despite: null, undoes: uid });
	}

	/** A scan that became no command still leaves a record (I37). */
	async logScan(entry: { code: string; opened: string | null; rejection: Rejection | null }): Promise<void> {
		const actorId = (await this.#operatorId()) ?? '';
		const at = new Date(this.#ports.clock.now()).toISOString();
		const scan = { id: this.#uids.next(), uid: null, at, command: null, note: null, actorId, ...entry };
		await this.#ports.store.transaction('write', ['scanlog'], (tx) => tx.put('scanlog', [scan]));
	}

	/** Takes back what was never sent. @returns false when it may have left this phone. */
	async dismiss(uid: string): Promise<boolean> {
		const by = (await this.#operatorId()) ?? 'unknown';
		const { dismiss } = await this.#loaded();
		const dismissed = await dismiss(this.#ports.store, uid, by, new Date(this.#ports.clock.now()).toISOString());
		if (dismissed) this.#wakeDrainer('soon');
		return dismissed;
	}

	/** A refusal was dealt with, or what the office did about one was read. */
	async settle(uid: string): Promise<void> {
		await this.#ports.store.transaction('write', ['mutations'], async (tx) => {
			const [mutation] = await tx.find('mutations', 'uid', [uid]);
			const settledAt = new Date(this.#ports.clock.now()).toISOString();
			if (mutation?.stands === 'todo' || mutation?.stands === 'settled')
				await tx.put('mutations', [{ ...mutation, stands: 'done', settledAt }]);
		});
	}

	resolve(text: string): Promise<Resolution> {
		return resolveText(this.#ports.store, text);
	}

	// ── numbers and settings ─────────────────────────────────────────────────

	/** [R3] The next code of the lease that no carton on this phone has. Using it up is the carton's creation. */
	async nextLeasedCode(): Promise<string | null> {
		return this.#ports.store.transaction(
			'read',
			['meta', viewStore('a', 'cartons'), viewStore('b', 'cartons')],
			async (tx) => {
				const { replica, set } = await readState(tx);
				for (const lease of replica.leases) {
					for (let number = lease.nextFree; number <= lease.until; number++) {
						const code = cartonCode(number);
						if ((await tx.find(viewStore(set.live, 'cartons'), 'codes', [code], 1)).length === 0) return code;
					}
				}
				return null;
			}
		);
	}

	async leasedCodesLeft(): Promise<number> {
		return codesLeft((await readReplica(this.#ports.store)).leases);
	}

	/** Compares digests with the server now (I15); null when the queue is not empty or nobody answers. */
	async compareDigests(): Promise<boolean | null> {
		const late = await this.#loaded().catch(() => null);
		return late && late.loops.compareDigests();
	}

	/**
	 * Asks who is signed in and remembers it. No answer, or nobody: null, and the remembered operator stays; so does one who
	 * took this phone over meanwhile.
	 */
	async refreshOperator(): Promise<Operator | null> {
		const before = await this.#operatorId();
		const answer = await this.#ports.transport.me();
		this.#loops?.report(answer);
		if (answer.kind !== 'ok' || answer.value === null) return null;
		return rememberOperator(this.#ports.store, answer.value, before);
	}

	setOperator(operator: Operator | null): Promise<void> {
		return writeOperator(this.#ports.store, operator);
	}

	// ── inside ───────────────────────────────────────────────────────────────

	async #enqueue(wish: Pick<Request, 'command' | 'code' | 'despite' | 'undoes'>): Promise<Submitted> {
		if (!this.#enqueuer) throw new Error('The replica was not started.');
		try {
			const submitted = await this.#enqueuer.enqueue({
				...wish,
				uid: this.#uids.next(),
				isFresh: this.#loops?.isFresh() ?? false
			});
			if (submitted.kind === 'saved') this.#wakeDrainer('soon');
			return submitted;
		} catch (error) {
			if (!(error instanceof Error) || !NOT_OURS.has(error.name)) throw error;
			return { kind: 'refused', rejection: refuse('not_saved', {}), keepable: false };
		}
	}

	async #operatorId(): Promise<string | null> {
		const { operator } = await this.#ports.store.transaction('read', ['meta'], readState);
		return operator?.personId ?? null;
	}

	#startDraining(): void {
		this.#drains = true;
		this.#othersLine = null;
		this.#lineChanged();
		void this.#startLoops();
	}

	async #startLoops(): Promise<void> {
		try {
			const { loops } = await this.#loaded();
			if (this.#drains) loops.start();
		} catch {
			// A part that cannot be loaded is a server that cannot be reached: the queue waits.
			this.#ports.timers.after(LOAD_AGAIN_MS, () => this.#drains && void this.#startLoops());
		}
	}

	#loaded(): Promise<Late> {
		this.#late ??= this.#load().catch((error: unknown) => {
			this.#late = null;
			throw error;
		});
		return this.#late;
	}

	async #load(): Promise<Late> {
		const { Loops, dismiss } = await this.#options.loops();
		const { appVersion } = this.#options;
		const loops = new Loops(
			this.#ports,
			appVersion,
			() => this.#uids.next(),
			() => this.#lineChanged()
		);
		this.#loops = loops;
		return { loops, dismiss };
	}

	#stopDraining(): void {
		if (!this.#drains) return;
		this.#drains = false;
		this.#loops?.stop();
	}

	#wakeDrainer(urgency: 'soon' | 'now'): void {
		if (this.#drains) this.#loops?.wake(urgency);
		else this.#ports.peers.tell({ kind: 'wake', urgency });
	}

	#lineChanged(): void {
		const line = this.line();
		this.#options.onLine(line);
		if (this.#drains) this.#ports.peers.tell({ kind: 'line', line });
	}
}
