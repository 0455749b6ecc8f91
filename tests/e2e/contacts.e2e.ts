/** Contacts and destinations at the desk: from an empty list to its cause and back, an old form, a pair posted by hand. */
import { DeskPage } from './pages/desk-page.ts';
import { ShipmentForm } from './pages/shipment-form.ts';
import { expect, test } from './support/setup.ts';

const SHIPPER = 'Atelier du Rail';
const RECIPIENT = 'Dispensaire du Port';

test('[P1–P6] an empty list says its cause and leads there and back; an old form and a pair by hand are refused', async ({
	server,
	browser,
	newDesk
}) => {
	test.setTimeout(240_000);
	const desk = await newDesk('manager');
	const { page } = desk;
	const form = new ShipmentForm(page);

	await test.step('a shipper for Dakar alone is recorded', async () => {
		await desk.open('/contacts/new');
		await page.getByRole('button', { name: 'Créer le contact' }).click();
		await expect(page.getByText('Indiquez le nom.')).toBeVisible();
		await expect(page.getByText('Cochez au moins un rôle.')).toBeVisible();
		await page.getByLabel('Nom', { exact: true }).fill(SHIPPER);
		await page.getByRole('checkbox', { name: 'expéditeur' }).check();
		await page.getByRole('checkbox', { name: 'DKR · Dakar' }).check();
		await page.getByRole('button', { name: 'Créer le contact' }).click();
		await expect(page.getByRole('heading', { level: 1, name: SHIPPER })).toBeVisible();
	});

	await test.step('[P2] it is offered for Dakar, and not for Bamako', async () => {
		await desk.open('/shipments/new');
		await form.expectEmpty('Expéditeur', 'Choisissez d’abord la destination.');
		await form.choose('Destination', 'Bamako');
		await expect(form.list('Expéditeur').locator('option', { hasText: SHIPPER })).toHaveCount(0);
		await form.expectEmpty('Destinataire', 'Choisissez d’abord l’expéditeur.');
		await form.choose('Destination', 'Dakar');
		await form.choose('Expéditeur', SHIPPER);
		await form.expectChosen('Correspondant', 'Correspondant Dakar');
	});

	await test.step('[P3] nobody is linked to it: the list says so, and leads to a new recipient and back', async () => {
		await form.expectEmpty('Destinataire', `Des destinataires reçoivent à Dakar, mais aucun n’est lié à ${SHIPPER}.`);
		await page.getByLabel('Notes').fill('À garder');
		await page.getByRole('link', { name: 'Créer un destinataire' }).click();
		await expect(page.getByRole('checkbox', { name: 'destinataire' })).toBeChecked();
		await expect(page.getByRole('checkbox', { name: SHIPPER })).toBeChecked();
		await page.getByLabel('Nom', { exact: true }).fill(RECIPIENT);
		await page.getByRole('button', { name: 'Créer le contact' }).click();
		await expect(page).toHaveURL(/\/shipments\/new\?/);
		await form.expectChosen('Destination', 'Dakar');
		await form.expectChosen('Expéditeur', SHIPPER);
		await form.expectChosen('Destinataire', RECIPIENT);
		await expect(page.getByLabel('Notes')).toHaveValue('À garder');
		await page.getByRole('button', { name: 'Créer l’expédition' }).click();
		await expect(page.getByTestId('shipment')).toBeVisible();
		await expect(page.getByRole('region', { name: 'Parties' })).toContainText(RECIPIENT);
	});

	await test.step('[P5] the new recipient is linked to the default shipper as well', async () => {
		await desk.open(`/contacts?q=${encodeURIComponent(RECIPIENT)}`);
		await page.getByRole('link', { name: RECIPIENT }).click();
		await expect(page.getByRole('checkbox', { name: 'AVIATION SANS FRONTIERES' })).toBeChecked();
	});

	await test.step('[§11] a form sent with an old version is refused, says who changed what, and keeps the input', async () => {
		const other = await newDesk('admin');
		await other.open(new URL(page.url()).pathname);
		await other.page.getByLabel('Adresse').fill('Quai 4');
		await other.page.getByLabel('Structure').fill('Croix du Port');
		await other.page.getByRole('button', { name: 'Enregistrer' }).click();
		await expect(other.page.getByText('Modifications enregistrées.')).toBeVisible();
		await page.getByLabel('Adresse').fill('Quai 9');
		await page.getByRole('button', { name: 'Enregistrer' }).click();
		await expect(page.getByRole('alert')).toContainText('l’adresse entre-temps : « Quai 4 », Administration');
		await expect(page.getByLabel('Adresse')).toHaveValue('Quai 9');
		await expect(page.getByText(/Modifié entre-temps par .+ : vaut maintenant Quai 4/)).toBeVisible();
		await expect(page.getByLabel('Structure')).toHaveValue('Croix du Port');
		await page.getByRole('button', { name: 'Enregistrer' }).click();
		await expect(page.getByText('Modifications enregistrées.')).toBeVisible();
		await expect(page.getByLabel('Structure')).toHaveValue('Croix du Port');
	});

	await test.step('[P6] a pair out of scope posted by hand is refused, naming the pair', async () => {
		await desk.open('/shipments/new');
		const idOf = async (name: 'Destination' | 'Expéditeur', text: string) =>
			(await form.list(name).locator('option', { hasText: text }).getAttribute('value'))!;
		const bamako = await idOf('Destination', 'Bamako');
		await form.choose('Destination', 'Dakar');
		const shipperId = await idOf('Expéditeur', SHIPPER);
		const answer = await page.request.post(`${server.origin}/shipments/new`, {
			form: { destinationId: bamako, shipperId, temporary: 'on', uid: 'by-hand', shipmentId: 'by-hand' },
			headers: { origin: server.origin, accept: 'text/html' }
		});
		expect(answer.status()).toBe(409);
		expect(await answer.text()).toContain(`${SHIPPER} n’expédie pas vers Bamako.`);
	});

	await test.step('[P1] without JavaScript a button brings the next lists', async () => {
		const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
		const plain = new DeskPage(await context.newPage(), server.origin);
		await plain.signIn('manager');
		await plain.page.goto(`${server.origin}/shipments/new`);
		const plainForm = new ShipmentForm(plain.page);
		await plainForm.choose('Destination', 'Dakar');
		await plain.page.getByLabel('Notes').fill('À garder');
		await plain.page.getByRole('button', { name: 'Continuer' }).first().click();
		await plainForm.choose('Expéditeur', SHIPPER);
		await plain.page.getByRole('button', { name: 'Continuer' }).first().click();
		await plainForm.choose('Destinataire', RECIPIENT);
		await plainForm.expectChosen('Correspondant', 'Correspondant Dakar');
		await expect(plain.page.getByLabel('Notes')).toHaveValue('À garder');
		await plain.page.getByRole('button', { name: 'Créer l’expédition' }).click();
		await expect(plain.page.getByRole('region', { name: 'Parties' })).toContainText(RECIPIENT);
		await context.close();
	});

	await test.step('[§9] an operator reads, and is told which role may change it', async () => {
		const operator = await newDesk('operator');
		await operator.open('/contacts');
		await expect(operator.page.getByText('Nouveau contact : Il faut le rôle responsable.')).toBeVisible();
		await operator.page.getByTestId('contact-row').first().getByRole('link').click();
		await expect(operator.page.getByLabel('Nom', { exact: true })).toBeDisabled();
		await expect(operator.page.getByRole('button', { name: 'Désactiver' })).toBeDisabled();
	});
});
