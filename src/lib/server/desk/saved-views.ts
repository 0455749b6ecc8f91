/**
 * Lists as a person likes to see them: the address parameters of a list under a name of their own. They follow their person
 * from one browser to the next; nobody else sees them.
 */
import { z } from 'zod';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';

export interface SavedView {
	id: string;
	name: string;
	/** As it stands behind the question mark. */
	query: string;
}

/** Enough for anybody, and an end for a script. */
const MAX_VIEWS = 40;
/** Where one was on the list is no part of a view. */
const PASSING = ['page', 'open', 'before', 'after'];

const viewForm = z.object({ name: z.string().trim().min(1).max(60), query: z.string().max(1000) });

export const readViews = (reader: PrismaClient, personId: string, page: string): Promise<SavedView[]> =>
	reader.savedView.findMany({
		where: { personId, page },
		select: { id: true, name: true, query: true },
		orderBy: { name: 'asc' }
	});

/** What of an address makes a view: its parameters in a fixed order, so that the same view reads the same. */
export function viewQuery(params: URLSearchParams): string {
	const kept = new URLSearchParams([...params].filter(([name, value]) => value !== '' && !PASSING.includes(name)));
	kept.sort();
	return kept.toString();
}

/** Saves under a name; the same name is saved anew. @returns false where the form is incomplete or there is no room left */
export async function saveView(
	store: Pick<Store, 'write'>,
	personId: string,
	page: string,
	fields: Record<string, unknown>,
	now: Date
): Promise<boolean> {
	const parsed = viewForm.safeParse(fields);
	if (!parsed.success) return false;
	const { name } = parsed.data;
	const query = viewQuery(new URLSearchParams(parsed.data.query));
	return store.write((db) => {
		const { changes } = sql(
			db,
			`INSERT INTO saved_view (id, person_id, page, name, query, created_at)
			 SELECT ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM saved_view WHERE person_id = ? AND page = ? AND name <> ?) < ${MAX_VIEWS}
			 ON CONFLICT (person_id, page, name) DO UPDATE SET query = excluded.query`
		).run(newUuid(), personId, page, name, query, now.toISOString(), personId, page, name);
		return changes > 0;
	});
}

/** Removes one's own view; somebody else's stays. */
export async function removeView(store: Pick<Store, 'write'>, personId: string, id: string): Promise<void> {
	await store.write((db) => sql(db, `DELETE FROM saved_view WHERE id = ? AND person_id = ?`).run(id, personId));
}
