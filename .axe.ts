import { AxeBuilder } from '@axe-core/playwright';
export default async ({ page, floor, context, server, theme }: any) => {
	const started = Date.now();
	await floor.packCarton('AXE-0001', 'Compresses'); await floor.scan('AXE-0001'); await page.waitForTimeout(500);
	const cartonId = new URL(page.url()).pathname.split('/').at(-1);
	await floor.open('/scan/load'); await page.getByTestId('shipment').nth(1).getByRole('link').click(); await page.waitForURL(/load\/.+/);
	const id = new URL(page.url()).pathname.split('/').at(-1);
	for (const t of ['light', 'dark', 'sun']) {
		await theme(t);
		for (const p of ['/scan', '/scan/load', '/scan/step', '/scan/dispute', '/scan/remove', '/scan/unpack', `/scan/load/${id}`, `/scan/step/${id}?step=boarding_ok`, `/scan/dispute/${id}`, `/scan/unpack/${cartonId}`]) {
			await floor.open(p); await page.waitForTimeout(250);
			const { violations } = await new AxeBuilder({ page }).analyze();
			if (violations.length) console.log('VIOLATION', t, p, JSON.stringify(violations.map((v: any) => [v.id, v.nodes.map((n: any) => n.target.join(' '))])).slice(0, 600));
		}
		console.log('LOOK', t, Date.now() - started);
	}
};
