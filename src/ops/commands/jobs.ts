/** `ops jobs [ACTION]`: the server's own work, seen and steered; beside a running server too. */
import { WrongUse, type OpsCommand, type Outcome, type Values } from '../command.ts';
import { runAtServer } from '../at-the-server.ts';

export const jobs: OpsCommand = {
	takes: [
		{ word: 'ACTION', about: 'list (or nothing), run NAME, retry, cancel ID, purge', optional: true },
		{ word: 'WHAT', about: 'run: the name of a job; cancel: the id of a run', optional: true }
	],
	options: {
		'dry-run': { type: 'boolean', about: 'run: count what would be done and do nothing' },
		failed: { type: 'boolean', about: 'purge: forget the runs that failed' },
		pending: { type: 'boolean', about: 'purge: forget the runs that wait for their turn; needs --yes' },
		yes: { type: 'boolean', about: 'purge --pending: yes, what was asked for is not done' }
	},
	run: (values, [action = 'list', what]) => {
		if (what !== undefined && action !== 'run' && action !== 'cancel')
			throw new WrongUse(`"${what}" is one word too many.`);
		switch (action) {
			case 'list':
				return runAtServer('jobs.list', {});
			case 'run':
				if (what === undefined) throw new WrongUse('NAME is missing: jobs run NAME');
				return runAtServer('jobs.run', { name: what, dryRun: values['dry-run'] === true });
			case 'retry':
				return runAtServer('jobs.retry', {});
			case 'cancel':
				if (what === undefined) throw new WrongUse('ID is missing: jobs cancel ID');
				return runAtServer('jobs.cancel', { id: what });
			case 'purge':
				return purge(values);
			default:
				throw new WrongUse(`There is no "jobs ${action}".`);
		}
	}
};

function purge({ failed, pending, yes }: Values): Promise<Outcome> {
	if ((failed === true) === (pending === true)) throw new WrongUse('Say which: --failed or --pending.');
	if (pending === true && yes !== true) throw new WrongUse('What waits will not be done: add --yes.');
	return runAtServer('jobs.purge', { which: failed === true ? 'failed' : 'pending' });
}
