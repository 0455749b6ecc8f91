/**
 * The facts about this phone that no other screen asks for: its storage, its names, its clock; and what a person tries here. Read
 * anew whenever the status moves.
 */
import type { ReplicaClient } from '#lib/sync/client.ts';
import { readReplica } from '#lib/sync/state.ts';
import type { Storage } from './device-lines.ts';
import { tryWakeLock, type WakeLockTried } from './wake-lock.ts';

interface Names {
	replicaId: string;
	epoch: string | null;
	/** Milliseconds that this phone's clock is late. */
	clockOffset: number;
}

type AskedClient = Pick<ReplicaClient, 'ask' | 'leasedCodesLeft' | 'compareDigests' | 'persistStorage'>;

export class DeviceCheck {
	readonly #client: AskedClient;
	readonly #window: Window;
	#storage = $state.raw<Storage | null>(null);
	#names = $state.raw<Names | null>(null);
	#codesLeft = $state<number | null>(null);
	#compared = $state<'asking' | 'known' | 'unknown' | null>(null);
	#keeping = $state<'asking' | 'refused' | null>(null);
	#wake = $state<WakeLockTried | null>(null);

	constructor(client: AskedClient, target: Window) {
		this.#client = client;
		this.#window = target;
	}

	get storage(): Storage | null {
		return this.#storage;
	}

	get names(): Names | null {
		return this.#names;
	}

	get codesLeft(): number | null {
		return this.#codesLeft;
	}

	/** `known`: the status says the result. `unknown`: nobody answered, or something waits to be sent. */
	get compared(): 'asking' | 'known' | 'unknown' | null {
		return this.#compared;
	}

	get keeping(): 'asking' | 'refused' | null {
		return this.#keeping;
	}

	get wake(): WakeLockTried | null {
		return this.#wake;
	}

	async read(): Promise<void> {
		const storage = this.#window.navigator.storage;
		const [room, persisted, names, codesLeft] = await Promise.all([
			storage?.estimate?.().catch(() => null),
			storage?.persisted?.().catch(() => false),
			this.#client.ask(readReplica),
			this.#client.leasedCodesLeft()
		]);
		this.#storage = { used: room?.usage ?? null, quota: room?.quota ?? null, persisted: persisted ?? false };
		this.#names = names;
		this.#codesLeft = codesLeft;
	}

	async compare(): Promise<void> {
		this.#compared = 'asking';
		this.#compared = (await this.#client.compareDigests()) === null ? 'unknown' : 'known';
	}

	async keepStorage(): Promise<void> {
		this.#keeping = 'asking';
		this.#keeping = (await this.#client.persistStorage()) ? null : 'refused';
		await this.read();
	}

	async tryWake(): Promise<void> {
		this.#wake = await tryWakeLock(this.#window);
	}
}
