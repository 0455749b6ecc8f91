/**
 * One phone's replica: storage, rules, and the two loops that keep it level with the server. `local/` gives it a browser,
 * the simulator gives it a test. It knows no screen and no technology.
 */
import { cartonCode } from '#lib/domain/carton-code.ts';
import type { Command } from '#lib/domain/commands.ts';
import { refuse } from '#lib/domain/refuse.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { Attempts } from './attempts.ts';
import type { Operator, Resolution, Submitted } from './client.ts';
import { Contact, codesLeft } from './contact.ts';
import { Enqueuer, type Request } from './enqueue.ts';
import type { LineState, ReplicaPorts } from './ports.ts';
import { Puller } from './puller.ts';
import { dismiss, Pusher } from './pusher.ts';
import { viewStore } from './records.ts';
import { commandOf } from './replay.ts';
import { resolveText } from './resolve.ts';
import { forget } from './retention.ts';
import { prepare, readReplica, readState, rememberOperator, writeOperator } from './state.ts';
import { Uids } from './uid.ts';

export interface ReplicaOptions {
	appVersion: string;
	/** The line to the server changed. */
	onLine: (line: LineState) => void;
}

const FORGET_EVERY_MS = 3_600_000;
/** What a storage that is full, closed or broken throws: the transaction is gone as a whole, and the worker must hear it. */
const NOT_OURS: ReadonlySet<string> = new Set([
	'QuotaExceededError',
	'BulkError',
	'AbortError',
	'DatabaseClosedError',
	'OpenFailedError',
	'InvalidStateError',
	'UnknownError',
	'TimeoutError'
]);

export class Replica {
	#ports: ReplicaPorts;
	#options: ReplicaOptions;
	#uids: Uids;
	#enqueuer: Enqueuer | null = null;
	#contact: Contact;
	#puller: Puller;
	#push: Attempts;
	#pull: Attempts;
	#drains = false;
	#pushing = false;
	#download: LineState['download'] = null;
	#othersLine: LineState | null = null;
	#forgotAt = -Infinity;
	#newsFor: string | null = null;

	constructor(ports: ReplicaPorts, options: ReplicaOptions) {
		this.#ports = ports;
		this.#options = options;
		this.#uids = new Uids(ports.clock, ports.random);
		const newId = () => this.#uids.next();
		this.#contact = new Contact(ports, options.appVersion, newId, {
			changed: () => this.#lineChanged(),
			answered: () => {
				this.#push.lineIsBack();
				this.#pull.lineIsBack();
			},
			greeted: (replicaId) => this.#greeted(replicaId)
		});
		this.#puller = new Puller(
			ports,
			this.#contact,
			newId,
			(download) => this.#downloading(download),
			(urgency) => this.#push.wake(urgency)
		);
		const pusher = new Pusher(
			ports,
			this.#contact,
			(urgency) => this.#pull.wake(urgency),
			(pushing) => this.#sending(pushing)
		);
		this.#push = new Attempts(ports.timers, ports.random, () => pusher.attempt());
		this.#pull = new Attempts(ports.timers, ports.random, () => this.#pullThenForget());
	}

	/** Opens what is stored and asks to be the one that drains. @throws what the storage throws when it cannot be opened. */
	async start(): Promise<void> {
		const { live } = await prepare(this.#ports.store, () => this.#uids.next());
		this.#enqueuer = new Enqueuer(this.#ports.store, this.#ports.clock, live);
		this.#ports.peers.listen((message) => {
			if (message.kind === 'wake') this.#wake(message.urgency);
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
		const { silentSince, waits, everAnswered, maintenance } = this.#contact.state;
		const isBusy = this.#pushing || this.#download !== null || !everAnswered;
		return {
			connection: silentSince !== null ? 'offline' : isBusy ? 'syncing' : 'online',
			offlineSince: silentSince === null ? null : new Date(silentSince).toISOString(),
			waits,
			download: this.#download,
			maintenance
		};
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
	compareDigests(): Promise<boolean | null> {
		return this.#puller.compare();
	}

	/**
	 * Asks who is signed in and remembers it. No answer, or nobody: null, and the remembered operator stays; so does one who
	 * took this phone over meanwhile.
	 */
	async refreshOperator(): Promise<Operator | null> {
		const before = await this.#operatorId();
		const answer = await this.#ports.transport.me();
		this.#contact.report(answer);
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
			const submitted = await this.#enqueuer.enqueue({ ...wish, uid: this.#uids.next(), isFresh: this.#isFresh() });
			if (submitted.kind === 'saved') this.#wakeDrainer('soon');
			return submitted;
		} catch (error) {
			if (!(error instanceof Error) || !NOT_OURS.has(error.name)) throw error;
			return { kind: 'refused', rejection: refuse('not_saved', {}), keepable: false };
		}
	}

	/** Online, and at the head as far as this tab can tell: then its refusals are the server's (sync §2). */
	#isFresh(): boolean {
		const { silentSince, everAnswered, headSeq } = this.#contact.state;
		if (!this.#drains || silentSince !== null || !everAnswered || !this.#puller.streamAlive) return false;
		return headSeq <= (this.#puller.cookie ?? -1);
	}

	async #operatorId(): Promise<string | null> {
		const { operator } = await this.#ports.store.transaction('read', ['meta'], readState);
		return operator?.personId ?? null;
	}

	#startDraining(): void {
		this.#drains = true;
		this.#othersLine = null;
		this.#push.start();
		this.#pull.start();
		this.#lineChanged();
	}

	#stopDraining(): void {
		if (!this.#drains) return;
		this.#drains = false;
		this.#push.stop();
		this.#pull.stop();
		this.#ports.news.close();
		this.#newsFor = null;
		this.#puller.streamAlive = false;
	}

	/** The server knows a replica after its first hello; a new replicaId needs a stream of its own. */
	#greeted(replicaId: string): void {
		if (!this.#drains || this.#newsFor === replicaId) return;
		this.#newsFor = replicaId;
		this.#ports.news.close();
		this.#ports.news.open(replicaId, {
			poke: (headSeq, epoch) => this.#poked(headSeq, epoch),
			alive: (isAlive) => {
				// What happened during the silence was poked to nobody.
				if (isAlive !== this.#puller.streamAlive) this.#pull.wake('soon');
				this.#puller.streamAlive = isAlive;
			}
		});
	}

	#poked(headSeq: number, epoch: string): void {
		// Of another epoch: the server was restored, and we are not known to each other any more.
		if (epoch !== this.#contact.epoch) this.#contact.forget();
		else this.#contact.sawHead(headSeq);
		this.#push.wake('soon');
		this.#pull.wake('soon');
	}

	#wakeDrainer(urgency: 'soon' | 'now'): void {
		if (this.#drains) this.#wake(urgency);
		else this.#ports.peers.tell({ kind: 'wake', urgency });
	}

	#wake(urgency: 'soon' | 'now'): void {
		this.#push.wake(urgency);
		if (urgency === 'now') this.#pull.wake(urgency);
	}

	async #pullThenForget(): ReturnType<Puller['attempt']> {
		const pause = await this.#puller.attempt();
		const now = this.#ports.clock.now();
		if (pause.kind === 'rest' && Math.abs(now - this.#forgotAt) > FORGET_EVERY_MS) {
			this.#forgotAt = now;
			await forget(this.#ports.store, this.#ports.clock);
		}
		return pause;
	}

	#sending(pushing: boolean): void {
		if (this.#pushing === pushing) return;
		this.#pushing = pushing;
		this.#lineChanged();
	}

	#downloading(download: LineState['download']): void {
		this.#download = download;
		this.#lineChanged();
	}

	#lineChanged(): void {
		const line = this.line();
		this.#options.onLine(line);
		if (this.#drains) this.#ports.peers.tell({ kind: 'line', line });
	}
}
