/** `ops maintenance ACTION`: announces, begins and ends a window in which the desk only reads; beside a running server too. */
import { runAtServer } from '../at-the-server.ts';
import { WrongUse, type OpsCommand, type Values } from '../command.ts';

export const maintenance: OpsCommand = {
	takes: [
		{ word: 'ACTION', about: 'plan, on, off, note TEXT, status' },
		{ word: 'TEXT', about: 'note: what /status says about the last incident; "" takes it away', optional: true }
	],
	options: {
		from: { type: 'string', about: 'plan: when it begins, as 2026-03-14T18:00+01:00' },
		until: { type: 'string', about: 'plan, on: when it ends; without it, on lasts until off' },
		message: { type: 'string', about: 'plan, on: what people read about it, at most 500 characters' },
		mail: { type: 'boolean', about: 'plan, on, off: write to everybody with an address' }
	},
	run: (values, [action, text]) => {
		if (text !== undefined && action !== 'note') throw new WrongUse(`"${text}" is one word too many.`);
		const mail = values['mail'] === true;
		switch (action) {
			case 'plan':
				return runAtServer('maintenance.plan', {
					from: timeOf(values, 'from'),
					until: timeOf(values, 'until'),
					message: values['message'] ?? '',
					mail
				});
			case 'on':
				return runAtServer('maintenance.on', {
					...(values['until'] === undefined ? {} : { until: timeOf(values, 'until') }),
					...(values['message'] === undefined ? {} : { message: values['message'] }),
					mail
				});
			case 'off':
				return runAtServer('maintenance.off', { mail });
			case 'note':
				if (text === undefined) throw new WrongUse('TEXT is missing: maintenance note "…"');
				return runAtServer('maintenance.note', { text });
			case 'status':
				return runAtServer('maintenance.status', {});
			default:
				throw new WrongUse(`There is no "maintenance ${action}".`);
		}
	}
};

/** ISO; without a zone it is this machine's. */
function timeOf(values: Values, option: 'from' | 'until'): string {
	const text = values[option];
	if (typeof text !== 'string') throw new WrongUse(`--${option} is missing.`);
	const at = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? new Date(text.replace(' ', 'T')) : null;
	if (at === null || Number.isNaN(at.getTime()))
		throw new WrongUse(`--${option} takes a time as 2026-03-14T18:00+01:00, not "${text.slice(0, 40)}".`);
	return at.toISOString();
}
