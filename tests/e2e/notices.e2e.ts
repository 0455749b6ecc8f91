/** From "Me prévenir" to the message in the queue; what a manager writes is looked at before it is queued. */
import { NoticesPage } from './pages/notices-page.ts';
import { TrackingPage } from './pages/tracking-page.ts';
import { DEMO_PASSWORD } from './support/server.ts';
import { expect, test } from './support/setup.ts';

/** Their readers said yes by a mailed link, which journeys about mail follow. */
const CONFIRMED = ['responsable@example.org', 'quai@example.org'];

test.beforeEach(async ({ server }) => {
	await server.stop();
	for (const address of CONFIRMED)
		server.edit(
			`INSERT OR IGNORE INTO mail_address (address, unsubscribe_token, confirmed_at, created_at) VALUES ('${address}', '${address}', '2026', '2026')`
		);
	await server.restart();
});

test('[S1, T5] whoever asked is told of a step on a phone and of one by the tracking link', async ({
	newDesk,
	newPhone,
	browser
}) => {
	test.setTimeout(180_000);
	const desk = await newDesk('manager');
	const { page } = desk;
	const notices = new NoticesPage(page, desk.origin);
	await notices.giveAddress('responsable@example.org');
	const reference = await desk.newShipment();
	const link = await page.getByRole('textbox', { name: 'Lien de suivi' }).inputValue();

	await test.step('the shipment’s page takes the wish', async () => {
		await page.getByRole('button', { name: 'Me prévenir' }).click();
		await expect(page.getByRole('button', { name: 'Ne plus me prévenir' })).toBeVisible();
	});

	const { floor } = await newPhone('operator');
	await test.step('a phone packs and assigns: the shipment has another status, and a message waits', async () => {
		await floor.packCarton('NOTICE-0001', 'Compresses');
		await floor.assign(reference, 'NOTICE-0001');
		await floor.expectPending(0);
		await notices.open('/notices');
		await expect(notices.mail(`Expédition ${reference} : En cours`)).toHaveCount(1);
		await floor.label(reference, 'NOTICE-0001', 'PRÊT');
		await floor.expectPending(0);
		await notices.open('/notices');
		// The minute's delivery may have come by already.
		await expect(notices.mail(`Expédition ${reference} : Prêt`)).toHaveAttribute('data-state', /^pending|^process/);
		await notices.mail(`Expédition ${reference} : Prêt`).getByRole('link').click();
		const mail = page.getByTestId('mail');
		await expect(mail).toContainText('Avant : En cours');
		await expect(mail).toContainText(`${desk.origin}/shipments/`);
		await expect(page.getByText('responsable@example.org')).toBeVisible();
	});

	await test.step('what one does oneself is not told', async () => {
		await desk.openShipment(reference);
		for (const step of ['Planning OK', 'Planifié', 'Embarquement OK']) await desk.record(step);
		await notices.open('/notices');
		await expect(notices.mail(`Expédition ${reference} : Prêt`)).toHaveCount(1);
		await expect(notices.mail(`Expédition ${reference} : Expédié`)).toHaveCount(0);
	});

	await test.step('the correspondent confirms by the link, without a script', async () => {
		const context = await browser.newContext({ javaScriptEnabled: false });
		const tracking = new TrackingPage(await context.newPage());
		await tracking.page.goto(link);
		await tracking.receive('Awa', 'Escale', 'Confirmer la réception à l’escale');
		await expect(tracking.page.getByText('Merci ! La réception à l’escale est enregistrée.')).toBeVisible();
		await context.close();
		await notices.open('/notices');
		const mail = notices.mail(`Expédition ${reference} : Reçu escale`);
		await expect(mail).toHaveCount(1);
		await mail.getByRole('link').click();
		await expect(page.getByTestId('mail')).not.toContainText('Awa');
	});
});

test('what a manager writes: chosen, looked at, queued once; an operator has only their own notices', async ({
	newDesk,
	browser,
	server
}) => {
	test.setTimeout(120_000);
	const operator = await newDesk('operator');
	const own = new NoticesPage(operator.page, operator.origin);
	await own.giveAddress('quai@example.org');
	await operator.page.getByLabel('Pour').selectOption('all');
	await operator.page.getByLabel('Avis', { exact: true }).selectOption('late');
	await operator.page.getByRole('button', { name: 'Ajouter' }).click();
	await expect(operator.page.getByTestId('asked')).toContainText('Retard · Toutes les expéditions');
	await own.open('/notices');
	await expect(operator.page).toHaveURL(/\/notices\/mine$/);

	const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
	const page = await context.newPage();
	const notices = new NoticesPage(page, server.origin);
	await notices.open('/notices/custom');
	await page.getByLabel('Identifiant').fill('manager');
	await page.getByLabel('Mot de passe', { exact: true }).fill(DEMO_PASSWORD);
	await page.getByRole('button', { name: 'Se connecter' }).click();

	await test.step('without a script: what is missing is said, the preview queues nothing', async () => {
		await page.getByRole('button', { name: 'Aperçu' }).click();
		await expect(page.getByText('Écrivez l’objet.')).toBeVisible();
		await notices.write('Équipe du quai', 'Vol avancé 🎉', 'Le départ est vendredi.\n\n<b>Gras</b>');
		await page.getByRole('button', { name: 'Aperçu' }).click();
		await expect(page.getByTestId('mail')).toContainText('<b>Gras</b>');
		await expect(page.getByText('Pour 1 personne. Rien n’est encore en file.')).toBeVisible();
	});

	await test.step('then it is queued, and read in the queue', async () => {
		await page.getByRole('button', { name: 'Mettre en file' }).click();
		await expect(page.getByText('1 message mis en file.')).toBeVisible();
		await notices.open('/notices');
		await expect(notices.mail('Vol avancé 🎉')).toHaveCount(1);
		await expect(notices.mail('Vol avancé 🎉')).toContainText('quai@example.org');
	});

	await test.step('shipments that were late before the operator asked are not told', async () => {
		await notices.open('/notices/preview');
		await expect(page.getByText('Rien ne partirait').first()).toBeVisible();
		await notices.open('/notices');
		await expect(page.getByTestId('mail-row')).toHaveCount(1);
	});
	await context.close();
});
