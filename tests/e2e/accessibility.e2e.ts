/** Every page, in both languages: axe finds nothing, and the page says which language it speaks. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/setup.ts';

/** Both languages and every theme; all six pairs would take twice as long and show nothing more. */
const LOOKS = [
	['fr', 'light'],
	['en', 'dark'],
	['fr', 'sun']
] as const;

const FLOOR = [
	'/scan',
	'/scan/pack',
	'/scan/assign',
	'/scan/shipments/new',
	'/scan/label',
	'/scan/load',
	'/scan/step',
	'/scan/dispute',
	'/scan/remove',
	'/scan/unpack',
	'/scan/todo',
	'/scan/queue',
	'/scan/device',
	'/scan/operator',
	'/scan/install'
];
const DESK = [
	'/',
	'/dashboard',
	'/notices',
	'/notices/mine',
	'/notices/custom',
	'/notices/preview',
	'/notices/partners',
	'/dashboard?period=year&from=x&to=y',
	'/shipments',
	'/shipments/new',
	'/scan/shipments-tracking',
	'/scan/shipments-tracking?planned_week=2026-W99',
	'/scan/shipments-ready',
	'/cartons',
	'/account',
	'/account/badges',
	'/cartons?shipment=nowhere',
	'/scan/cards',
	'/refusals',
	'/contacts',
	'/contacts/new?role=recipient',
	'/destinations',
	'/destinations/new'
];

/** Seen by admins alone. */
const ADMIN = [
	'/admin/users',
	'/admin/users/new',
	'/admin/requests',
	'/admin/devices',
	'/admin/devices/import',
	'/admin/mail',
	'/admin/audit',
	'/admin/integrations',
	'/admin/jobs',
	'/admin/maintenance',
	'/admin/restore'
];

async function speak(page: Page, origin: string, language: string, theme: string): Promise<void> {
	await page.context().addCookies([
		{ name: 'PARAGLIDE_LOCALE', value: language, url: origin },
		{ name: 'escale_theme', value: theme, url: origin }
	]);
}

async function check(page: Page, what: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
	expect(found, what).toEqual([]);
}

test('[ux] axe finds nothing on the floor, in both languages and every theme', async ({ server, newPhone }) => {
	test.setTimeout(600_000);
	const { floor } = await newPhone('operator');
	const { page } = floor;
	await floor.packCarton('AXE-0001', 'Compresses');
	await floor.scan('AXE-0001');
	await floor.open('/scan');
	await floor.scan('AXE-0001');
	await expect(floor.carton('AXE-0001')).toBeVisible();
	const cartonPath = new URL(page.url()).pathname;
	const cartonId = cartonPath.split('/').at(-1)!;
	await floor.open('/scan/label');
	await page
		.getByRole('main')
		.getByRole('link')
		.filter({ hasText: /26\d{4}/ })
		.first()
		.click();
	await expect(page).toHaveURL(/\/scan\/label\/.+/);
	const labelPath = new URL(page.url()).pathname;
	const shipmentId = labelPath.split('/').at(-1)!;
	const opened = [
		cartonPath,
		`/scan/pack/${cartonId}`,
		labelPath,
		`/scan/assign/${shipmentId}`,
		`/scan/shipments/${shipmentId}`,
		`/scan/load/${shipmentId}`,
		`/scan/step/${shipmentId}`,
		`/scan/dispute/${shipmentId}`,
		`/scan/unpack/${cartonId}`
	];
	for (const [language, theme] of LOOKS) {
		await speak(page, server.origin, language, theme);
		for (const path of [...FLOOR, ...opened]) {
			await floor.open(path);
			await expect(page.locator('html')).toHaveAttribute('lang', language);
			await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
			await check(page, `${path} (${language}, ${theme})`);
		}
		await floor.scan('1234567890');
		await expect(page.getByTestId('answer')).toBeVisible();
		// The flash is an animation of the colours that axe measures.
		await page.waitForFunction(() => document.getAnimations().every((one) => one.playState === 'finished'));
		await check(page, `a refused scan (${language}, ${theme})`);
	}
});

test('[ux] axe finds nothing at the desk and on the sign-in page, in both languages and every theme', async ({
	server,
	newDesk
}) => {
	test.setTimeout(600_000);
	const desk = await newDesk('manager');
	const { page } = desk;
	await desk.open('/scan/shipments-tracking');
	const addresses = await page
		.getByTestId('board-row')
		.getByRole('link')
		.evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
	const shipments = [...new Set(addresses.filter((path) => path.startsWith('/shipments/')))].slice(0, 3);
	expect(shipments).toHaveLength(3);
	await desk.open('/shipments?status=picking');
	await page.getByTestId('board-row').first().getByRole('link').first().click();
	await expect(page.getByTestId('shipment')).toBeVisible();
	const open = new URL(page.url()).pathname;
	const code = await page.getByTestId('carton').first().getAttribute('data-code');
	const link = await page.getByRole('textbox', { name: 'Lien de suivi' }).inputValue();
	const first = async (list: string, row: string) => {
		await desk.open(list);
		return (await page.getByTestId(row).first().getByRole('link').first().getAttribute('href'))!;
	};
	const people = [await first('/contacts', 'contact-row'), await first('/destinations', 'destination-row')];
	const beside = `/scan/shipments-tracking?open=${shipments[0]!.split('/').at(-1)}`;
	const opened = [...shipments, open, `${open}/edit`, `/cartons/${code}`, beside, ...people];
	const signIn = await page
		.context()
		.browser()!
		.newContext({ viewport: { width: 390, height: 844 } });
	const loginPage = await signIn.newPage();
	for (const [language, theme] of LOOKS) {
		await speak(page, server.origin, language, theme);
		await speak(loginPage, server.origin, language, theme);
		for (const path of [...DESK, ...opened]) {
			await desk.open(path);
			await expect(page.locator('html')).toHaveAttribute('lang', language);
			await check(page, `${path} (${language}, ${theme})`);
		}
		await loginPage.goto(`${server.origin}/login`);
		await loginPage.locator('button:not([type="button"]):not([name])').click();
		await expect(loginPage.locator('[aria-invalid="true"]')).toHaveCount(2);
		await check(loginPage, `/login (${language}, ${theme})`);
		for (const tracking of [
			link,
			`${server.origin}/track/nothing`,
			`${server.origin}/welcome/nothing`,
			`${server.origin}/request-account`,
			`${server.origin}/status`
		]) {
			await loginPage.goto(tracking);
			await expect(loginPage.locator('html')).toHaveAttribute('lang', language);
			await check(loginPage, `${tracking} (${language}, ${theme})`);
		}
	}
	await signIn.close();
});

test('[ux] axe finds nothing on the pages of administration', async ({ server, newDesk }) => {
	test.setTimeout(300_000);
	const desk = await newDesk('admin');
	const { page } = desk;
	const first = async (list: string, row: string) => {
		await desk.open(list);
		return (await page.getByTestId(row).first().getByRole('link').first().getAttribute('href'))!;
	};
	const opened = [await first('/admin/users', 'user-row'), await first('/admin/devices', 'device-row')];
	for (const [language, theme] of LOOKS) {
		await speak(page, server.origin, language, theme);
		for (const path of [...ADMIN, ...opened]) {
			await desk.open(path);
			await check(page, `${path} (${language}, ${theme})`);
		}
		// A page for programmers: it stands alone and follows no server.
		await page.goto(`${server.origin}/api/v1/docs`);
		await expect(page.getByRole('main')).toBeVisible();
		await check(page, `/api/v1/docs (${language}, ${theme})`);
	}
});
