/** What befalls the storage of a phone, in a real browser on a profile that lies on disk. */
import { expect, test, type CDPSession } from '@playwright/test';
import { BrowserFloor } from './support/browser-floor.ts';
import { FloorPage } from '../e2e/pages/floor-page.ts';
import { tell } from './support/tell.ts';

test.describe.configure({ timeout: 240_000 });

let it: BrowserFloor;
test.beforeAll(async () => {
	test.setTimeout(120_000);
	it = await BrowserFloor.open();
});
test.afterAll(() => it?.close());

/** What the page is told about its transactions. */
interface Aborting {
	aborts: boolean;
	aborted: number;
}

const devtools = (): Promise<CDPSession> => it.phone.context.newCDPSession(it.floor.page);

test('[I16] browser-killed: what was answered survives SIGKILL of the browser', async () => {
	const KILLS = 5;
	await it.line.stop();
	for (let kill = 1; kill <= KILLS; kill++) {
		for (let i = 1; i <= 3; i++) await it.make(`KILLED-${kill}${i}`);
		// One more is on its way: whether it is kept or not, it was never answered.
		await it.floor.scan(`KILLED-${kill}X`);
		void it.floor.page.getByRole('button', { name: 'Créer ce colis' }).click({ timeout: 1000 }).catch(() => undefined); // prettier-ignore
		await it.phone.kill();
		await it.reopen();
	}
	await it.line.start();
	tell({ fault: 'browser-killed', injected: { SIGKILL: KILLS }, held: await it.holds() });
});

test('[I16, I18] storage-aborts: transactions that the browser aborts are said to be not saved', async () => {
	// Before the page opens its database: its way to a transaction is bound then.
	await it.phone.context.addInitScript(() => {
		const make = IDBDatabase.prototype.transaction;
		const page = window as unknown as Aborting;
		page.aborted = 0;
		IDBDatabase.prototype.transaction = function (stores, mode, options) {
			const transaction = make.call(this, stores, mode, options);
			if (page.aborts && mode === 'readwrite' && transaction.objectStoreNames.contains('base')) {
				page.aborted++;
				queueMicrotask(() => transaction.abort());
			}
			return transaction;
		};
	});
	await it.floor.open('/scan');
	const abort = (aborts: boolean) =>
		it.floor.page.evaluate((now) => ((window as unknown as Aborting).aborts = now), aborts);
	await it.floor.scan('ABORTED-1');
	await abort(true);
	await it.floor.press('Créer ce colis');
	await it.floor.expectAnswer('no', 'Pas enregistré');
	const aborted = await it.floor.page.evaluate(() => (window as unknown as Aborting).aborted);
	await abort(false);
	await it.floor.open('/scan');
	await it.floor.expectPending(0);
	await it.make('ABORTED-1');
	tell({ fault: 'storage-aborts', injected: { aborts: aborted }, held: await it.holds() });
});

test('[I16, I18] quota: a full storage is said, and scans go on when there is room again', async () => {
	const session = await devtools();
	await it.floor.open('/scan');
	await session.send('Storage.overrideQuotaForOrigin', { origin: it.line.origin, quotaSize: 1 });
	// Chromium remembers for half a minute how much room there was.
	await it.floor.page.waitForTimeout(33_000);
	await it.floor.scan('QUOTA-1');
	await it.floor.expectAnswer('no', 'Scan non pris');
	await session.send('Storage.overrideQuotaForOrigin', { origin: it.line.origin });
	await it.phone.close();
	await it.reopen();
	await it.make('QUOTA-1');
	tell({ fault: 'quota', injected: { 'bytes of quota': 1 }, held: await it.holds() });
});

test('[I17, I23] connection-lost: another tab wants the database, and this one goes on', async () => {
	await it.line.stop();
	await it.make('CONNECTION-1');
	const other = await it.phone.context.newPage();
	await other.goto(`${it.line.origin}/scan`);
	await other.evaluate(
		() =>
			new Promise<void>((resolve) => {
				const asked = indexedDB.open('escale', 2 ** 31);
				asked.onupgradeneeded = () => asked.transaction!.abort();
				asked.onsuccess = asked.onerror = () => resolve();
			})
	);
	await other.close();
	await it.floor.page.reload();
	await it.floor.expectPending(1);
	await it.make('CONNECTION-2');
	await it.line.start();
	tell({ fault: 'connection-lost', injected: { versionchange: 1 }, held: await it.holds() });
});

test('[I20, I31] profile-copied, stream-dropped: two phones of one profile both work on', async () => {
	await it.line.stop();
	await it.make('COPIED-1');
	await it.phone.close();
	const copy = it.phone.copy();
	await it.reopen();
	await it.make('COPIED-2');
	const there = new FloorPage(await copy.open(), it.line.origin);
	await there.open('/scan');
	await there.expectPending(1);
	await it.make('COPIED-3', there);
	await it.line.start();
	await expect(there.status).toHaveAttribute('data-pending', '0', { timeout: 60_000 });
	await there.expectRejected(0);
	const held = await it.holds();
	tell({ fault: 'profile-copied', injected: { copies: 1 }, held });

	await test.step('stream-dropped: what one makes reaches the other, whose stream was cut', async () => {
		const dropped = it.line.dropStreams();
		expect(dropped).toBeGreaterThan(0);
		await it.make('STREAM-1', there);
		await expect(async () => {
			await it.floor.scan('STREAM-1');
			await expect(it.floor.carton('STREAM-1')).toBeVisible({ timeout: 1000 });
		}).toPass({ timeout: 60_000 });
		await it.floor.open('/scan');
		tell({ fault: 'stream-dropped', injected: { streams: dropped }, held: await it.holds() });
	});
	await copy.remove();
});

test('[I19, I20] frozen-tab: the tab that drains freezes, and another takes over', async () => {
	await it.floor.open('/scan');
	const session = await devtools();
	await it.line.stop();
	const other = new FloorPage(await it.phone.context.newPage(), it.line.origin);
	await other.open('/scan');
	await it.make('FROZEN-1', other);
	await session.send('Page.setWebLifecycleState', { state: 'frozen' });
	await it.line.start();
	await other.page.bringToFront();
	await expect(other.status).toHaveAttribute('data-pending', '0', { timeout: 60_000 });
	await session.send('Page.setWebLifecycleState', { state: 'active' });
	await other.page.close();
	await it.floor.open('/scan');
	tell({ fault: 'frozen-tab', injected: { frozen: 1 }, held: await it.holds() });
});

test('[I23] session-expired: a queue goes out, whoever is signed in', async () => {
	await it.line.stop();
	await it.make('EXPIRED-1');
	await it.app.stop();
	it.app.edit('DELETE FROM session');
	await it.app.restart();
	await it.line.start();
	tell({ fault: 'session-expired', injected: { sessions: 1 }, held: await it.holds() });
});
