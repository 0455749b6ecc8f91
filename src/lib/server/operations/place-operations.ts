/** What a new installation lacks before the first carton: a warehouse to be in. Everything else is made at the desk. */
import { z } from 'zod';
import { sql } from '#lib/server/store/sql.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { operation, type Operation } from './operation.ts';

export const PLACE_OPERATIONS: Readonly<Record<string, Operation>> = {
	'places.warehouse': operation(
		z.object({
			code: z
				.string()
				.trim()
				.toUpperCase()
				.regex(/^[A-Z0-9-]{2,12}$/, 'A code has 2 to 12 letters, digits or hyphens.'),
			name: z.string().trim().min(1, 'A warehouse needs a name: --name').max(80),
			dryRun: z.boolean()
		}),
		async ({ store }, { code, name, dryRun }) => {
			const known = store.read((db) =>
				sql<{ id: string; name: string }>(db, 'SELECT id, name FROM warehouse WHERE code = ?').get(code)
			);
			const is = known === undefined ? 'made' : known.name === name ? 'as it was' : 'renamed';
			if (!dryRun && is !== 'as it was')
				await store.saveReference('warehouses', [{ id: known?.id ?? newUuid(), code, name }]);
			const lines = [`Warehouse ${code}, ${name}: ${dryRun && is !== 'as it was' ? `would be ${is}` : is}.`];
			return { exitCode: 0, lines, json: { code, name, is, dryRun } };
		}
	)
};
