/** Once a day: how large the database is, and how many rows the tables that grow have. `ops stats` tells the growth from it. */
import { localDate } from '#lib/domain/week.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import type { Job } from './job.ts';

/** Tables that grow with use; the others stay small. */
export const GROWING = [
	'carton',
	'carton_event',
	'change',
	'job_run',
	'mail_message',
	'mutation_result',
	'shipment',
	'timeline'
] as const;

const KEPT_DAYS = 400;

export const sizeSampleJob: Job = {
	name: 'size-sample',
	schedule: '50 23 * * *',
	async run({ store, clock }, { dryRun }) {
		const now = clock();
		const { bytes, tables } = store.read((db) => readSizes(db));
		if (!dryRun) {
			const dayOf = (at: Date) => localDate(at.toISOString(), store.siteTimeZone);
			const oldest = dayOf(new Date(now.getTime() - KEPT_DAYS * 86_400_000));
			await store.write((db) => {
				sql(
					db,
					`INSERT INTO size_sample (day, bytes, tables) VALUES (?, ?, ?)
					 ON CONFLICT (day) DO UPDATE SET bytes = excluded.bytes, tables = excluded.tables`
				).run(dayOf(now), bytes, JSON.stringify(tables));
				sql(db, `DELETE FROM size_sample WHERE day < ?`).run(oldest);
			});
		}
		return { counts: { bytes, ...tables } };
	}
};

/** The size of the database and the rows of its growing tables. */
export function readSizes(db: Database): { bytes: number; tables: Record<string, number> } {
	const { bytes } = sql<{ bytes: number }>(
		db,
		`SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`
	).get()!;
	const rows = GROWING.map((table) => [table, sql<{ n: number }>(db, `SELECT count(*) AS n FROM "${table}"`).get()!.n]);
	return { bytes, tables: Object.fromEntries(rows) as Record<string, number> };
}
