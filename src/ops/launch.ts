/**
 * The second half of `npm start`, once packages and generated code are there: settings, migrations, the demo warehouse on an
 * empty database, the server, and the words that greet whoever started it.
 */
import { renderUnicodeCompact } from 'uqr';
import { readSettings } from '#lib/server/config.ts';
import { migrate } from './commands/migrate.ts';
import { seedDemo } from './commands/seed-demo.ts';
import { step } from './progress.js';
import { checkLanPorts, lanLines, openLan, serveLan, type Lan } from './lan/serve-lan.ts';
import { checkPort, serve, stopOnSignals } from './serve.ts';

/**
 * What can be refused before the minutes of a first build.
 * @returns the keys and addresses of the local network with `LAN=on`, else null
 * @throws StartRefusal for a wrong setting, StepFailed for a port in use or keys that cannot be used
 */
export async function checkSettings(): Promise<Lan | null> {
	const lan = process.env['LAN'] === 'on' ? await openLan() : null;
	const settings = readSettings();
	await (lan ? checkLanPorts(settings, lan) : checkPort(settings));
	return lan;
}

/** Serves until SIGINT or SIGTERM. */
export async function launch(lan: Lan | null): Promise<void> {
	const settings = readSettings();
	await step('migrating the database', () => migrate.run({}, []));
	const greeting: string[] = [];
	if (!settings.production) {
		await step('looking at the demo warehouse', async () => {
			const { lines } = await seedDemo.run({ 'if-empty': true }, []);
			greeting.push(...lines);
		});
	}
	const serving = await step('starting the server', () =>
		lan ? serveLan(lan, (sentence) => console.error(sentence)) : serve(settings)
	);
	stopOnSignals(serving);
	console.log(
		[
			'',
			renderUnicodeCompact(lan?.trustUrl ?? settings.origin, { border: 1 }).replace(/^/gm, '  '),
			'',
			...[...(lan ? lanLines(lan) : [`Escale is open at ${settings.origin}`]), ...greeting].map((line) => `  ${line}`),
			'  Ctrl+C stops it.',
			''
		].join('\n')
	);
}
