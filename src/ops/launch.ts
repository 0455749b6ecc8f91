/**
 * The second half of `npm start`, once packages and generated code are there: settings, migrations, the demo warehouse on an
 * empty database, the server, and the words that greet whoever started it.
 */
import { renderUnicodeCompact } from 'uqr';
import { readSettings } from '#lib/server/config.ts';
import { migrate } from './commands/migrate.ts';
import { seedDemo } from './commands/seed-demo.ts';
import { step } from './progress.js';
import { checkPort, serve, stopOnSignals } from './serve.ts';

/**
 * What can be refused before the minutes of a first build.
 * @throws StartRefusal for a wrong setting, StepFailed for a port in use
 */
export async function checkSettings(): Promise<void> {
	await checkPort(readSettings());
}

/** Serves until SIGINT or SIGTERM. */
export async function launch(): Promise<void> {
	const settings = readSettings();
	await step('migrating the database', () => migrate.run({}, []));
	const greeting: string[] = [];
	if (!settings.production) {
		await step('looking at the demo warehouse', async () => {
			const { lines } = await seedDemo.run({ 'if-empty': true }, []);
			greeting.push(...lines);
		});
	}
	const serving = await step('starting the server', () => serve(settings));
	stopOnSignals(serving);
	console.log(
		[
			'',
			renderUnicodeCompact(settings.origin, { border: 1 }).replace(/^/gm, '  '),
			'',
			`  Escale is open at ${settings.origin}`,
			...greeting.map((line) => `  ${line}`),
			'  Ctrl+C stops it.',
			''
		].join('\n')
	);
}
