/** A maintenance as people live it: announced, on, over; nothing a phone recorded meanwhile is lost. */
import { expect, test } from './support/setup.ts';

test('[I17] a plan shows at the desk, at the sign-in and on the phone; while it is on the desk refuses in words and the phone queues; then it drains', async ({
	server,
	newPhone,
	newDesk,
	browser
}) => {
	test.setTimeout(120_000);
	const { page } = await newDesk('manager');
	const { floor } = await newPhone('operator');
	await page.goto(`${server.origin}/contacts/new?role=shipper`);
	await page.getByLabel('Nom', { exact: true }).fill('Pendant la maintenance');
	const notice = page.locator('[data-maintenance]');
	await expect(notice).toHaveCount(0);

	await test.step('announced: everybody reads it, everything goes on', async () => {
		const [from, until] = [2, 4].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
		server.run('maintenance', 'plan', '--from', from!, '--until', until!, '--message', 'Nouveau disque.');
		await expect(notice).toContainText('Maintenance prévue', { timeout: 20_000 });
		await expect(notice).toContainText('Nouveau disque.');
		await expect(page.getByLabel('Nom', { exact: true })).toHaveValue('Pendant la maintenance');
		const stranger = await (await browser.newContext()).newPage();
		await stranger.goto(`${server.origin}/login`);
		await expect(stranger.locator('[data-maintenance=planned]')).toBeVisible();
		await stranger.goto(`${server.origin}/status`);
		await expect(stranger.getByText('Escale fonctionne.')).toBeVisible();
		const answer = await stranger.request.get(`${server.origin}/status`, { headers: { accept: 'application/json' } });
		expect(await answer.json()).toMatchObject({ status: 'ok', maintenance: { state: 'planned' } });
		await expect(floor.page.getByText(/Maintenance prévue/)).toBeVisible({ timeout: 20_000 });
	});

	await test.step('on: the desk says why it does not save, the phone keeps what it records and says so', async () => {
		server.run('maintenance', 'on');
		await expect(notice).toContainText('Maintenance en cours', { timeout: 20_000 });
		const save = page.getByRole('button', { name: 'Créer le contact' });
		await expect(save).toHaveAttribute('aria-disabled', 'true');
		await expect(save).toHaveAccessibleDescription(/rien ne s’enregistre au bureau/);
		await save.click({ force: true });
		await expect(page.getByLabel('Nom', { exact: true })).toHaveValue('Pendant la maintenance');
		await expect(floor.page.getByText(/Maintenance en cours/)).toBeVisible({ timeout: 20_000 });
		await floor.packCarton('MAINT-0001', 'Compresses');
		await expect(floor.page.getByTestId('sync-status')).not.toHaveAttribute('data-pending', '0');
		await expect(floor.page.getByText(/Maintenance en cours/)).toBeVisible();
		const answer = await page.request.post(`${server.origin}/contacts/new`, {
			form: {},
			headers: { origin: server.origin }
		});
		expect([answer.status(), Number(answer.headers()['retry-after']) > 0]).toEqual([503, true]);
	});

	await test.step('over: the desk saves, the phone sends what it kept', async () => {
		server.run('maintenance', 'off');
		await expect(notice).toHaveCount(0, { timeout: 20_000 });
		await floor.expectPending(0);
		await expect(page.getByRole('button', { name: 'Créer le contact' })).not.toHaveAttribute('aria-disabled', 'true');
	});
});
