/**
 * The demo's four people, one a role, and the one password and PIN that they share. Their names say what they do.
 */
import { createHash, randomInt } from 'node:crypto';
import { BADGE_PREFIX, pinWeakness } from '#lib/domain/badge.ts';
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

/** Six digits that follow from the password, so that who sets `DEMO_PASSWORD` knows both before they are printed. */
export function demoPinOf(password: string): string {
	for (let round = 0; ; round++) {
		const digest = createHash('sha256').update(`${round} ${password}`).digest();
		const pin = String(digest.readUInt32BE() % 1_000_000).padStart(6, '0');
		if (pinWeakness(pin, null) === null) return pin;
	}
}

/** What stands on a demo user's badge. */
export const demoBadge = (login: string): string => BADGE_PREFIX + login.toUpperCase();

export async function seedPeople(store: Store, password: string, now: Date): Promise<DemoUser[]> {
	const users = PEOPLE.map((person): DemoUser => ({ id: newUuid(), ...person }));
	const rows = users.map(({ id, login, name }): PersonRow => ({
		id,
		name,
		structure: STRUCTURE,
		badgeCode: demoBadge(login),
		active: true
	}));
	await store.saveReference('people', rows);
	const [hash, pinHash] = await Promise.all([hashPassword(password), hashPassword(demoPinOf(password))]);
	await store.write((db) => {
		const add = sql(
			db,
			`INSERT INTO account (person_id, login, password_hash, role, created_at, demo, pin_hash, pin_generation) VALUES (?, ?, ?, ?, ?, 1, ?, 1)`
		);
		for (const { id, login, role } of users) add.run(id, login, hash, role, now.toISOString(), pinHash);
	});
	return users;
}
