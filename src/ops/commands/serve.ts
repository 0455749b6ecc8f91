/** `ops serve`: serves what is built, with the configured database. A systemd unit runs this; `npm start` does more. */
import { readSettings } from '#lib/server/config.ts';
import { checkPort, serve as listen, stopOnSignals } from '../serve.ts';
import type { OpsCommand } from '../command.ts';

export const serve: OpsCommand = {
	options: {},
	run: async () => {
		const settings = readSettings();
		await checkPort(settings);
		stopOnSignals(await listen(settings));
		return { exitCode: 0, lines: [`Serving ${settings.origin}`], json: { origin: settings.origin } };
	}
};
