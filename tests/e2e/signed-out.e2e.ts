/** A phone that the server does not know any more keeps its queue, says what to do, and sends it after that. */
import { DEMO_PASSWORD } from './support/server.ts';
import { expect, test } from './support/setup.ts';

test('[I23, I31] a phone that lost its cookies leads to sign-in, keeps its queue, and sends each scan once', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(120_000);
	const desk = await newDesk('manager');
	const { phone, floor } = await newPhone('operator');
	await server.kill();
	await floor.expectOffline();
	await floor.packCarton('WITHOUT-COOKIES', 'Compresses');
	await floor.expectPending(2);
	await phone.context.clearCookies();

	await server.restart();
	await floor.page.getByRole('link', { name: 'Se connecter' }).click();
	await floor.page.getByLabel('Identifiant').fill('operator');
	await floor.page.getByLabel('Mot de passe', { exact: true }).fill(DEMO_PASSWORD);
	await floor.press('Se connecter');
	await floor.ready();
	await floor.expectPending(0);
	await floor.expectRejected(0);
	await floor.expectFate('WITHOUT-COOKIES', 'accepted');
	await desk.open('/cartons/WITHOUT-COOKIES');
	await expect(desk.page.getByText('Prêt').first()).toBeVisible();
});
