/** A phone whose queue does not leave, or is gone: what it says, what the fleet page says, and what an admin can do. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test, workOffline } from './support/setup.ts';

test.setTimeout(180_000);

const row = (page: Page, trouble: string) => page.locator(`[data-testid="device-row"][data-troubles~="${trouble}"]`);

test('[I31, I21] a phone’s queue goes to the office as a file: imported, and pushed later, each scan counts once', async ({
	newPhone,
	newDesk
}) => {
	const desk = await newDesk('admin');
	const one = await newPhone('operator');
	const { phone, floor } = one;
	await workOffline(one, 'BY-HAND');
	await floor.open('/scan/device');
	const downloading = floor.page.waitForEvent('download');
	await floor.press('Exporter la file');
	const file = await (await downloading).path();

	const { page } = desk;
	const handIn = async (buffer: Buffer) => {
		await desk.open('/admin/devices/import');
		await page.getByLabel('Fichier de la file').setInputFiles({ name: 'q.json', mimeType: 'application/json', buffer });
		await page.getByRole('button', { name: 'Regarder ce qu’il contient' }).click();
	};
	const text = readFileSync(file);
	await handIn(text.subarray(0, 200));
	await expect(page.getByText('Ce fichier est coupé')).toBeVisible();
	await handIn(text);
	await expect(page.getByTestId('queue-look').getByText('2 scans à importer')).toBeVisible();
	await page.getByRole('button', { name: 'Importer 2 scans' }).click();
	await expect(page.getByText('2 scans acceptés.')).toBeVisible();
	await handIn(text);
	await expect(page.getByText('2 scans déjà connus du serveur')).toBeVisible();

	await phone.context.setOffline(false);
	await floor.expectPending(0);
	await floor.expectRejected(0);
	await floor.open('/scan');
	await floor.expectFate('BY-HAND', 'accepted');
	await floor.expectSameAsServer();
	await desk.open('/cartons/BY-HAND');
	await expect(page.getByText('Prêt').first()).toBeVisible();
});

test('[I17, I18] a browser that threw the queue away: the phone says how much may be lost, the fleet page until an admin has seen it', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('admin');
	const one = await newPhone('operator');
	const { phone, floor } = one;
	await workOffline(one, 'THROWN-AWAY');
	await floor.page.goto('about:blank');
	const session = await phone.context.newCDPSession(floor.page);
	await session.send('Storage.clearDataForOrigin', { origin: server.origin, storageTypes: 'indexeddb' });
	await phone.context.setOffline(false);
	await floor.page.goto(`${server.origin}/scan`);
	await floor.ready();
	// A first call that got no answer is made again within a minute (I19).
	await expect(floor.page.getByText('2 scans peut-être perdus')).toBeVisible({ timeout: 60_000 });

	const { page } = desk;
	await desk.open('/admin/devices');
	await expect(row(page, 'lost')).toHaveCount(1);
	await row(page, 'lost').getByRole('link').click();
	await expect(page.getByText('2 scans peut-être perdus')).toBeVisible();
	await page.getByRole('button', { name: 'J’ai vu, c’est réglé' }).click();
	await expect(page.getByText('C’est noté')).toBeVisible();
	await desk.open('/admin/devices');
	await expect(row(page, 'lost')).toHaveCount(0);
	await floor.page.reload();
	await floor.ready();
	await expect(floor.page.getByText('peut-être perdus')).toHaveCount(0, { timeout: 20_000 });
});
