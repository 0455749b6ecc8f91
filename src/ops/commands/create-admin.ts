/**
 * `ops create-admin`: production has no default account. Makes an admin and prints the link by which that person chooses a
 * password, once, within 24 hours. For a login that has an admin already it makes another link: nobody's password is told.
 */
import type { PersonRow } from '#lib/domain/rows.ts';
import { LINK_HOURS } from '#lib/server/access/one-time-links.ts';
import { hashPassword } from '#lib/server/access/passwords.ts';
import { newToken } from '#lib/server/access/tokens.ts';
import { readSettings } from '#lib/server/config.ts';
import { createServerWorld, type ServerWorld } from '#lib/server/server-world.ts';
import { sql } from '#lib/server/store/sql.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { WrongUse, type OpsCommand } from '../command.ts';
import { StepFailed } from '../progress.js';

const LOGIN = /^[a-z0-9][a-z0-9._@-]{2,79}$/;
const LONGEST_NAME = 120;

export const createAdmin: OpsCommand = {
	options: {
		login: { type: 'string', about: 'what the person signs in with: a short name or an e-mail address' },
		name: { type: 'string', about: 'how colleagues see the person; not needed for another link' },
		structure: { type: 'string', about: 'whom the person works for; empty if absent' }
	},
	run: async ({ login: given, name: named, structure = '' }) => {
		const login = typeof given === 'string' ? given.trim().toLowerCase() : '';
		const name = typeof named === 'string' ? named.trim() : '';
		if (!LOGIN.test(login)) throw new WrongUse('--login takes 3 to 80 of: letters, digits, . _ @ -');
		if (name.length > LONGEST_NAME || String(structure).length > LONGEST_NAME)
			throw new WrongUse(`--name and --structure take ${LONGEST_NAME} characters.`);
		const world = await createServerWorld(readSettings());
		try {
			const known = findAccount(world, login);
			if (known === undefined && name === '') throw new WrongUse('--name is missing.');
			if (known !== undefined && (known.role !== 'admin' || known.active !== 1))
				throw new StepFailed(`${login} has an account that is no active admin's. Choose another login.`);
			const personId = known?.personId ?? (await add(world, login, name, String(structure).trim()));
			const token = await world.access.oneTimeLinks.make(personId);
			const link = `${world.settings.origin}/welcome/${token}`;
			const isNew = known === undefined;
			const lines = [
				isNew ? `${name} is an admin, login ${login}.` : `${login} is an admin already; this is another link.`,
				`Open it within ${LINK_HOURS} hours to choose a password; it works once and is shown this once:`,
				link
			];
			return { exitCode: 0, lines, json: { personId, login, link, isNew } };
		} finally {
			await world.close();
		}
	}
};

const findAccount = ({ store }: ServerWorld, login: string) =>
	store.read((db) =>
		sql<{ personId: string; role: string; active: number }>(
			db,
			'SELECT person_id AS personId, role, active FROM account WHERE login = ?'
		).get(login)
	);

/** Nobody knows its first password: the link is the only way in. */
async function add({ store, clock }: ServerWorld, login: string, name: string, structure: string): Promise<string> {
	const person: PersonRow = { id: newUuid(), name, structure, badgeCode: null, active: true };
	const hash = await hashPassword(newToken());
	await Promise.all([
		store.saveReference('people', [person]),
		store.write((db) =>
			sql(
				db,
				`INSERT INTO account (person_id, login, password_hash, role, created_at) VALUES (?, ?, ?, 'admin', ?)`
			).run(person.id, login, hash, clock().toISOString())
		)
	]);
	return person.id;
}
