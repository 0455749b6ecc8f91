/** A destination as a filter names it: `ABJ Abidjan`. Read-only. */
import { m } from '#lib/paraglide/messages.js';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';

/** One that does not exist is called unknown: an address may hold anything. Null is no filter. */
export function destinationName({ read }: Pick<Store, 'read'>, id: string | null): string | null {
	if (id === null) return null;
	const found = read((db) =>
		sql<{ name: string }>(db, `SELECT iata || ' ' || city AS name FROM destination WHERE id = ?`).get(id)
	);
	return found?.name ?? m.lists_destination_unknown();
}
