/**
 * `ops create-admin`: production has no default account. Makes an admin and prints the link by which that person chooses a
 * password, once, within 24 hours. For a login that has an admin already it makes another link: nobody's password is told.
 */
import { runAtServer } from '../at-the-server.ts';
import { textOf, type OpsCommand } from '../command.ts';

export const createAdmin: OpsCommand = {
	options: {
		login: { type: 'string', about: 'what the person signs in with: a short name or an e-mail address' },
		name: { type: 'string', about: 'how colleagues see the person; not needed for another link' },
		structure: { type: 'string', about: 'whom the person works for; empty if absent' },
		'dry-run': { type: 'boolean', about: 'say what would be done and do nothing' }
	},
	run: ({ login, name, structure, 'dry-run': dryRun }) =>
		runAtServer('people.admin', {
			login: textOf(login),
			name: textOf(name),
			structure: textOf(structure),
			dryRun: dryRun === true
		})
};
