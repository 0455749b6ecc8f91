/**
 * A person's PIN and badge: set and removed by its owner with their password, told to nobody. Every change raises the PIN's
 * generation, which each phone hears at its next hello, and ends what the former PIN has opened.
 */
import { randomInt } from 'node:crypto';
import { BADGE_PREFIX, pinWeakness, type PinWeakness } from '#lib/domain/badge.ts';
import type { PersonRow } from '#lib/domain/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { confirmPassword, type Confirmation, type NotConfirmed } from './confirmation.ts';
import type { LoginLimits } from './login-limits.ts';
import { hashPassword } from './passwords.ts';

export interface BadgeHolder {
	personId: string;
	name: string;
	structure: string;
	/** Null: no badge yet. */
	badgeCode: string | null;
	hasPin: boolean;
}

export type PinOutcome = { kind: 'ok' } | { kind: 'weak'; weakness: PinWeakness } | NotConfirmed;

/** Without the letters that are taken for another character (Crockford's alphabet). */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 50 random bits: nobody types it by chance, and it fits a small symbol. */
export const newBadgeCode = (): string =>
	BADGE_PREFIX + Array.from({ length: 10 }, () => SIGNS[randomInt(SIGNS.length)]).join('');

const HOLDER = `SELECT person.id AS personId, person.name, person.structure, badge_code AS badgeCode, pin_hash IS NOT NULL AS hasPin
	FROM person JOIN account ON account.person_id = person.id`;
type HolderRecord = Omit<BadgeHolder, 'hasPin'> & { hasPin: 0 | 1 };
const toHolder = ({ hasPin, ...holder }: HolderRecord): BadgeHolder => ({ ...holder, hasPin: hasPin === 1 });

export class Pins {
	constructor(
		readonly store: Store,
		readonly limits: LoginLimits
	) {}

	/** Null: no such account. */
	holder(personId: string): BadgeHolder | null {
		const found = this.store.read((db) => sql<HolderRecord>(db, `${HOLDER} WHERE person.id = ?`).get(personId));
		return found ? toHolder(found) : null;
	}

	/** Everybody who can sign in, by name. */
	activeHolders(): BadgeHolder[] {
		const found = this.store.read((db) =>
			sql<HolderRecord>(
				db,
				`${HOLDER} WHERE account.active AND person.active ORDER BY person.name COLLATE NOCASE, person.id`
			).all()
		);
		return found.map(toHolder);
	}

	/** Gives a badge to those of these people who have none. Who has one keeps it: only a lost one is replaced (user-acts.ts). */
	async giveBadges(personIds: readonly string[]): Promise<void> {
		const people = this.store.read((db) => personIds.flatMap((id) => withoutBadge(db, id)));
		if (people.length > 0)
			await this.store.saveReference(
				'people',
				people.map((person) => ({ ...person, badgeCode: newBadgeCode() }))
			);
	}

	/** Sets the PIN; makes a badge where there is none, since a PIN alone opens nothing. */
	async set(by: Confirmation, pin: string): Promise<PinOutcome> {
		const weakness = pinWeakness(pin, this.holder(by.personId)?.badgeCode ?? null);
		if (weakness !== null) return { kind: 'weak', weakness };
		const refusal = await confirmPassword(this, by);
		if (refusal) return refusal;
		await this.giveBadges([by.personId]);
		await this.#write(by.personId, await hashPassword(pin));
		return { kind: 'ok' };
	}

	async clear(by: Confirmation): Promise<PinOutcome> {
		const refusal = await confirmPassword(this, by);
		if (refusal) return refusal;
		await this.#write(by.personId, null);
		return { kind: 'ok' };
	}

	/** Ends the sessions that the former PIN opened; the grants stay, since what was done under them is still on its way. */
	async #write(personId: string, hash: string | null): Promise<void> {
		await this.store.write((db) => {
			sql(db, `UPDATE account SET pin_hash = ?, pin_generation = pin_generation + 1 WHERE person_id = ?`).run(
				hash,
				personId
			);
			sql(db, `DELETE FROM session WHERE person_id = ? AND signed_in_by = 'pin'`).run(personId);
		});
	}
}

const withoutBadge = (db: Database, personId: string): PersonRow[] =>
	sql<Omit<PersonRow, 'active'> & { active: 0 | 1 }>(
		db,
		`SELECT id, name, structure, badge_code AS badgeCode, active FROM person WHERE id = ? AND badge_code IS NULL`
	)
		.all(personId)
		.map((person) => ({ ...person, active: person.active === 1 }));
