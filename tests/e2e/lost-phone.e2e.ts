/** [I26] A phone is lost: revoked at the desk, it hands in what it had not sent, is erased and says so; the office decides. */
import type { Page } from '@playwright/test';
import type { DeskPage } from './pages/desk-page.ts';
import type { FloorPage } from './pages/floor-page.ts';
import { DEMO_PASSWORD } from './support/server.ts';
import { deviceOf, expect, test, workOffline } from './support/setup.ts';

const erased = (page: Page) => page.getByRole('heading', { name: 'Ce téléphone a été retiré du service' });

/** Nothing of it was done, and the office has it to decide upon. */
async function expectSalvaged(desk: DeskPage, device: string, code: string): Promise<void> {
	await desk.open(`/admin/devices/${device}`);
	await expect(desk.page.getByText('Il a effacé ses données')).toBeVisible();
	await desk.page.getByRole('button', { name: 'Transmettre 2 scans au bureau' }).click();
	await desk.open('/refusals');
	await expect(desk.refusal(code).first()).toContainText('Récupéré d’un téléphone révoqué.');
	await desk.open(`/cartons?q=${code}`);
	await expect(desk.page.getByRole('link', { name: code })).toHaveCount(0);
}

async function signInAnew({ page }: FloorPage): Promise<void> {
	await expect(page).toHaveURL(/\/login\?next=/);
	await page.getByLabel('Identifiant').fill('operator');
	await page.getByLabel('Mot de passe', { exact: true }).fill(DEMO_PASSWORD);
	await page.getByRole('button', { name: 'Se connecter' }).click();
}

test('[I26] a lost phone hands in its unsent scans, erases itself and says so, also when it is loaded again', async ({
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('admin');
	const lost = await newPhone('operator');
	const { page } = lost.floor;
	await workOffline(lost, 'LOST-0001');
	const device = await deviceOf(lost);
	await desk.revoke(device);
	await lost.phone.context.setOffline(false);
	await expect(erased(page)).toBeVisible({ timeout: 30_000 });
	await expectSalvaged(desk, device, 'LOST-0001');

	await page.reload();
	await expect(erased(page)).toBeVisible({ timeout: 20_000 });
	await lost.floor.press('Se connecter');
	await signInAnew(lost.floor);
	await lost.floor.ready();
	await lost.floor.expectPending(0);
});

test('[I26] a revoked browser that signs in anew hands its old queue in instead of sending it', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('admin');
	const lost = await newPhone('operator');
	const { page } = lost.floor;
	await workOffline(lost, 'LOST-0002');
	const device = await deviceOf(lost);
	await page.goto('about:blank');
	await desk.revoke(device);
	await lost.phone.context.setOffline(false);
	await page.goto(`${server.origin}/login?next=/scan`);
	await signInAnew(lost.floor);
	await expect(erased(page)).toBeVisible({ timeout: 30_000 });
	await expectSalvaged(desk, device, 'LOST-0002');

	// It is known by its new sign-in already.
	await lost.floor.press('Se connecter');
	await lost.floor.ready();
	await lost.floor.expectPending(0);
});
