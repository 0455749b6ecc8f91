/**
 * [P5] Which contact the setting `DEFAULT_SHIPPER` names, inside the transaction that decides: the batch's own rows count
 * before those that are stored.
 */
import type { World } from '#lib/domain/decision.ts';
import { isDefaultShipper } from '#lib/domain/party-scope.ts';
import { readWhere } from '#lib/server/store/rows.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** The id of the oldest one; null where no active shipper has that name. */
export function findDefaultShipper(db: Database, world: World, name: string): string | null {
	const rows = new Map(readWhere(db, 'contacts', 'active = 1').map(({ row }) => [row.id, row]));
	for (const [id, row] of world.contacts) rows.set(id, row);
	const ids = [...rows.values()].filter((row) => isDefaultShipper(row, name)).map(({ id }) => id);
	return ids.sort()[0] ?? null;
}
