/** A bench page that shares its origin with a real server and is signed in there. The app itself was never opened in it. */
import { AppServer, DEMO_PASSWORD } from '../../e2e/support/server.ts';
import { openBenchPage, type BenchPage } from './browser.ts';

export async function openSignedIn(name: string, cartons: number): Promise<BenchPage & { app: AppServer }> {
	const app = await AppServer.start({ LOG_LEVEL: 'warn', DEVICE_CALLS_PER_MINUTE: '1000000' }, async (empty) =>
		empty.run('seed-demo', '--cartons', String(cartons))
	);
	const bench = await openBenchPage(name, app.origin);
	const close = async () => {
		await bench.close();
		await app.remove();
	};
	const answer = await bench.page.context().request.post(`${app.origin}/login`, {
		form: { login: 'operator', password: DEMO_PASSWORD },
		headers: { origin: app.origin, accept: 'text/html' },
		maxRedirects: 0
	});
	if (answer.status() !== 303) throw new Error(`the sign-in was answered with ${answer.status()}`);
	await bench.load();
	return { ...bench, app, close };
}
