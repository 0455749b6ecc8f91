/** `ops api-keys [ACTION]`: the keys of programs; beside a running server too. */
import { WrongUse, type OpsCommand } from '../command.ts';
import { runAtServer } from '../at-the-server.ts';

export const apiKeys: OpsCommand = {
	takes: [
		{ word: 'ACTION', about: 'list (or nothing), create, revoke ID', optional: true },
		{ word: 'ID', about: 'revoke: the id of the key', optional: true }
	],
	options: {
		name: { type: 'string', about: 'create: what the program is called' },
		scopes: { type: 'string', about: 'create: what it may, with commas between (docs/api.md)' },
		until: { type: 'string', about: 'create: when it ends, as 2027-06-30T22:00:00Z; without it never' },
		'dry-run': { type: 'boolean', about: 'say what would be done and do nothing' }
	},
	run: (values, [action = 'list', id]) => {
		if (id !== undefined && action !== 'revoke') throw new WrongUse(`"${id}" is one word too many.`);
		const dryRun = values['dry-run'] === true;
		switch (action) {
			case 'list':
				return runAtServer('api-keys.list', {});
			case 'create': {
				const { name, scopes, until } = values;
				if (typeof name !== 'string' || typeof scopes !== 'string')
					throw new WrongUse('A new key needs --name and --scopes.');
				const wanted = scopes.split(',').map((scope) => scope.trim());
				return runAtServer('api-keys.create', { name, scopes: wanted, expiresAt: until ?? null, dryRun });
			}
			case 'revoke':
				if (id === undefined) throw new WrongUse('ID is missing: api-keys revoke ID');
				return runAtServer('api-keys.revoke', { id, dryRun });
			default:
				throw new WrongUse(`There is no "api-keys ${action}".`);
		}
	}
};
