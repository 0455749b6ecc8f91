import { afterEach, beforeEach, expect, it } from 'vitest';

import { Install } from './install.svelte.ts';

let install: Install;
let stop: () => void;

beforeEach(() => {
	install = new Install();
	stop = install.start(window);
});

afterEach(() => stop());

/** Chromium's offer, answered by the test. */
function offer(outcome: 'accepted' | 'dismissed'): Event & { asked: number } {
	const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
		asked: 0,
		prompt() {
			event.asked += 1;
			return Promise.resolve({ outcome });
		}
	});
	return event;
}

it('[pwa] without an offer it is the browser’s own menu', () => {
	expect([install.installed, install.way]).toEqual([false, 'desktop']);
});

it('[pwa] an offer becomes a button, and the browser’s own bar stays away', async () => {
	const event = offer('accepted');
	window.dispatchEvent(event);
	expect([event.defaultPrevented, install.way]).toEqual([true, 'button']);
	await install.ask();
	expect([event.asked, install.installed]).toEqual([1, true]);
});

it('[pwa] an offer can be used once: declined, the menu is what is left', async () => {
	const event = offer('dismissed');
	window.dispatchEvent(event);
	await install.ask();
	await install.ask();
	expect([event.asked, install.installed, install.way]).toEqual([1, false, 'desktop']);
});

it('[pwa] installed by the browser’s menu is installed', () => {
	window.dispatchEvent(offer('accepted'));
	window.dispatchEvent(new Event('appinstalled'));
	expect([install.installed, install.way]).toEqual([true, 'desktop']);
});

it.each([
	['Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Safari/604.1', 5, 'ios'],
	['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15', 5, 'ios'],
	['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15', 0, 'desktop'],
	['Mozilla/5.0 (Linux; Android 14; TC22) Chrome/120 Mobile', 5, 'android']
] as const)('[pwa] %s with %i touch points: the steps of %s', (userAgent, maxTouchPoints, way) => {
	const target = new Proxy(window, {
		get: (real, key) => {
			if (key === 'navigator') return { userAgent, maxTouchPoints };
			const value: unknown = Reflect.get(real, key);
			return typeof value === 'function' ? (value.bind(real) as unknown) : value;
		}
	});
	const elsewhere = new Install();
	elsewhere.start(target)();
	expect(elsewhere.way).toBe(way);
});
