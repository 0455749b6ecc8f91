/** Two people share a phone: they take it over from each other by badge and PIN, online and off, and each scan is its maker's. */
import { demoBadge, demoPinOf } from '../../src/lib/server/demo/demo-people.ts';
import { FloorPage } from './pages/floor-page.ts';
import { DEMO_PASSWORD } from './support/server.ts';
import { expect, test } from './support/setup.ts';

const PIN = demoPinOf(DEMO_PASSWORD);
const WRONG = PIN === '407193' ? '407194' : '407193';
const [ANNE, MARC] = [demoBadge('operator'), demoBadge('manager')];
const [QUAY, OFFICE] = ['Équipe du quai', 'Responsable expéditions'];

test('[I21, I16] a phone is handed over by badge and PIN, online and offline, and each scan is its maker’s', async ({
	server,
	newPhone,
	newDesk
}) => {
	test.setTimeout(240_000);
	const desk = await newDesk('admin');
	const { phone } = await newPhone('operator');
	// A phone that was used before: Chromium writes cookies to disk when it is closed, or every half minute.
	await phone.close();
	const floor = new FloorPage(await phone.open(), server.origin);
	const { page } = floor;
	const madeBy = async (code: string, name: string) => {
		await desk.open(`/cartons/${code}`);
		await expect(desk.page.getByRole('main')).toContainText(name);
	};

	await test.step('[§9] online: the former session ends, the new one is operator at most', async () => {
		await floor.open('/scan');
		await floor.showBadge(MARC, PIN);
		await floor.expectHandedTo(OFFICE);
		await floor.packCarton('HANDED-1', 'Compresses');
		await floor.expectPending(0);
		await page.goto(`${server.origin}/account`);
		await expect(page.getByRole('status').filter({ hasText: 'au plus le rôle opérateur' })).toBeVisible();
		await floor.open('/scan');
		await floor.showBadge(ANNE, PIN);
		await floor.expectHandedTo(QUAY);
	});

	await test.step('offline: a wrong PIN is said and counted, through a kill of the browser', async () => {
		await server.kill();
		await floor.expectOffline();
		await floor.packCarton('HANDED-2', 'Compresses');
		await floor.showBadge(MARC, WRONG);
		await floor.expectPinTrouble('Il reste 9 essais');
		await floor.typePin(WRONG);
		await floor.expectPinTrouble('Il reste 8 essais');
		await phone.kill();
	});

	const again = new FloorPage(await phone.open(), server.origin);
	await test.step('offline: the phone changes hands and back; nobody takes back what another one did', async () => {
		await again.open('/scan/pack');
		await again.showBadge(MARC, WRONG);
		await again.expectPinTrouble('Il reste 7 essais');
		await again.typePin(PIN);
		await again.expectHandedTo(OFFICE);
		// Not HANDED-2, which was scanned last and by somebody else.
		await again.press('Annuler');
		await again.expectAnswer('info', 'HANDED-1');
		await again.packCarton('HANDED-3', 'Compresses');
		await again.showBadge(ANNE, PIN);
		await again.expectHandedTo(QUAY);
		await again.packCarton('HANDED-4', 'Compresses');
		await again.expectPending(7);
	});

	await test.step('[I17] the server returns: everything is sent, each under its maker’s name', async () => {
		await server.restart();
		await again.expectPending(0);
		await again.expectRejected(0);
		await madeBy('HANDED-1', OFFICE);
		await madeBy('HANDED-2', QUAY);
		await madeBy('HANDED-3', OFFICE);
		await madeBy('HANDED-4', QUAY);
	});

	await test.step('[sync §4.5] somebody deactivated meanwhile is refused visibly, and the next one is not', async () => {
		await server.stop();
		await again.expectOffline();
		await again.showBadge(MARC, PIN);
		await again.expectHandedTo(OFFICE);
		await again.packCarton('HANDED-5', 'Compresses');
		await again.showBadge(ANNE, PIN);
		await again.expectHandedTo(QUAY);
		await again.packCarton('HANDED-6', 'Compresses');
		server.edit(`UPDATE account SET active = 0 WHERE login = 'manager'`);
		await server.restart();
		await again.expectPending(0);
		await again.expectRejected(2);
		await again.expectFate('HANDED-6', 'accepted');
		await again.open('/scan');
		await again.showBadge(MARC, PIN);
		await again.expectPinTrouble('Ce compte est désactivé');
		await again.page.getByTestId('pin-pad').getByRole('button', { name: 'Annuler' }).click();
		await expect(again.page.getByRole('link', { name: `Au travail : ${QUAY}` })).toBeVisible();
	});
});
