/**
 * Who works with this phone. Remembered by the replica, so that a phone without network opens with its worker; only a phone
 * that remembers nobody needs the server, and leads to the sign-in page as soon as that answers.
 */
import type { Operator, ReplicaClient, SyncStatus } from '#lib/sync/client.ts';

export interface SessionPorts {
	client: Pick<ReplicaClient, 'operator' | 'refreshOperator' | 'signOut' | 'syncNow'>;
	/** Leaves for the sign-in page. */
	signIn: () => void;
	/** Ends the server's session of this browser; `false`: no answer, so that it still stands. */
	endSession: () => Promise<boolean>;
	/**
	 * Somebody signed out, or another one took over, without network: the server's session is to be ended before anybody is
	 * recognised by it.
	 */
	owesEnd: { get: () => boolean; set: (owes: boolean) => void };
}

export class Session {
	#ports: SessionPorts;
	/** undefined: the replica has not said yet. */
	#operator = $state.raw<Operator | null | undefined>(undefined);
	#asked = $state(false);
	#asking: Promise<void> | null = null;
	#reachable = false;
	#leaving = false;

	constructor(ports: SessionPorts) {
		this.#ports = ports;
	}

	get operator(): Operator | null {
		return this.#operator ?? null;
	}

	/** `signed_out`: nobody is remembered, and the server was asked and did not name anybody. */
	get situation(): 'starting' | 'known' | 'signed_out' {
		if (this.#operator) return 'known';
		return this.#operator === undefined || !this.#asked ? 'starting' : 'signed_out';
	}

	/** Follows the replica; call it once it has started. @returns what ends it. */
	start(): () => void {
		const stop = this.#ports.client.operator((operator) => (this.#operator = operator));
		void this.#ask();
		return stop;
	}

	/**
	 * Called with every status: the server answers, and still nobody is known? The sign-in page is the place to be. And a
	 * session that is not the worker's any more ends now.
	 */
	follow(status: Pick<SyncStatus, 'connection'>): void {
		const reachable = status.connection !== 'offline';
		const came = reachable && !this.#reachable;
		this.#reachable = reachable;
		if ((came && this.situation === 'signed_out') || (reachable && this.#ports.owesEnd.get())) void this.#ask();
	}

	/** Somebody took the phone over: is the server's session still the former one's? */
	oweEnd(owes: boolean): void {
		this.#ports.owesEnd.set(owes);
	}

	/** The worker pressed "try again". */
	async retry(): Promise<void> {
		this.#ports.client.syncNow();
		await this.#ask();
	}

	/** The queue stays and is still sent. Without network the phone forgets the worker now and tells the server later. */
	async signOut(): Promise<void> {
		this.#ports.owesEnd.set(true);
		await this.#ports.client.signOut();
		this.#asked = true;
		if (await this.#payEnd()) this.#leave();
	}

	/** One question at a time. */
	#ask(): Promise<void> {
		this.#asking ??= this.#askOnce().finally(() => (this.#asking = null));
		return this.#asking;
	}

	async #askOnce(): Promise<void> {
		const operator = (await this.#payEnd()) ? await this.#ports.client.refreshOperator() : null;
		this.#asked = true;
		if (operator) this.#operator = operator;
		else if (this.situation === 'signed_out' && this.#reachable) this.#leave();
	}

	/** `true`: nothing is owed (any more). */
	async #payEnd(): Promise<boolean> {
		const { owesEnd, endSession } = this.#ports;
		if (!owesEnd.get()) return true;
		if (!(await endSession())) return false;
		owesEnd.set(false);
		return true;
	}

	/** Once: the page is on its way out. */
	#leave(): void {
		if (this.#leaving) return;
		this.#leaving = true;
		this.#ports.signIn();
	}
}
