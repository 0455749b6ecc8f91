/** What every journey has: one server with the demo warehouse, phones, and a desk; all of it gone afterwards. */
import { test as base, type BrowserContext } from '@playwright/test';
import { DeskPage } from '../pages/desk-page.ts';
import { FloorPage } from '../pages/floor-page.ts';
import { Phone } from './phone.ts';
import { AppServer } from './server.ts';

export interface FloorPhone {
	phone: Phone;
	floor: FloorPage;
}

/** As the server knows it. */
export async function deviceOf({ phone }: FloorPhone): Promise<string> {
	const cookies = await phone.context.cookies();
	return cookies.find(({ name }) => name.endsWith('escale_device'))!.value.split('.')[0]!;
}

/** Two scans that cannot leave. */
export async function workOffline({ phone, floor }: FloorPhone, code: string): Promise<void> {
	await phone.context.setOffline(true);
	await floor.expectOffline();
	await floor.packCarton(code, 'Compresses');
	await floor.expectPending(2);
}

export const test = base.extend<{
	server: AppServer;
	/** A phone on which this person has signed in and which works without the server from now on. */
	newPhone: (login: string) => Promise<FloorPhone>;
	/** A desk in a browser of its own, signed in as this person. */
	newDesk: (login: string) => Promise<DeskPage>;
}>({
	// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
	server: async ({}, use) => {
		const server = await AppServer.start();
		await use(server);
		await server.remove();
	},
	newPhone: async ({ server }, use) => {
		const phones: Phone[] = [];
		await use(async (login) => {
			const phone = new Phone();
			phones.push(phone);
			const floor = new FloorPage(await phone.open(), server.origin);
			await floor.signIn(login);
			await floor.installed();
			return { phone, floor };
		});
		for (const phone of phones) await phone.remove();
	},
	newDesk: async ({ server, browser }, use) => {
		const contexts: BrowserContext[] = [];
		await use(async (login) => {
			const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
			contexts.push(context);
			const desk = new DeskPage(await context.newPage(), server.origin);
			await desk.signIn(login);
			return desk;
		});
		for (const context of contexts) await context.close();
	}
});

export { expect } from '@playwright/test';
