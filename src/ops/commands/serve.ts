/** `ops serve`: serves what is built, with the configured database. A systemd unit runs this; `npm start` does more. */
import { readSettings } from '#lib/server/config.ts';
import { checkLanPorts, lanLines, openLan, serveLan } from '../lan/serve-lan.ts';
import { checkPort, serve as listen, stopOnSignals } from '../serve.ts';
import type { OpsCommand, Outcome } from '../command.ts';

export const serve: OpsCommand = {
	options: { lan: { type: 'boolean', about: 'HTTPS for the local network, as with LAN=on' } },
	run: async ({ lan }) => {
		if (lan === true || process.env['LAN'] === 'on') return serveToLan();
		const settings = readSettings();
		await checkPort(settings);
		stopOnSignals(await listen(settings));
		return { exitCode: 0, lines: [`Serving ${settings.origin}`], json: { origin: settings.origin } };
	}
};

async function serveToLan(): Promise<Outcome> {
	process.env['LAN'] = 'on';
	const lan = await openLan();
	await checkLanPorts(readSettings(), lan);
	stopOnSignals(await serveLan(lan, (sentence) => console.error(sentence)));
	const { origin, trustUrl, fingerprint } = lan;
	return { exitCode: 0, lines: [`Serving ${origin}`, ...lanLines(lan)], json: { origin, trustUrl, fingerprint } };
}
