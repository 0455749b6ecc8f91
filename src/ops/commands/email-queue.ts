/** `ops email-queue`: how the mail queue is, and what becomes of messages that a restore held. */
import { runAtServer } from '../at-the-server.ts';
import { WrongUse, type OpsCommand } from '../command.ts';

export const emailQueue: OpsCommand = {
	options: {
		'release-held': { type: 'boolean', about: 'messages that a restore held are due now' },
		'discard-held': { type: 'boolean', about: 'messages that a restore held are never sent' }
	},
	run: ({ 'release-held': release, 'discard-held': discard }) => {
		if (release === true && discard === true) throw new WrongUse('Say one of --release-held and --discard-held.');
		if (release === true) return runAtServer('mail.act', { act: 'release' });
		return discard === true ? runAtServer('mail.act', { act: 'discard' }) : runAtServer('mail.queue', {});
	}
};
