/**
 * A new version of the program: noticed, offered, and put in place when nothing is under way. Registers the service worker
 * of the page it runs in. Knows neither scans nor forms; whoever has something in flight adds a guard.
 *
 * ```
 *  none ─waits─▶ ready ─person agrees─▶ agreed ─guards settle─▶ switching ─it controls the page─▶ guards settle ─▶ reload
 *                  └─ another tab agreed: it controls this page too ──────────────────────────────▲
 * ```
 */
import { createContext } from 'svelte';
import { dev } from '$app/environment';

/** `agreed`: the person wants it, something is still under way. */
export type UpdatePhase = 'none' | 'ready' | 'agreed' | 'switching';

/** What workbox-window does for us; tests give their own. */
export interface ShellWorker {
	onWaiting(listener: () => void): void;
	/** A service worker has taken over this page; `isUpdate` is false on the very first visit. */
	onControlling(listener: (isUpdate: boolean) => void): void;
	/** Resolves when the shell is stored on this device; never when it cannot be. */
	register(): Promise<void>;
	/** Asks the server whether there is a newer one. Rejects without a server. */
	check(): Promise<void>;
	/** Lets the waiting one take over. */
	switchOver(): void;
	/** The program is up and the line is free: store what is not needed at the first start. */
	storeRest(): Promise<void>;
}

export interface UpdatePorts {
	worker: ShellWorker | null;
	reload: () => void;
	/** Calls back when the page becomes visible, the network returns, and every so often; returns how to stop. */
	onOccasion: (listener: () => void) => () => void;
	/** Calls back when a part of the program could not be loaded; returns how to stop. */
	onMissingPart: (listener: () => void) => () => void;
	/** Has this tab been reloaded for a missing part a moment ago? Remembers that it is now. */
	mayReloadForPart: () => boolean;
}

/** Resolves when what it guards is not under way (any more). */
export type UpdateGuard = () => Promise<void>;

export class AppUpdate {
	#ports: UpdatePorts;
	#guards: UpdateGuard[] = [];
	#phase = $state<UpdatePhase>('none');
	#snoozed = $state(false);
	#stored = $state(false);

	constructor(ports: UpdatePorts) {
		this.#ports = ports;
	}

	get phase(): UpdatePhase {
		return this.#phase;
	}

	/** Show the bar? Put off, it comes back with the next occasion (page visible again, network back, a quarter of an hour). */
	get offered(): boolean {
		return this.#phase === 'agreed' || this.#phase === 'switching' || (this.#phase === 'ready' && !this.#snoozed);
	}

	/** The program is stored on this device and opens without a server. */
	get stored(): boolean {
		return this.#stored;
	}

	/** @returns what ends it. */
	start(): () => void {
		const { worker, onOccasion, onMissingPart } = this.#ports;
		const stops = [onMissingPart(() => void this.#reloadForPart())];
		if (worker) {
			worker.onWaiting(() => {
				if (this.#phase === 'none') this.#phase = 'ready';
			});
			worker.onControlling((isUpdate) => void this.#controlled(isUpdate));
			void this.#register(worker);
			stops.push(
				onOccasion(() => {
					this.#snoozed = false;
					worker.check().catch(() => undefined);
				})
			);
		}
		return () => stops.forEach((stop) => stop());
	}

	/** Holds every update back until the guard resolves. @returns what takes it away. */
	guard(guard: UpdateGuard): () => void {
		this.#guards = [...this.#guards, guard];
		return () => {
			this.#guards = this.#guards.filter((each) => each !== guard);
		};
	}

	/** The person wants it: now, or as soon as nothing is under way. */
	async agree(): Promise<void> {
		if (this.#phase !== 'ready') return;
		this.#phase = 'agreed';
		await this.#settled();
		this.#phase = 'switching';
		this.#ports.worker?.switchOver();
	}

	/** Not now. */
	snooze(): void {
		this.#snoozed = true;
	}

	async #register(worker: ShellWorker): Promise<void> {
		try {
			await worker.register();
			this.#stored = true;
			await worker.storeRest();
		} catch (error) {
			// Without HTTPS or with storage refused the program works, but only while the server does.
			console.warn('the program could not be stored on this device', error);
		}
	}

	async #controlled(isUpdate: boolean): Promise<void> {
		if (!isUpdate) return;
		this.#phase = 'switching';
		await this.#settled();
		this.#ports.reload();
	}

	/** After a deployment an old page may ask for a part that is gone. The new shell has all of its own. */
	async #reloadForPart(): Promise<void> {
		await this.#settled();
		if (this.#ports.mayReloadForPart()) this.#ports.reload();
	}

	async #settled(): Promise<void> {
		await Promise.all(this.#guards.map((guard) => guard()));
	}
}

const [getUpdate, setUpdate] = createContext<AppUpdate>();

/** For the floor's layout, to add its guard, and for the device page. */
export const useUpdate = (): AppUpdate => getUpdate();

/** Called once, by the root layout while it is being made; it starts when the page is up. */
export function provideUpdate(): AppUpdate {
	return setUpdate(new AppUpdate(browserUpdatePorts()));
}

const CHECK_MS = 15 * 60_000;
/** A part that is still missing after a reload will not come by reloading. */
const PART_RELOAD_MS = 60_000;
const RELOADED_AT = 'escale.reloaded-for-part';

/** Safe on the server, where nothing of it is called. */
function browserUpdatePorts(): UpdatePorts {
	return {
		worker: dev || typeof navigator === 'undefined' || !('serviceWorker' in navigator) ? null : workboxWorker(),
		reload: () => location.reload(),
		onOccasion: (listener) => {
			const whenVisible = (): void => {
				if (document.visibilityState === 'visible') listener();
			};
			const timer = setInterval(listener, CHECK_MS);
			document.addEventListener('visibilitychange', whenVisible);
			window.addEventListener('online', listener);
			return () => {
				clearInterval(timer);
				document.removeEventListener('visibilitychange', whenVisible);
				window.removeEventListener('online', listener);
			};
		},
		onMissingPart: (listener) => {
			window.addEventListener('vite:preloadError', listener);
			return () => window.removeEventListener('vite:preloadError', listener);
		},
		mayReloadForPart: () => {
			const before = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
			if (Date.now() - before < PART_RELOAD_MS) return false;
			sessionStorage.setItem(RELOADED_AT, String(Date.now()));
			return true;
		}
	};
}

/** Loaded when the page is up: nothing that a scan needs waits for it. */
function workboxWorker(): ShellWorker {
	// eslint-disable-next-line fence/dynamic-import -- no scan needs it (docs/decisions/0006)
	const loading = import('workbox-window').then(
		({ Workbox }) => new Workbox('/service-worker.js', { scope: '/', updateViaCache: 'none' })
	);
	const listen = (event: 'waiting' | 'controlling', listener: () => void): void =>
		// That it could not be loaded is told by `register`.
		void loading.then((workbox) => workbox.addEventListener(event, listener)).catch(() => undefined);
	// workbox-window looks once, when registering; a page may live through its first shell and then through an update.
	let controlled = navigator.serviceWorker.controller !== null;
	return {
		onWaiting: (listener) => listen('waiting', listener),
		onControlling: (listener) =>
			listen('controlling', () => {
				listener(controlled);
				controlled = true;
			}),
		register: async () => {
			const workbox = await loading;
			await workbox.register();
			await navigator.serviceWorker.ready;
		},
		check: async () => (await loading).update(),
		switchOver: () => void loading.then((workbox) => workbox.messageSkipWaiting()),
		storeRest: async () => (await navigator.serviceWorker.ready).active?.postMessage({ type: 'STORE_REST' })
	};
}
