/** `ops compact`: lets history leave the change feed and says what it did; the job `compact`, now. */
import { runAtServer } from '../at-the-server.ts';
import type { OpsCommand } from '../command.ts';

export const compact: OpsCommand = {
	options: { 'dry-run': { type: 'boolean', about: 'count what would leave and change nothing' } },
	run: (values) => runAtServer('jobs.run', { name: 'compact', dryRun: values['dry-run'] === true })
};
