/** The link on the label: from the desk to the stopover and the recipient, without a script, and then replaced. */
import { TrackingPage } from './pages/tracking-page.ts';
import { expect, test } from './support/setup.ts';

const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAA';

test('[T5] from the label to the recipient without JavaScript, then revoked', async ({ server, newDesk, browser }) => {
	test.setTimeout(120_000);
	const desk = await newDesk('admin');
	const { page } = desk;
	await desk.open('/scan/shipments-tracking');
	const row = page.locator('[data-testid="board-row"][data-status="shipped"]:not([data-disputed])').first();
	const reference = (await row.getAttribute('data-reference'))!;
	await row.getByRole('link').first().click();
	await page.getByRole('link', { name: 'Ouvrir le dossier' }).click();
	const link = await page.getByRole('textbox', { name: 'Lien de suivi' }).inputValue();
	expect(link).toMatch(/\/track\/[\w-]{22}$/);

	const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
	const tracking = new TrackingPage(await context.newPage());

	await test.step('a page that no cache, no search engine and no other site learns of', async () => {
		const response = (await tracking.page.goto(link))!;
		expect(response.status()).toBe(200);
		expect(response.headers()).toMatchObject({
			'cache-control': 'no-store',
			'x-robots-tag': 'noindex, nofollow',
			'referrer-policy': 'same-origin'
		});
		expect(await response.text()).not.toMatch(/<script(?! src="\/preferences\.js")/);
		await expect(tracking.page.getByText(reference)).toBeVisible();
		await expect(tracking.stop('Embarquée').locator('time')).toBeVisible();
		await expect(tracking.stop('Reçue à l’escale')).toContainText('étape suivante');
	});

	await test.step('what is missing is said at its field, and what was typed stays', async () => {
		await tracking.receive('Awa Traoré', ' ', 'Confirmer la réception à l’escale');
		await expect(tracking.page.getByRole('alert')).toContainText('Rien n’est enregistré');
		await expect(tracking.page.getByText('Indiquez votre organisation.')).toBeVisible();
		await expect(tracking.page.getByLabel('Votre nom')).toHaveValue('Awa Traoré');
	});

	await test.step('received at the stopover, twice on one form, then handed over', async () => {
		const uid = await tracking.page.locator('input[name="uid"]').inputValue();
		const again = {
			...{ uid, cycle: '1', step: 'received_correspondent' },
			...{ actorName: 'Awa Traoré', actorStructure: 'Escale' }
		};
		await tracking.receive('Awa Traoré', 'Escale', 'Confirmer la réception à l’escale');
		await expect(tracking.page.getByText('Merci ! La réception à l’escale est enregistrée.')).toBeVisible();
		const headers = { origin: server.origin, accept: 'text/html' };
		const second = await context.request.post(link, { form: again, headers, maxRedirects: 0 });
		expect(second.headers()['location']).toMatch(/\?done=received_correspondent$/);
		await tracking.receive('Awa Traoré', 'Escale', 'Confirmer la remise au destinataire');
		await expect(tracking.page.getByText('Merci ! La remise au destinataire est enregistrée.')).toBeVisible();
		await expect(tracking.page.getByRole('button', { name: /Confirmer/ })).toHaveCount(0);
		await expect(tracking.page.getByText('Awa Traoré')).toHaveCount(0);
	});

	await test.step('the desk sees it, with who said so', async () => {
		await expect(page.getByTestId('shipment')).toHaveAttribute('data-status', 'delivered');
		await expect(page.getByText('Awa Traoré, Escale')).toHaveCount(2);
	});

	await test.step('the reader’s language, and a switch that stays', async () => {
		const english = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
		const abroad = new TrackingPage(await english.newPage());
		await abroad.open(link);
		await expect(abroad.page.locator('html')).toHaveAttribute('lang', 'en');
		await expect(abroad.stop('Handed to the recipient')).toBeVisible();
		await abroad.page.getByRole('button', { name: 'Français' }).click();
		await expect(abroad.page).toHaveURL(link);
		await expect(abroad.stop('Remise au destinataire')).toBeVisible();
		await english.close();
	});

	await test.step('renewed: the old link says so, whatever never was is unknown', async () => {
		await page.getByRole('button', { name: 'Renouveler le lien' }).click();
		await expect(page.locator('[data-notice="ok"]').first()).toContainText('Nouveau lien');
		const renewed = await page.getByRole('textbox', { name: 'Lien de suivi' }).inputValue();
		expect(renewed).not.toBe(link);
		expect(await tracking.open(link)).toBe(410);
		await tracking.expectHeading('Ce lien a été remplacé');
		const unknown = [];
		for (const token of [UNKNOWN, 'x', '%00', encodeURIComponent("'; --"), 'é'.repeat(200)]) {
			expect(await tracking.open(`${server.origin}/track/${token}`), token).toBe(404);
			await tracking.expectHeading('Ce lien ne mène à aucune expédition');
			const html = await tracking.page.getByRole('main').innerHTML();
			// The reference is each request's own.
			unknown.push(html.replace(/[\da-f]{8}-[\da-f-]{27}/, 'reference'));
		}
		expect(new Set(unknown).size).toBe(1);
		expect(await tracking.open(renewed)).toBe(200);
	});
	await context.close();
});

test('[T5] whoever keeps asking has to wait', async ({ server, browser }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const ask = () => context.request.get(`${server.origin}/track/${UNKNOWN}`);
	for (let i = 0; i < 30; i++) expect((await ask()).status()).toBe(404);
	const refused = await ask();
	expect(refused.status()).toBe(429);
	expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(1);
	expect(await refused.text()).toContain('Un instant');
	await context.close();
});

test('[R4] the link scanned on the floor opens the shipment, without the server too', async ({
	server,
	newDesk,
	newPhone
}) => {
	test.setTimeout(120_000);
	const desk = await newDesk('manager');
	const reference = await desk.newShipment();
	const link = await desk.page.getByRole('textbox', { name: 'Lien de suivi' }).inputValue();
	const { floor } = await newPhone('operator');
	await server.kill();
	await floor.open('/scan');
	await floor.scan(link);
	await expect(floor.page.getByRole('heading', { name: reference })).toBeVisible();
});
