/**
 * `ops notices KIND`: queues what is new of a kind of notice, each once however often it is run; beside a running server too.
 * With `--dry-run` it prints the messages and queues nothing.
 */
import { runAtServer } from '../at-the-server.ts';
import { WrongUse, type OpsCommand } from '../command.ts';

const KINDS = ['status', 'late', 'daily', 'custom'];

export const notices: OpsCommand = {
	takes: [{ word: 'KIND', about: KINDS.join(', ') }],
	options: {
		'dry-run': { type: 'boolean', about: 'print the messages and queue nothing' },
		shipment: { type: 'string', about: 'status: its reference; custom: to those who follow it' },
		destination: { type: 'string', about: 'custom: to those who follow it, by IATA code' },
		subject: { type: 'string', about: 'custom: one line' },
		text: { type: 'string', about: 'custom: the message' }
	},
	run: ({ 'dry-run': dryRun, ...what }, [kind = '']) => {
		if (!KINDS.includes(kind)) throw new WrongUse(`There is no notice "${kind}": ${KINDS.join(', ')}.`);
		return runAtServer('notices.queue', { kind, ...what, dryRun: dryRun === true });
	}
};
