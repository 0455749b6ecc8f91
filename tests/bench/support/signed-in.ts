/** A bench page that shares its origin with a real server and is signed in there. */
import { AppServer } from '../../e2e/support/server.ts';
import { FloorPage } from '../../e2e/pages/floor-page.ts';
import { openBenchPage, type BenchPage } from './browser.ts';

export async function openSignedIn(name: string, cartons: number): Promise<BenchPage & { app: AppServer }> {
	const app = await AppServer.start({ LOG_LEVEL: 'warn', DEVICE_CALLS_PER_MINUTE: '1000000' }, async (empty) =>
		empty.run('seed-demo', '--cartons', String(cartons))
	);
	const bench = await openBenchPage(name, app.origin);
	await new FloorPage(bench.page, app.origin).signIn('operator');
	await bench.load();
	const close = async () => {
		await bench.close();
		await app.remove();
	};
	return { ...bench, app, close };
}
