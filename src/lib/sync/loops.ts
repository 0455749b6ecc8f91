/**
 * The two loops that keep a replica level with the server, and what is known of the line to it. No scan waits for them, so a
 * phone loads them after what a scan needs (docs/decisions/0012).
 */
import { Attempts } from './attempts.ts';
import type { LineState, ReplicaPorts } from './ports.ts';
import { Contact } from './contact.ts';
import { Puller } from './puller.ts';
import { Pusher } from './pusher.ts';
import { forget } from './retention.ts';

export { dismiss } from './pusher.ts';

const FORGET_EVERY_MS = 3_600_000;

export class Loops {
	#ports: ReplicaPorts;
	#changed: () => void;
	#contact: Contact;
	#puller: Puller;
	#push: Attempts;
	#pull: Attempts;
	#runs = false;
	#pushing = false;
	#download: LineState['download'] = null;
	#forgotAt = -Infinity;
	#newsFor: string | null = null;

	/** @param changed the line is another than it was */
	constructor(ports: ReplicaPorts, appVersion: string, newId: () => string, changed: () => void) {
		this.#ports = ports;
		this.#changed = changed;
		this.#contact = new Contact(ports, appVersion, newId, {
			changed,
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

	start(): void {
		this.#runs = true;
		this.#push.start();
		this.#pull.start();
	}

	stop(): void {
		this.#runs = false;
		this.#push.stop();
		this.#pull.stop();
		this.#ports.news.close();
		this.#newsFor = null;
		this.#puller.streamAlive = false;
	}

	wake(urgency: 'soon' | 'now'): void {
		this.#push.wake(urgency);
		if (urgency === 'now') this.#pull.wake(urgency);
	}

	/** As this tab knows it. */
	line(): LineState {
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

	/** Online, and at the head as far as this tab can tell: then its refusals are the server's (sync §2). */
	isFresh(): boolean {
		const { silentSince, everAnswered, headSeq } = this.#contact.state;
		if (!this.#runs || silentSince !== null || !everAnswered || !this.#puller.streamAlive) return false;
		return headSeq <= (this.#puller.cookie ?? -1);
	}

	/** Compares digests with the server now (I15); null when the queue is not empty or nobody answers. */
	compareDigests(): Promise<boolean | null> {
		return this.#puller.compare();
	}

	/** An answer that somebody else was given tells of the line, too. */
	report(answer: Parameters<Contact['report']>[0]): void {
		this.#contact.report(answer);
	}

	/** The server knows a replica after its first hello; a new replicaId needs a stream of its own. */
	#greeted(replicaId: string): void {
		if (!this.#runs || this.#newsFor === replicaId) return;
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
		this.#changed();
	}

	#downloading(download: LineState['download']): void {
		this.#download = download;
		this.#changed();
	}
}
