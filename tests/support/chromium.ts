/**
 * Which Chromium the tests drive, and with which flags. Read by the Vitest and Playwright configs and by `npm test`,
 * which installs one where none is found. Knows nothing of what the tests do.
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/** Quiet, and without the calls home that a locked-down network would answer with an error. */
export const CHROMIUM_FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

/** Path of a Chromium: `CHROMIUM_PATH`, else the distribution's, else Playwright's own; `undefined` where there is none. */
export function chromiumPath(): string | undefined {
	const candidates = [
		process.env['CHROMIUM_PATH'],
		'/usr/bin/chromium',
		'/usr/bin/chromium-browser',
		chromium.executablePath()
	];
	return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** Launch options for `chromium.launch` and `chromium.launchPersistentContext`. */
export function chromiumLaunch(extraFlags: readonly string[] = []): { executablePath?: string; args: string[] } {
	const executablePath = chromiumPath();
	return { ...(executablePath === undefined ? {} : { executablePath }), args: [...CHROMIUM_FLAGS, ...extraFlags] };
}
