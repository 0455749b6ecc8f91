/**
 * [I33] What a restore undid of what had been closed to somebody, told from the rows before and after: all of it must stand in
 * the report, and where no journal made sure, no device may be trusted before an admin has looked.
 */
import type { Simulation } from '../simulation.ts';

interface Access {
	/** `what id` as the report names them, by what makes it one. */
	closed: Map<string, string>;
	/** Rank of each account's role. */
	ranks: Map<string, number>;
}

const CLOSED = [
	`SELECT 'device_revoked ' || id AS said, id AS key FROM device WHERE status = 'revoked'`,
	`SELECT 'account_deactivated ' || person_id AS said, person_id AS key FROM account WHERE NOT active`,
	`SELECT 'grant_ended ' || device_id AS said, device_id || person_id || kind AS key FROM device_grant WHERE ended_at NOT NULL`,
	`SELECT 'case_closed ' || id AS said, 'closed' || id AS key FROM shipment WHERE closed_at NOT NULL`
].join(' UNION ALL ');
const RANKS = `SELECT person_id AS id, CASE role WHEN 'viewer' THEN 0 WHEN 'operator' THEN 1 WHEN 'manager' THEN 2 ELSE 3 END AS rank FROM account`;

export function accessOf({ world }: Simulation): Access {
	return {
		closed: new Map(world.rows<{ said: string; key: string }>(CLOSED).map(({ said, key }) => [key, said])),
		ranks: new Map(world.rows<{ id: string; rank: number }>(RANKS).map(({ id, rank }) => [id, rank]))
	};
}

/** Right after a restore without a journal. @param before of the database that was replaced */
export function unreportedFaults(sim: Simulation, before: Access): string[] {
	const { world } = sim;
	const now = accessOf(sim);
	const detail = world.value<string>('SELECT detail FROM restore_report WHERE epoch = ?', world.store.epoch);
	const { undone } = JSON.parse(detail) as { undone: { what: string; id: string }[] };
	const said = new Set(undone.map(({ what, id }) => `${what} ${id}`));
	const lost = [
		...[...before.closed].filter(([key]) => !now.closed.has(key)).map(([, each]) => each),
		...[...now.ranks]
			.filter(([id, rank]) => rank > (before.ranks.get(id) ?? rank))
			.map(([id]) => `account_demoted ${id}`)
	];
	const trusted = world.rows<{ id: string }>(
		`SELECT id FROM device WHERE status = 'active' AND unconfirmed_at IS NULL`
	);
	return [
		...lost.filter((each) => !said.has(each)).map((each) => `I33 ${each} was undone by a restore that does not say so`),
		...trusted.map(({ id }) => `I33 ${id} is trusted right after a restore without a journal`)
	];
}
