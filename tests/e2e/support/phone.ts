/**
 * A phone as the journeys need one: a Chromium with a profile on disk, which survives closing the browser and killing it.
 * Knows nothing of the application.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../support/chromium.ts';

export class Phone {
	readonly #profile = mkdtempSync(join(tmpdir(), 'escale-phone-'));
	#context: BrowserContext | null = null;

	/**
	 * @param flags for the browser besides the usual
	 * @param home a folder that takes the place of the home: Chromium reads there which authorities this phone trusts
	 */
	constructor(
		readonly flags: readonly string[] = [],
		readonly home?: string
	) {}

	/** Opens the browser on this phone's profile, anew if it was closed or killed, and returns its one page. */
	async open(): Promise<Page> {
		this.#context ??= await chromium.launchPersistentContext(this.#profile, {
			...chromiumLaunch(this.flags),
			...(this.home === undefined ? {} : { env: { ...process.env, HOME: this.home } as Record<string, string> }),
			viewport: { width: 390, height: 844 },
			hasTouch: true,
			isMobile: true,
			locale: 'fr-FR',
			timezoneId: 'Europe/Paris'
		});
		return this.#context.pages()[0] ?? (await this.#context.newPage());
	}

	/** Another phone with all that this one holds, as of a whole browser profile. @throws Error while this one is open */
	copy(): Phone {
		if (this.#context !== null) throw new Error('close this phone first: its profile is being written');
		const copy = new Phone(this.flags, this.home);
		cpSync(this.#profile, copy.#profile, { recursive: true });
		return copy;
	}

	/** The open browser, for a second tab or to watch its workers. @throws Error when it is closed */
	get context(): BrowserContext {
		if (this.#context === null) throw new Error('this phone is closed');
		return this.#context;
	}

	/** Closes the browser as a person would. */
	async close(): Promise<void> {
		await this.#context?.close();
		this.#context = null;
	}

	/** SIGKILL to every process of this browser: what was not on disk by now is lost. */
	async kill(): Promise<void> {
		const context = this.context;
		const session = await context.browser()!.newBrowserCDPSession();
		const { processInfo } = await session.send('SystemInfo.getProcessInfo');
		const closed = context.waitForEvent('close');
		// The browser process first: it would start a renderer anew.
		const ids = processInfo.toSorted((a, b) => Number(b.type === 'browser') - Number(a.type === 'browser'));
		for (const { id } of ids) killProcess(id);
		await closed;
		this.#context = null;
	}

	/** Closes the browser and removes its profile. */
	async remove(): Promise<void> {
		await this.close();
		rmSync(this.#profile, { recursive: true, force: true });
	}
}

/** A process that ended by itself meanwhile is as dead as wished. */
function killProcess(id: number): void {
	try {
		process.kill(id, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
