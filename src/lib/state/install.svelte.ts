/**
 * Is the program on the home screen, and if not, how does this browser put it there? Chromium offers a button when it thinks
 * fit, iOS has only its own menu. Lives for one page load; nothing is stored.
 */
import { createContext } from 'svelte';

/** `ios`, `android`, `desktop`: the steps in the browser's own menu. */
export type InstallWay = 'button' | 'ios' | 'android' | 'desktop';

/** Not in TypeScript's DOM: Chromium's offer. */
interface InstallOffer extends Event {
	prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

export class Install {
	#offer = $state.raw<InstallOffer | null>(null);
	#installed = $state(false);
	#system: Exclude<InstallWay, 'button'> = 'desktop';

	/** Opened from the home screen, or just put there. */
	get installed(): boolean {
		return this.#installed;
	}

	get way(): InstallWay {
		return this.#offer ? 'button' : this.#system;
	}

	/** Listens from the first moment: the browser offers once, and early. @returns what ends it. */
	start(target: Window): () => void {
		this.#system = systemOf(target.navigator);
		this.#installed = isStandalone(target);
		const listening = new AbortController();
		const options = { signal: listening.signal };
		target.addEventListener(
			'beforeinstallprompt',
			(event) => {
				// Its own bar would cover the buttons; the device page has a place for it.
				event.preventDefault();
				this.#offer = event as InstallOffer;
			},
			options
		);
		target.addEventListener('appinstalled', () => this.#done(), options);
		target
			.matchMedia('(display-mode: standalone)')
			.addEventListener('change', ({ matches }) => (this.#installed = matches), options);
		return () => listening.abort();
	}

	/** Shows the browser's own question. An offer can be used once. */
	async ask(): Promise<void> {
		const offer = this.#offer;
		this.#offer = null;
		if ((await offer?.prompt())?.outcome === 'accepted') this.#done();
	}

	#done(): void {
		this.#installed = true;
		this.#offer = null;
	}
}

const [getInstall, setInstall] = createContext<Install>();

export const useInstall = (): Install => getInstall();

/** Called once, by the root layout while it is being made. */
export const provideInstall = (): Install => setInstall(new Install());

function isStandalone(target: Window): boolean {
	// Safari's own word, from before there was a standard.
	const navigator: Navigator & { standalone?: boolean } = target.navigator;
	return navigator.standalone === true || target.matchMedia('(display-mode: standalone)').matches;
}

function systemOf({ userAgent, maxTouchPoints }: Navigator): Exclude<InstallWay, 'button'> {
	// An iPad calls itself a Mac; a Mac has no touch screen.
	if (/iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1)) return 'ios';
	return userAgent.includes('Android') ? 'android' : 'desktop';
}
