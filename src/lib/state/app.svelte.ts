/**
 * The floor's only wiring: makes the replica, the scanners, the sounds and the program that uses them, once per page load,
 * and hands the program to the screens. Runs in the browser; nothing else opens a database or listens to keys.
 */
import { createContext } from 'svelte';
import { version } from '$app/environment';
import { goto } from '$app/navigation';
import { openReplicaClient } from '#lib/local/replica-client.ts';
import { browserFeedback, Feedback } from '#lib/scanner/feedback.ts';
import { Wedge } from '#lib/scanner/wedge.ts';
import { Uids } from '#lib/sync/uid.ts';
import { FloorApp } from './floor-app.svelte.ts';
import { FloorSettings, localStorageOrNull } from './settings.svelte.ts';

export interface WiredApp {
	app: FloorApp;
	feedback: Feedback;
}

const [getApp, setApp] = createContext<WiredApp>();

/** The program, for a screen under the floor's layout. */
export const useApp = (): FloorApp => getApp().app;
/** Sounds and vibration, for the device page. */
export const useFeedback = (): Feedback => getApp().feedback;

/** `false`: no answer, the session stands. The answer is a redirect, which is not followed. */
async function endSession(): Promise<boolean> {
	try {
		const response = await fetch('/logout', { method: 'POST', redirect: 'manual' });
		return response.ok || response.type === 'opaqueredirect';
	} catch {
		return false;
	}
}

/** Makes the program and gives it to the screens below. Called once, by the floor's layout, while it is being made. */
export function provideApp(): WiredApp {
	const settings = new FloorSettings(localStorageOrNull());
	const devices = browserFeedback(window);
	const { vibrate } = devices;
	const feedback = new Feedback({
		...devices,
		vibrate: vibrate && ((pattern) => settings.current.vibration && vibrate(pattern))
	});
	feedback.volume = settings.current.volume;
	const uids = new Uids(
		{ now: () => Date.now() },
		{ fraction: () => Math.random(), bytes16: () => crypto.getRandomValues(new Uint8Array(16)) }
	);
	const app = new FloorApp({
		client: openReplicaClient({ appVersion: version }),
		feedback,
		settings,
		wedge: new Wedge(window),
		open: (path) => goto(path),
		newId: () => uids.next(),
		signIn: () => location.assign(`/login?next=${encodeURIComponent('/scan')}`),
		endSession,
		now: () => Date.now()
	});
	return setApp({ app, feedback });
}
