/** The board without a mouse, its views, its common actions, and what it exports. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { BoardPage } from './pages/board-page.ts';
import { expect, test } from './support/setup.ts';

const BOARD = '/scan/shipments-tracking';

test('[ux] the board by keyboard alone: search, move, choose, open, close, help', async ({ newDesk }) => {
	test.setTimeout(120_000);
	const desk = await newDesk('manager');
	const board = new BoardPage(desk.page);
	await desk.open(BOARD);
	const [first, second] = (await board.references()) as [string, string];

	await test.step('rows', async () => {
		await board.press('j');
		await board.expectAt(first);
		await board.press('j', 'x');
		await board.expectAt(second);
		await expect(desk.page.getByText('1 choisi', { exact: true })).toBeVisible();
		await board.press('k');
		await board.expectAt(first);
	});

	await test.step('a shipment beside the list, in the address, and back to its row', async () => {
		await board.press('Enter');
		await expect(board.drawer.getByRole('heading', { name: first })).toBeFocused();
		await expect(desk.page).toHaveURL(/[?&]open=/);
		await desk.page.reload();
		await expect(board.drawer.getByRole('heading', { name: first })).toBeVisible();
		await desk.live();
		await board.press('Escape');
		await expect(board.drawer).toHaveCount(0);
		await board.expectAt(first);
		await expect(desk.page).not.toHaveURL(/open=/);
	});

	await test.step('search and help', async () => {
		await board.press('/');
		await board.type(second);
		await board.press('Enter');
		await expect(board.rows).toHaveCount(1);
		await expect(desk.row(second)).toBeVisible();
		await board.press('Tab', '?');
		await expect(desk.page.getByRole('dialog', { name: 'Raccourcis clavier' })).toBeVisible();
		await board.press('Escape');
		await expect(desk.page.getByRole('dialog')).toHaveCount(0);
	});
});

test('[ux] order and columns are in the address; a view keeps them for its person in any browser', async ({
	newDesk
}) => {
	test.setTimeout(120_000);
	const desk = await newDesk('manager');
	const { page } = desk;
	await desk.open(BOARD);
	await page.getByRole('columnheader').getByRole('link', { name: 'Référence' }).click();
	await expect(page).toHaveURL(/sort=reference/);
	const board = new BoardPage(page);
	await expect.poll(async () => (await board.references())[0]).toMatch(/^26000/);
	expect(await board.references()).toEqual((await board.references()).toSorted());
	await page.locator('summary', { hasText: 'Colonnes' }).click();
	await page.getByRole('checkbox', { name: 'Expédié', exact: true }).uncheck();
	await expect(page.getByRole('columnheader', { name: 'Expédié', exact: true })).toHaveCount(0);
	await page.locator('summary', { hasText: 'Vue' }).click();
	await page.getByLabel('Nom de la vue actuelle').fill('Mon équipe');
	await page.getByRole('button', { name: 'Enregistrer cette vue' }).click();
	await expect(page.locator('[data-notice="ok"]')).toContainText('Mon équipe');

	const elsewhere = await newDesk('manager');
	await elsewhere.open(BOARD);
	await elsewhere.page.locator('summary', { hasText: 'Vue' }).click();
	await elsewhere.page.getByRole('link', { name: 'Mon équipe' }).click();
	await expect(elsewhere.page).toHaveURL(/sort=reference/);
	await expect(elsewhere.page.getByRole('columnheader', { name: 'Expédié', exact: true })).toHaveCount(0);
});

test('[K1, B3] common actions are decided row by row, and the answer tells of each', async ({ newDesk }) => {
	test.setTimeout(120_000);
	const desk = await newDesk('manager');
	const { page } = desk;
	await desk.open(BOARD);
	const closable = page
		.getByTestId('board-row')
		.filter({ has: page.getByRole('button', { name: 'Clore le dossier' }) });
	const closed = (await closable.first().getAttribute('data-reference'))!;
	const open = (await page
		.locator('[data-testid="board-row"][data-status="planned"]')
		.first()
		.getAttribute('data-reference'))!;
	for (const reference of [closed, open]) await page.getByRole('checkbox', { name: `Choisir ${reference}` }).check();
	await page.getByRole('button', { name: 'Clore les dossiers (1 sur 2)' }).click();
	await expect(page.locator('[data-notice="ok"]')).toContainText('1 fait');
	await expect(page.getByRole('listitem').filter({ hasText: open })).toContainText('manque');
	await expect(desk.row(closed)).toHaveCount(0);
	await expect(desk.row(open)).toBeVisible();
});

async function download(page: Page, name: string): Promise<Buffer> {
	await page.getByText('Exporter', { exact: true }).click();
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
	await page.keyboard.press('Escape');
	return readFile(await file.path());
}

test('[§9] an export has what the board shows, and a cell that begins with = is text', async ({ newDesk }) => {
	test.setTimeout(120_000);
	const manager = await newDesk('manager');
	const { page } = manager;
	await manager.open(BOARD);
	const row = page.locator('[data-testid="board-row"]:not([data-disputed])').first();
	const reference = (await row.getAttribute('data-reference'))!;
	await row.getByRole('link').first().click();
	await page.getByRole('link', { name: 'Ouvrir le dossier' }).click();
	await page.getByText('Ouvrir un litige').click();
	await page.getByLabel('Motif').fill('=HYPERLINK("http://example.org")');
	await page.getByRole('button', { name: 'Mettre en litige' }).click();
	await expect(page.getByRole('heading', { name: 'Litige en cours' })).toBeVisible();

	await manager.open(`${BOARD}?q=${reference}`);
	const csv = (await download(page, 'CSV (.csv)')).toString('utf8');
	const lines = csv.replace('\ufeff', '').trimEnd().split('\r\n');
	expect(lines).toHaveLength(2);
	expect(lines[1]).toMatch(new RegExp(`^${reference};`));
	expect(lines[1]).toContain(`"'=HYPERLINK(""http://example.org"")"`);
	expect((await download(page, 'Excel (.xlsx)')).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
	expect((await download(page, 'PDF à imprimer')).subarray(0, 5).toString('latin1')).toBe('%PDF-');

	const operator = await newDesk('operator');
	await operator.open(BOARD);
	await operator.page.getByText('Exporter', { exact: true }).click();
	await expect(operator.page.getByRole('button', { name: 'CSV (.csv)' })).toBeDisabled();
	await expect(operator.page.getByText('Il faut le rôle responsable.').first()).toBeVisible();
	const refused = await operator.page.request.get(`${operator.origin}/exports/board.csv`);
	expect(refused.status()).toBe(403);
});

test('[C4, C7] cartons by the dozen: assigned and labelled from the list, the refused one told', async ({
	newDesk
}) => {
	test.setTimeout(120_000);
	const desk = await newDesk('operator');
	const { page } = desk;
	const manager = await newDesk('manager');
	const reference = await manager.newShipment();
	await desk.openShipment(reference);
	await page.getByRole('link', { name: 'Choisir des colis prêts' }).click();
	await expect(page.getByText(`Colis prêts pour l’expédition ${reference}`)).toBeVisible();
	const codes = await page
		.getByTestId('carton')
		.evaluateAll((rows) => rows.slice(0, 2).map((row) => row.getAttribute('data-code')!));
	for (const code of codes) await page.getByRole('checkbox', { name: `Choisir ${code}` }).check();
	await expect(page.getByLabel('à l’expédition')).toHaveValue(reference);
	await page.getByRole('button', { name: 'Affecter' }).click();
	await expect(page.locator('[data-notice="ok"]')).toContainText('2 faits');
	await page.getByRole('link', { name: `Retour à l’expédition ${reference}` }).click();
	await expect(page.getByTestId('carton')).toHaveCount(2);
	await desk.open(`/cartons?shipment=${reference}`);
	await page.getByRole('checkbox', { name: 'Choisir toute la page' }).check();
	await page.getByRole('button', { name: 'Étiqueter', exact: true }).click();
	await expect(page.locator('[data-testid="carton"][data-status="labeled"]')).toHaveCount(2);
	await manager.open('/scan/shipments-ready');
	await expect(manager.row(reference)).toHaveAttribute('data-labeled', '2');
	await expect(manager.row(reference).getByRole('link', { name: 'Planning OK' })).toBeVisible();
});

test('[S5] forgotten temporary drafts are archived at once by a manager', async ({ newDesk }) => {
	const operator = await newDesk('operator');
	await operator.open('/scan/shipments-ready');
	await expect(operator.page.getByRole('button', { name: 'Tous les archiver' })).toBeDisabled();
	const desk = await newDesk('manager');
	await desk.open('/scan/shipments-ready');
	await desk.page.getByRole('button', { name: 'Tous les archiver' }).click();
	await expect(desk.page.locator('[data-notice="ok"]')).toContainText('1 fait');
	await expect(operator.page.getByText('oublié depuis plus de 30 jours')).toHaveCount(0);
});
