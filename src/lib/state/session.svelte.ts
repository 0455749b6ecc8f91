/**
 * Who works with this phone. Remembered by the replica, so that a phone without network opens with its worker; only a phone
 * that remembers nobody needs the server, and leads to the sign-in page as soon as that answers.
 */
import type { Operator, ReplicaClient, SyncStatus } from '#lib/sync/client.ts';

export interface SessionPorts {
	client: Pick<ReplicaClient, 'operator' | 'refreshOperator' | 'signOut' | 'syncNow'>;
	/** Leaves for the sign-in page. */
	signIn: () => void;
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

	/** Called with every status: the server answers, and still nobody is known? The sign-in page is the place to be. */
	follow(status: Pick<SyncStatus, 'connection'>): void {
		const reachable = status.connection !== 'offline';
		const came = reachable && !this.#reachable;
		this.#reachable = reachable;
		if (came && this.situation === 'signed_out') void this.#ask();
	}

	/** The worker pressed "try again". */
	async retry(): Promise<void> {
		this.#ports.client.syncNow();
		await this.#ask();
	}

	async signOut(): Promise<void> {
		await this.#ports.client.signOut();
		this.#leave();
	}

	/** One question at a time. */
	#ask(): Promise<void> {
		this.#asking ??= this.#ports.client.refreshOperator().then((operator) => {
			this.#asking = null;
			this.#asked = true;
			if (operator) this.#operator = operator;
			else if (this.situation === 'signed_out' && this.#reachable) this.#leave();
		});
		return this.#asking;
	}

	/** Once: the page is on its way out. */
	#leave(): void {
		if (this.#leaving) return;
		this.#leaving = true;
		this.#ports.signIn();
	}
}
