import { expect, it } from 'vitest';

import { AppUpdate, type ShellWorker, type UpdatePorts } from './update.svelte.ts';

/** A browser by hand: a service worker, occasions and reloads that a test pulls. */
class FakeBrowser implements ShellWorker {
	calls: string[] = [];
	serverAway = false;
	refused = false;
	reloadedForPart = false;
	waiting: () => void = () => undefined;
	controlling: (isUpdate: boolean) => void = () => undefined;
	occasion: () => void = () => undefined;
	missingPart: () => void = () => undefined;

	onWaiting(listener: () => void): void {
		this.waiting = listener;
	}
	onControlling(listener: (isUpdate: boolean) => void): void {
		this.controlling = listener;
	}
	register(): Promise<void> {
		return this.refused ? Promise.reject(new Error('insecure')) : Promise.resolve();
	}
	check(): Promise<void> {
		this.calls.push('check');
		return this.serverAway ? Promise.reject(new Error('no server')) : Promise.resolve();
	}
	switchOver(): void {
		this.calls.push('switchOver');
	}
	storeRest(): Promise<void> {
		this.calls.push('storeRest');
		return Promise.resolve();
	}

	ports(): UpdatePorts {
		return {
			worker: this,
			reload: () => void this.calls.push('reload'),
			onOccasion: (listener) => {
				this.occasion = listener;
				return () => (this.occasion = () => undefined);
			},
			onMissingPart: (listener) => {
				this.missingPart = listener;
				return () => undefined;
			},
			mayReloadForPart: () => !this.reloadedForPart && (this.reloadedForPart = true)
		};
	}
}

/** A guard that a test opens. */
function gate(): { guard: () => Promise<void>; open: () => void } {
	let open = (): void => undefined;
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { guard: () => opened, open: () => open() };
}

/** Lets everything that is ready to go on go on. */
async function settle(): Promise<void> {
	for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function started(browser = new FakeBrowser()): Promise<{ browser: FakeBrowser; update: AppUpdate }> {
	const update = new AppUpdate(browser.ports());
	update.start();
	await settle();
	browser.calls = browser.calls.filter((call) => call !== 'storeRest');
	return { browser, update };
}

it('[update] a first visit stores the program and offers nothing', async () => {
	const browser = new FakeBrowser();
	const update = new AppUpdate(browser.ports());
	update.start();
	await settle();
	browser.controlling(false);
	await settle();
	expect(browser.calls).toEqual(['storeRest']);
	expect([update.stored, update.offered, update.phase]).toEqual([true, false, 'none']);
});

it('[update] a browser that stores nothing still runs the program', async () => {
	const browser = new FakeBrowser();
	browser.refused = true;
	const warn = console.warn;
	const warned: unknown[] = [];
	console.warn = (...words: unknown[]) => warned.push(words);
	const { update } = await started(browser);
	console.warn = warn;
	expect(update.stored).toBe(false);
	expect(warned).toHaveLength(1);
});

it('[update] a waiting version is offered, and does nothing by itself', async () => {
	const { browser, update } = await started();
	browser.waiting();
	await settle();
	expect([update.offered, update.phase]).toEqual([true, 'ready']);
	expect(browser.calls).toEqual([]);
});

it('[update] it takes over only when the scan in flight is done, and reloads only once it controls the page', async () => {
	const { browser, update } = await started();
	const scan = gate();
	update.guard(scan.guard);
	browser.waiting();
	void update.agree();
	await settle();
	expect([update.phase, browser.calls.length]).toEqual(['agreed', 0]);
	scan.open();
	await settle();
	expect([update.phase, browser.calls.join()]).toEqual(['switching', 'switchOver']);
	browser.controlling(true);
	await settle();
	expect(browser.calls).toEqual(['switchOver', 'reload']);
});

it('[update] a scan that begins while it takes over is still finished before the reload', async () => {
	const { browser, update } = await started();
	browser.waiting();
	await update.agree();
	const scan = gate();
	update.guard(scan.guard);
	browser.controlling(true);
	await settle();
	expect(browser.calls).toEqual(['switchOver']);
	scan.open();
	await settle();
	expect(browser.calls).toEqual(['switchOver', 'reload']);
});

it('[update] another tab agreed: this one reloads when it is idle', async () => {
	const { browser, update } = await started();
	const draft = gate();
	update.guard(draft.guard);
	browser.controlling(true);
	await settle();
	expect([update.offered, browser.calls.length]).toEqual([true, 0]);
	draft.open();
	await settle();
	expect(browser.calls).toEqual(['reload']);
});

it('[update] a guard taken away holds nothing back', async () => {
	const { browser, update } = await started();
	update.guard(gate().guard)();
	browser.waiting();
	await update.agree();
	expect(browser.calls).toEqual(['switchOver']);
});

it('[update] put off, it comes back with the next occasion, which also asks the server', async () => {
	const { browser, update } = await started();
	browser.waiting();
	update.snooze();
	expect(update.offered).toBe(false);
	browser.serverAway = true;
	browser.occasion();
	await settle();
	expect(update.offered).toBe(true);
	expect(browser.calls).toEqual(['check']);
});

it('[update] agreeing twice switches once', async () => {
	const { browser, update } = await started();
	browser.waiting();
	await Promise.all([update.agree(), update.agree()]);
	expect(browser.calls).toEqual(['switchOver']);
});

it('[update] a part that is gone reloads the page, once', async () => {
	const { browser } = await started();
	browser.missingPart();
	await settle();
	browser.missingPart();
	await settle();
	expect(browser.calls).toEqual(['reload']);
});
