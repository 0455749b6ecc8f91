/**
 * `ops users`, `create-user`, `set-role`, `deactivate-user`, `reactivate-user`, `reset-password`, `inactive-users` and
 * `account-requests`: the acts of /admin, beside a running server too. Accounts are named by their login.
 */
import { runAtServer } from '../at-the-server.ts';
import { textOf, WrongUse, type OpsCommand, type Values } from '../command.ts';

const LOGIN = [{ word: 'LOGIN', about: 'what the person signs in with' }] as const;
const DRY_RUN = { type: 'boolean', about: 'say what would be done and do nothing' } as const;
const MAIL = { type: 'boolean', about: 'send the link to their address instead of printing it' } as const;
const isDry = (values: Values): { dryRun: boolean } => ({ dryRun: values['dry-run'] === true });

export const users: OpsCommand = {
	options: { all: { type: 'boolean', about: 'list deactivated accounts, too' } },
	run: ({ all }) => runAtServer('people.list', { all: all === true })
};

export const createUser: OpsCommand = {
	takes: LOGIN,
	options: {
		name: { type: 'string', about: 'how colleagues see the person' },
		role: { type: 'string', about: 'viewer, operator, manager or admin' },
		structure: { type: 'string', about: 'whom the person works for; empty if absent' },
		email: { type: 'string', about: 'where their notices go; nowhere if absent' },
		locale: { type: 'string', about: 'fr or en; fr if absent' },
		mail: MAIL,
		'dry-run': DRY_RUN
	},
	run: (values, [login]) =>
		runAtServer('people.create', {
			login,
			name: textOf(values['name']),
			role: textOf(values['role']),
			structure: textOf(values['structure']),
			email: textOf(values['email']),
			locale: textOf(values['locale'], 'fr'),
			mail: values['mail'] === true,
			...isDry(values)
		})
};

export const setRole: OpsCommand = {
	takes: [...LOGIN, { word: 'ROLE', about: 'viewer, operator, manager or admin' }],
	options: { 'dry-run': DRY_RUN },
	run: (values, [login, role]) => runAtServer('people.set-role', { login, role, ...isDry(values) })
};

const ofLogin = (operation: string): OpsCommand => ({
	takes: LOGIN,
	options: { 'dry-run': DRY_RUN },
	run: (values, [login]) => runAtServer(operation, { login, ...isDry(values) })
});
export const deactivateUser = ofLogin('people.deactivate');
export const reactivateUser = ofLogin('people.reactivate');
export const resetPassword: OpsCommand = {
	takes: LOGIN,
	options: { mail: MAIL, 'dry-run': DRY_RUN },
	run: (values, [login]) =>
		runAtServer('people.reset-password', { login, mail: values['mail'] === true, ...isDry(values) })
};

export const inactiveUsers: OpsCommand = {
	options: { days: { type: 'string', about: 'how long they were not seen; 30 if absent' } },
	run: ({ days }) => {
		const number = Number(textOf(days, '30'));
		if (!Number.isInteger(number) || number < 1 || number > 3650) throw new WrongUse('--days takes 1 to 3650.');
		return runAtServer('people.inactive', { days: number });
	}
};

export const accountRequests: OpsCommand = { options: {}, run: () => runAtServer('people.requests', {}) };
