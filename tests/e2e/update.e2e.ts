/** A new release reaches a phone that has work in hand: nothing lost, no blank page, addresses that open before and after. */
import { expect, test, type Page } from '@playwright/test';
import { FloorPage } from './pages/floor-page.ts';
import { Phone } from './support/phone.ts';
import { AppServer } from './support/server.ts';
import { TwoReleases } from './support/two-releases.ts';

let server: AppServer;
let front: TwoReleases;
let phone: Phone;

// One warehouse for all: what these journeys leave in it does not matter to the next.
test.describe.configure({ timeout: 120_000 });

test.beforeAll(async () => {
	server = await AppServer.start();
});

test.afterAll(() => server.remove());

test.beforeEach(async () => {
	front = await TwoReleases.before(server.origin);
	phone = new Phone();
});

test.afterEach(async () => {
	await phone.remove();
	await front.stop();
});

/** The browser tells the page what it tells it when the Wi-Fi is back: an occasion to look for a new release. */
async function networkBack(page: Page): Promise<void> {
	await page.evaluate(() => window.dispatchEvent(new Event('online')));
}

/** A pre-printed code that nobody has used. */
const STICKER = 'AUTOCOLLANT-7301';
/** A release is offered when the browser has stored all of it. */
const STORED = { timeout: 40_000 };
const SECOND_RELEASE = '/immutable-2/';

/** The running program is the second release's; survives the reload that brings it. */
async function onSecond(page: Page): Promise<void> {
	await page.waitForFunction(
		(part) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(part)),
		SECOND_RELEASE
	);
}

/** No part of the second release has been loaded into this page. */
async function expectFirst(page: Page): Promise<void> {
	const parts = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
	expect(parts.length).toBeGreaterThan(0);
	expect(parts.filter((name) => name.includes(SECOND_RELEASE))).toEqual([]);
}

/** Runs in the page: asks for the API and for a part of the program without a pause, to meet every moment of a change. */
function keepAsking(): void {
	const part = performance.getEntriesByType('resource').find(({ name }) => name.includes('/_app/immutable/'))!.name;
	const ask = (address: string): void =>
		void fetch(address)
			.then((answer) => answer.text())
			.catch(() => undefined)
			.then(() => ask(address));
	for (const address of ['/api/health', part]) ask(address);
}

async function signedIn(): Promise<FloorPage> {
	const floor = new FloorPage(await phone.open(), front.origin);
	await floor.signIn('operator');
	await floor.installed();
	return floor;
}

test('[update] with a queue pending: offered, put in place when told to, nothing lost, the queue goes out after', async () => {
	const floor = await signedIn();
	front.apiReachable = false;
	await floor.open('/scan');
	await floor.scan(STICKER);
	await floor.press('Créer ce colis');
	await floor.expectPending(1);

	front.deploySecond();
	await networkBack(floor.page);
	const prompt = floor.page.getByTestId('update-prompt');
	await expect(prompt).toContainText('Nouvelle version prête', STORED);
	const before = floor.page.url();

	// Offered, not done: the old release still works, its parts that were never opened included.
	await floor.status.getByRole('link', { name: /attente/ }).click();
	await expect(floor.page).toHaveURL(/\/scan\/queue$/);
	await expectFirst(floor.page);
	await floor.page.goto(before);
	await expect(prompt).toBeVisible();

	await prompt.getByRole('button', { name: 'Mettre à jour' }).click();
	await onSecond(floor.page);
	await expect(floor.page.getByTestId('scan-input')).toBeVisible();
	expect(floor.page.url()).toBe(before);
	await floor.expectPending(1);
	await expect(prompt).toBeHidden();

	await floor.open('/scan/label');
	front.apiReachable = true;
	await networkBack(floor.page);
	await floor.expectPending(0);
	await floor.open('/scan');
	await floor.expectFate(STICKER, 'accepted');
});

test('[update] the other tab follows, and the new release opens without a server', async () => {
	const floor = await signedIn();
	const other = new FloorPage(await phone.context.newPage(), front.origin);
	await other.open('/scan/label');
	front.deploySecond();
	await networkBack(floor.page);
	await floor.page.getByRole('button', { name: 'Mettre à jour' }).click();
	await onSecond(floor.page);
	await onSecond(other.page);
	expect(new URL(other.page.url()).pathname).toBe('/scan/label');

	await front.stop();
	await other.page.reload();
	await expect(other.page.getByTestId('scan-input')).toBeVisible();
	await floor.open('/scan/assign');
	await onSecond(floor.page);
});

test('[update] requests of the open tabs do not keep the outgoing worker alive', async () => {
	const floor = await signedIn();
	const other = new FloorPage(await phone.context.newPage(), front.origin);
	await other.open('/scan/label');
	front.deploySecond();
	await networkBack(floor.page);
	const agree = floor.page.getByRole('button', { name: 'Mettre à jour' });
	await expect(agree).toBeVisible(STORED);
	// The server would turn so many down, for the next journeys too.
	front.apiReachable = false;
	await other.page.evaluate(keepAsking);
	await agree.click();
	await onSecond(floor.page);
	await onSecond(other.page);
});

test('[update] a tab that is being typed in waits until the field is left', async () => {
	const floor = await signedIn();
	const other = new FloorPage(await phone.context.newPage(), front.origin);
	await other.open('/scan/label');
	await other.page.getByTestId('scan-input').pressSequentially('CN-00', { delay: 150 });
	front.deploySecond();
	await networkBack(floor.page);
	await floor.page.getByRole('button', { name: 'Mettre à jour' }).click();
	await onSecond(floor.page);
	await expect(other.page.getByTestId('update-prompt')).toHaveAttribute('data-phase', 'switching');
	await expect(other.page.getByTestId('scan-input')).toHaveValue('CN-00');
	await expectFirst(other.page);
	await other.page.getByTestId('scan-input').fill('');
	await onSecond(other.page);
});

test('[update] put off, it comes back later', async () => {
	const floor = await signedIn();
	front.deploySecond();
	await networkBack(floor.page);
	const prompt = floor.page.getByTestId('update-prompt');
	await prompt.getByRole('button', { name: 'Plus tard' }).click();
	await expect(prompt).toBeHidden();
	await networkBack(floor.page);
	await expect(prompt).toBeVisible();
	await expectFirst(floor.page);
});
