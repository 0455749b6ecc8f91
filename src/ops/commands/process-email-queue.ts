/** `ops process-email-queue`: what the server does every minute by itself, now; beside a running server too. */
import { runAtServer } from '../at-the-server.ts';
import { WrongUse, type OpsCommand } from '../command.ts';

const LIMIT = 100;

export const processEmailQueue: OpsCommand = {
	options: {
		limit: { type: 'string', about: `messages that are tried at most; ${LIMIT} if not said` },
		'include-failed': { type: 'boolean', about: 'messages that failed for good start over first' },
		'dry-run': { type: 'boolean', about: 'count what is due and send nothing' }
	},
	run: ({ limit = String(LIMIT), 'include-failed': includeFailed, 'dry-run': dryRun }) => {
		if (!/^[1-9]\d{0,4}$/.test(String(limit))) throw new WrongUse('--limit is a number from 1 to 99999.');
		return runAtServer('mail.process', {
			...{ limit: Number(limit), includeFailed: includeFailed === true, dryRun: dryRun === true }
		});
	}
};
