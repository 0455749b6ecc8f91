/**
 * Fifty thousand shipments on the board with half a million cartons, for the desk's bench: copied within the database from
 * shipments that the rules made, with their timelines and cartons, so that every row is one that could be. Only for reading:
 * what syncs (feed, sums) is not made.
 */
import Database from 'better-sqlite3';

const SHIPMENTS = 50_000;
const CARTONS_EACH = 10;
/** How many days back plans reach, so that a week holds what a busy house plans. */
const DAYS = 700;

/** @param file a demo database whose server is stopped */
export function multiplyShipments(file: string): { shipments: number; cartons: number } {
	const db = new Database(file);
	const triggers = db
		.prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`)
		.all();
	const columns = (table: string) =>
		db
			.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
			.all()
			.map(({ name }) => name);
	/** Copies rows of a table; what `changes` names is an expression instead of the column. */
	const copy = (table: string, changes: Record<string, string>, from: string) => {
		const names = columns(table);
		const values = names.map((name) => changes[name] ?? `t."${name}"`);
		return `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join()}) SELECT ${values.join()} FROM ${from}`;
	};
	db.pragma('foreign_keys = OFF');
	for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
	db.transaction(() => {
		db.exec(`CREATE TEMP TABLE model AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM shipment
			WHERE status IN ('planned', 'shipped', 'received_correspondent', 'delivered') AND archived_at IS NULL`);
		const models = db.prepare(`SELECT count(*) FROM model`).pluck().get() as number;
		db.exec(`CREATE TEMP TABLE made AS WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${SHIPMENTS})
			SELECT i, printf('bench-%06d', i) AS id, (SELECT m.id FROM model m WHERE m.n = i % ${models}) AS model_id,
				printf('-%d minutes', i * ${DAYS * 24 * 60} / ${SHIPMENTS}) AS back FROM k`);
		const earlier = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', t.${column}, made.back)`;
		db.exec(
			copy(
				'shipment',
				{
					...{
						id: 'made.id',
						reference: `printf('25%05d', made.i)`,
						temporary_reference: 'NULL',
						content_hash: 'NULL'
					},
					...{ tracking_token: 'NULL', cartons_total: `${CARTONS_EACH}`, cartons_assigned: '0' },
					cartons_shipped: `CASE t.status WHEN 'planned' THEN 0 ELSE ${CARTONS_EACH} END`,
					cartons_labeled: `CASE t.status WHEN 'planned' THEN ${CARTONS_EACH} ELSE 0 END`,
					...{ latest_step_at: earlier('latest_step_at'), created_at: earlier('created_at') }
				},
				'made JOIN shipment t ON t.id = made.model_id'
			)
		);
		db.exec(
			copy(
				'timeline',
				{
					...{ id: `made.id || '.' || t.ordinal`, shipment_id: 'made.id', content_hash: 'NULL' },
					...{ occurred_at: earlier('occurred_at'), received_at: earlier('received_at') }
				},
				'made JOIN timeline t ON t.shipment_id = made.model_id'
			)
		);
		db.exec(`CREATE TEMP TABLE box AS SELECT id FROM carton WHERE status = 'shipped' LIMIT 1`);
		db.exec(
			`CREATE TEMP TABLE ten AS WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < ${CARTONS_EACH - 1}) SELECT i FROM k`
		);
		const code = `printf('B%06d%02d', made.i, ten.i)`;
		db.exec(
			copy(
				'carton',
				{
					...{ id: `made.id || '-' || ten.i`, code, held_code: code, content_hash: 'NULL', shipment_id: 'made.id' },
					status: `(SELECT CASE s.status WHEN 'planned' THEN 'labeled' ELSE 'shipped' END FROM shipment s WHERE s.id = made.id)`
				},
				'made CROSS JOIN ten JOIN carton t ON t.id = (SELECT id FROM box)'
			)
		);
	})();
	db.exec('ANALYZE');
	for (const { sql } of triggers) db.exec(sql);
	const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
	const counts = { shipments: count('shipment'), cartons: count('carton') };
	db.close();
	return counts;
}
