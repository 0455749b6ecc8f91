/**
 * [I33] What the restored copy does not know any more: revocations, demotions and closures since the backup are named, so that
 * an admin does them again. Phones bring back what their people did; nobody brings back these.
 */
import { ROLES } from '#lib/domain/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

export interface Undone {
	what:
		| 'device_revoked'
		| 'account_deactivated'
		| 'api_key_revoked'
		| 'account_demoted'
		| 'grant_ended'
		| 'link_renewed'
		| 'case_closed'
		| 'shipment_archived';
	/** The device, person or shipment. */
	id: string;
}

/** Each asks the database that is replaced for what holds there, and the copy for the same; what only the first has is undone. */
const FACTS: readonly [Undone['what'], string][] = [
	['device_revoked', `SELECT id AS key, id FROM device WHERE status = 'revoked'`],
	['account_deactivated', `SELECT person_id AS key, person_id AS id FROM account WHERE active = 0`],
	['api_key_revoked', `SELECT id AS key, id FROM api_key WHERE revoked_at IS NOT NULL`],
	[
		'grant_ended',
		`SELECT device_id || ' ' || person_id AS key, device_id AS id FROM device_grant WHERE ended_at IS NOT NULL`
	],
	['link_renewed', `SELECT token AS key, shipment_id AS id FROM revoked_token`],
	['case_closed', `SELECT id AS key, id FROM shipment WHERE closed_at IS NOT NULL`],
	['shipment_archived', `SELECT id AS key, id FROM shipment WHERE archived_at IS NOT NULL`]
];

export function undoneBy(replaced: Database, copy: Database): Undone[] {
	const undone = FACTS.flatMap(([what, text]) => {
		const still = new Set(facts(copy, text).map(({ key }) => key));
		return facts(replaced, text)
			.filter(({ key }) => !still.has(key))
			.map(({ id }) => ({ what, id }));
	});
	return [...undone, ...demotions(replaced, copy)];
}

/** A database of an older release does not have every table. */
function facts(db: Database, text: string): { key: string; id: string }[] {
	const [, table = ''] = /FROM (\w+)/.exec(text) ?? [];
	const isThere = sql(db, `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`).get(table) !== undefined;
	return isThere ? sql<{ key: string; id: string }>(db, text).all() : [];
}

function demotions(replaced: Database, copy: Database): Undone[] {
	const rolesOf = (db: Database) =>
		new Map(
			sql<{ id: string; role: (typeof ROLES)[number] }>(db, 'SELECT person_id AS id, role FROM account')
				.all()
				.map(({ id, role }) => [id, ROLES.indexOf(role)])
		);
	const before = rolesOf(replaced);
	return [...rolesOf(copy)]
		.filter(([id, rank]) => rank > (before.get(id) ?? rank))
		.map(([id]) => ({ what: 'account_demoted', id }));
}

/** Mutations that the replaced database had decided and the copy does not know: phones that still hold them bring them back. */
export function lostMutations(replaced: Database, copy: Database): number {
	const count = (db: Database) => sql<{ n: number }>(db, 'SELECT count(*) AS n FROM mutation_result').get()?.n ?? 0;
	return Math.max(0, count(replaced) - count(copy));
}
