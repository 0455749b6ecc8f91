/** A phone of the local network: told to trust the server by its own page, installed over HTTPS, works without it, syncs. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { FloorPage } from './pages/floor-page.ts';
import { freePort, AppServer } from './support/server.ts';
import { trustingPhone } from './support/trusting-phone.ts';

let server: AppServer;
let plain: string;

test.beforeAll(async () => {
	const [port, httpsPort] = [await freePort(), await freePort()];
	plain = `http://localhost:${port}`;
	server = await AppServer.start({ LAN: 'on', PORT: String(port), ORIGIN: `https://localhost:${httpsPort}` });
});
test.afterAll(() => server.remove());

test('[lan] a phone that trusts the local authority installs the app, works without the server and syncs over HTTPS', async () => {
	const authority = await (await fetch(`${plain}/trust/escale.crt`)).arrayBuffer();
	const { phone } = trustingPhone(Buffer.from(authority), server.databaseFile);
	try {
		const page = await phone.open();
		await page.goto(plain);
		expect(page.url(), 'the plain port leads to HTTPS').toMatch(new RegExp(`^${server.origin}/`));
		const floor = new FloorPage(page, server.origin);
		await floor.signIn('operator');
		await floor.installed();
		const cookies = await phone.context.cookies();
		expect(cookies.find(({ name }) => name === '__Host-escale_session')).toMatchObject({
			secure: true,
			httpOnly: true
		});
		await server.kill();
		await floor.expectOffline();
		await floor.scan('JOURNEY-LAN-1');
		await floor.press('Créer ce colis');
		await floor.expectAnswer('ok', 'Colis créé');
		await floor.expectPending(1);
		await server.restart();
		await floor.expectPending(0);
		await floor.open('/scan');
		await floor.expectFate('JOURNEY-LAN-1', 'accepted');
	} finally {
		await phone.remove();
	}
});

test('[lan] the page about trust can be read by everybody, in both languages, light and dark', async ({ browser }) => {
	for (const colorScheme of ['light', 'dark'] as const) {
		const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme });
		const page = await context.newPage();
		for (const [lang, title] of [
			['fr', 'Faire confiance à ce serveur'],
			['en', 'Trust this server']
		]) {
			await page.goto(`${plain}/trust?lang=${lang}`);
			await expect(page.getByRole('heading', { level: 1 })).toHaveText(title!);
			expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
		}
		await context.close();
	}
});
