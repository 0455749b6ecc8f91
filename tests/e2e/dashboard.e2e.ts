/** The dashboard as the office reads it: by keyboard, without a script, as a file; its numbers are the lists'. */
import { readFile } from 'node:fs/promises';
import { DashboardPage } from './pages/dashboard-page.ts';
import { DEMO_PASSWORD } from './support/server.ts';
import { expect, test } from './support/setup.ts';

test('[B4, D1] what waits is what the lists show, each line leads there, and the files hold the same', async ({
	newDesk
}) => {
	const desk = await newDesk('manager');
	const { page } = desk;
	const dashboard = new DashboardPage(page);

	await test.step('from the home page, with the time at which it was counted', async () => {
		await page.getByRole('link', { name: 'Les chiffres de la période' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Tableau de bord' })).toBeVisible();
		await expect(page.getByTestId('as-of')).toHaveText(/^Chiffres de \d\d:\d\d$/);
	});

	await test.step('late shipments are as many as the board has', async () => {
		const kinds = ['Embarquement en retard', 'Réception à l’escale en retard', 'Livraison en retard'];
		const late = await Promise.all(kinds.map((kind) => dashboard.count('À traiter maintenant', kind)));
		await dashboard.line('À traiter maintenant', kinds[0]!).getByRole('link').click();
		await expect(page).toHaveURL(/shipments-tracking\?late=only/);
		await expect(page.getByTestId('board-row')).toHaveCount(late.reduce((sum, count) => sum + count, 0));
		await page.goBack();
	});

	await test.step('the period and the destination stand in the address; disputes are listed for that destination', async () => {
		await page.getByRole('link', { name: '90 jours' }).click();
		await expect(page).toHaveURL(/period=90d/);
		const disputes = await dashboard.count('À traiter maintenant', 'Litiges ouverts');
		await page.getByLabel('Destination').selectOption({ index: 1 });
		await page.getByRole('button', { name: 'Afficher' }).click();
		await expect(page).toHaveURL(/period=90d.*destination=.+/);
		expect(await dashboard.count('À traiter maintenant', 'Litiges ouverts')).toBeLessThanOrEqual(disputes);
		const planned = await dashboard.count('Expéditions par statut', 'Planifié');
		await dashboard.line('Expéditions par statut', 'Planifié').getByRole('link').click();
		await expect(page.getByTestId('board-row')).toHaveCount(planned);
		await page.getByRole('link', { name: /^Destination : / }).click();
		await expect(page).not.toHaveURL(/destination=/);
	});

	await test.step('a figure downloads as its table and as its drawing', async () => {
		await desk.open('/dashboard?period=90d');
		const figure = dashboard.figure('Expéditions par statut');
		const planned = await dashboard.count('Expéditions par statut', 'Planifié');
		const save = async (name: string) => {
			const [file] = await Promise.all([page.waitForEvent('download'), figure.getByRole('link', { name }).click()]);
			return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
		};
		const csv = await save('CSV : Expéditions par statut');
		expect(csv.name).toMatch(/^escale-shipments-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
		expect(csv.text).toContain(`Planifié;${planned}\r\n`);
		const svg = await save('SVG : Expéditions par statut');
		expect(svg.text).toMatch(/^<svg [^>]*role="img"/);
		expect(svg.text).toContain('<title id="title">Expéditions par statut</title>');
	});
});

test('by keyboard: periods, dates, destination, downloads, table and its links, in the order in which they stand', async ({
	newDesk
}) => {
	const desk = await newDesk('manager');
	const { page } = desk;
	await desk.open('/dashboard');
	await page.getByRole('link', { name: 'Cette semaine' }).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('link', { name: 'Cette semaine' })).toHaveAttribute('aria-current', 'true');
	const passed: string[] = [];
	for (let presses = 0; presses < 40 && !passed.includes('Embarquement en retard'); presses++) {
		await page.keyboard.press('Tab');
		passed.push(
			await page.evaluate(() => {
				const at = document.activeElement;
				return at?.getAttribute('aria-label') ?? at?.getAttribute('name') ?? at?.textContent?.trim() ?? '';
			})
		);
	}
	const stops = [
		'Cette année',
		'from',
		'to',
		'destination',
		'Afficher',
		'CSV : À traiter maintenant',
		'Tableau : À traiter maintenant'
	];
	const places = [...stops, 'Embarquement en retard'].map((stop) => passed.indexOf(stop));
	expect(places, passed.join(' | ')).not.toContain(-1);
	expect(places).toEqual(places.toSorted((a, b) => a - b));
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/late=only/);
});

test('[B1] without JavaScript it counts, filters and says what makes no sense; who may not export is told why', async ({
	browser,
	server
}) => {
	const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
	const page = await context.newPage();
	const dashboard = new DashboardPage(page);
	await page.goto(`${server.origin}/dashboard?period=fortnight&from=2026-13-01&to=2026-01-01&destination=nowhere`);
	await page.getByLabel('Identifiant').fill('viewer');
	await page.getByLabel('Mot de passe', { exact: true }).fill(DEMO_PASSWORD);
	await page.getByRole('button', { name: 'Se connecter' }).click();
	await expect(page.locator('[data-notice="warn"]')).toHaveCount(3);
	await expect(page.getByText('« fortnight »')).toBeVisible();
	await page.getByRole('link', { name: 'Cette année' }).click();
	await expect(page).toHaveURL(/period=year/);
	await page.goto(`${server.origin}/dashboard`);
	await page.getByLabel('Destination').selectOption({ index: 1 });
	await page.getByRole('button', { name: 'Afficher' }).click();
	await expect(page.locator('[data-notice="warn"]')).toHaveCount(0);
	await expect(dashboard.figure('Colis par état').getByRole('img')).toHaveAccessibleName(/colis/);
	expect(await dashboard.count('Colis par état', 'Étiqueté')).toBeGreaterThanOrEqual(0);
	await expect(dashboard.figure('Colis par état').getByRole('button', { name: /CSV/ })).toBeDisabled();
	await expect(page.getByText('Il faut le rôle responsable.').first()).toBeVisible();
	const refused = await context.request.get(`${server.origin}/exports/dashboard/cartons.csv`);
	expect(refused.status()).toBe(403);
	await context.close();
});
