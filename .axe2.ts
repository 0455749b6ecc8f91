import { AxeBuilder } from '@axe-core/playwright';
export default async ({ server, browser }: any) => {
	const { DeskPage } = await import('./tests/e2e/pages/desk-page.ts');
	const ctx = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR' });
	const page = await ctx.newPage();
	const desk = new DeskPage(page, server.origin);
	await desk.signIn('manager');
	for (const t of ['light', 'dark', 'sun']) {
		await ctx.addCookies([{ name: 'escale_theme', value: t, url: server.origin }]);
		for (const p of ['/scan/cards', '/refusals']) {
			await desk.open(p);
			const { violations } = await new AxeBuilder({ page }).analyze();
			console.log('LOOK', t, p, JSON.stringify(violations.map((v: any) => [v.id, v.nodes.map((n: any) => n.target.join(' '))])).slice(0, 600));
		}
	}
};
