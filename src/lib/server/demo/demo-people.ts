/**
 * The demo's four people, one a role, and the one password that they share. Their names say what they do.
 */
import { randomInt } from 'node:crypto';
import type { PersonRow, Role } from '#lib/domain/rows.ts';
import { hashPassword } from '#lib/server/access/passwords.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';

export interface DemoUser {
	id: string;
	login: string;
	role: Exclude<Role, 'link'>;
	name: string;
}

const STRUCTURE = 'Entrepôt Roissy';

const PEOPLE = [
	{ login: 'admin', role: 'admin', name: 'Administration' },
	{ login: 'manager', role: 'manager', name: 'Responsable expéditions' },
	{ login: 'operator', role: 'operator', name: 'Équipe du quai' },
	{ login: 'viewer', role: 'viewer', name: 'Suivi partenaires' }
] as const;

/** Without the characters that are taken for another one. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four: 79 bits, and short enough to type on a phone. */
export const newDemoPassword = (): string =>
	Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join(
		'-'
	);

export async function seedPeople(store: Store, password: string, now: Date): Promise<DemoUser[]> {
	const users = PEOPLE.map((person): DemoUser => ({ id: newUuid(), ...person }));
	const rows = users.map(({ id, login, name }): PersonRow => ({
		id,
		name,
		structure: STRUCTURE,
		badgeCode: `BADGE-${login.toUpperCase()}`,
		active: true
	}));
	await store.saveReference('people', rows);
	const hash = await hashPassword(password);
	await store.write((db) => {
		const add = sql(
			db,
			`INSERT INTO account (person_id, login, password_hash, role, created_at, demo) VALUES (?, ?, ?, ?, ?, 1)`
		);
		for (const { id, login, role } of users) add.run(id, login, hash, role, now.toISOString());
	});
	return users;
}
