/**
 * The change feed, the membership of rows in scopes and the digest sums, as triggers: no screen, job, script or hand-typed
 * statement can bypass them (I34). They are no part of migrations, because Prisma's table rebuild drops them silently; after
 * every migrate and at every start they are made anew from this one table and compared with what the database then holds.
 *
 *   row inserted or updated ──▶ one `change` per scope it is in ──▶ (version not raised? raise it, forget the hash)
 *   membership changed      ──▶ in_scope row added (`put`) or removed (`gone`) ──▶ digest_sum
 */
import type { Database } from 'better-sqlite3';
import { DIGEST_MODULUS } from './digest-sums.ts';
import { sql } from './sql.ts';
import { StartRefusal } from './start-refusal.ts';
import { ALL_TABLES, type TableSpec } from './synced-tables.ts';

/** Everything that this module makes in the database starts with it. */
const PREFIX = 'feed_';

interface Made {
	type: 'trigger' | 'index';
	name: string;
	text: string;
}

const trigger = (name: string, when: string, ...body: string[]): Made => ({
	type: 'trigger',
	name: PREFIX + name,
	text: `CREATE TRIGGER ${PREFIX}${name} ${when} BEGIN ${body.map((statement) => `${statement};`).join(' ')} END`
});
const index = (name: string, on: string): Made => ({
	type: 'index',
	name: PREFIX + name,
	text: `CREATE INDEX ${PREFIX}${name} ON ${on}`
});

const put = (table: string, row: string) =>
	`INSERT INTO change (scope, "table", row_id, op) SELECT scope, '${table}', ${row}, 'put' FROM in_scope WHERE "table" = '${table}' AND row_id = ${row}`;
const forgetDigest = (table: string, row: string) =>
	`UPDATE in_scope SET digest = NULL WHERE "table" = '${table}' AND row_id = ${row}`;
const leave = (table: string, row: string) => `DELETE FROM in_scope WHERE "table" = '${table}' AND row_id = ${row}`;

/** Adds the rows of `select` (scope, row_id) that are not there yet. `OR IGNORE` would obey the outer statement's clause. */
const enter = (table: string, select: string) =>
	`INSERT INTO in_scope (scope, "table", row_id) SELECT wanted.scope, '${table}', wanted.row_id FROM (${select}) AS wanted ` +
	`WHERE wanted.scope IS NOT NULL AND NOT EXISTS (SELECT 1 FROM in_scope AS had WHERE had."table" = '${table}' AND had.row_id = wanted.row_id AND had.scope = wanted.scope)`;

const scopeOfShipment = (id: string) => `(SELECT scope FROM in_scope WHERE "table" = 'shipments' AND row_id = ${id})`;
/** Live: not discarded, and unlinked or with a shipment that is itself in scope. */
const scopeOfCarton = (carton: string) =>
	`CASE WHEN ${carton}.discarded_at IS NOT NULL THEN NULL WHEN ${carton}.shipment_id IS NULL THEN 'warehouse:' || ${carton}.warehouse_id ELSE ${scopeOfShipment(`${carton}.shipment_id`)} END`;

/** What each kind of membership needs besides the feed itself. */
const MEMBERSHIP: Record<TableSpec['membership'], (spec: TableSpec) => { onInsert: string[]; more: Made[] }> = {
	everywhere: ({ table }) => ({ onInsert: [enter(table, `SELECT '*' AS scope, NEW.id AS row_id`)], more: [] }),
	shipment: ({ table }) => ({
		onInsert: [
			enter(table, `SELECT '*' AS scope, NEW.id AS row_id WHERE NEW.archived_at IS NULL AND NEW.closed_at IS NULL`)
		],
		more: [
			trigger(
				'shipment_enter',
				'AFTER UPDATE OF archived_at, closed_at ON shipment WHEN NEW.archived_at IS NULL AND NEW.closed_at IS NULL',
				enter(table, `SELECT '*' AS scope, NEW.id AS row_id`)
			),
			// A closed one stays for 30 days (`leaveScope`); an archived one leaves at once.
			trigger(
				'shipment_leave',
				'AFTER UPDATE OF archived_at ON shipment WHEN NEW.archived_at IS NOT NULL',
				leave(table, 'NEW.id')
			),
			// T5: an old tracking link can say that it was renewed.
			trigger(
				'shipment_token',
				'AFTER UPDATE OF tracking_token ON shipment WHEN OLD.tracking_token IS NOT NULL AND NEW.tracking_token IS NOT OLD.tracking_token',
				`INSERT INTO revoked_token (token, shipment_id, revoked_at) SELECT OLD.tracking_token, NEW.id, strftime('%Y-%m-%dT%H:%M:%fZ') WHERE NOT EXISTS (SELECT 1 FROM revoked_token WHERE token = OLD.tracking_token)`
			)
		]
	}),
	carton: ({ table }) => ({
		onInsert: [enter(table, `SELECT ${scopeOfCarton('NEW')} AS scope, NEW.id AS row_id`)],
		more: [
			trigger(
				'carton_move',
				'AFTER UPDATE OF shipment_id, warehouse_id, discarded_at ON carton WHEN NEW.shipment_id IS NOT OLD.shipment_id OR NEW.warehouse_id IS NOT OLD.warehouse_id OR NEW.discarded_at IS NOT OLD.discarded_at',
				`${leave(table, 'NEW.id')} AND scope IS NOT (${scopeOfCarton('NEW')})`,
				enter(table, `SELECT ${scopeOfCarton('NEW')} AS scope, NEW.id AS row_id`)
			)
		]
	}),
	timeline: ({ table }) => ({
		onInsert: [enter(table, `SELECT ${scopeOfShipment('NEW.shipment_id')} AS scope, NEW.id AS row_id`)],
		more: []
	})
};

function feedOf(spec: TableSpec): Made[] {
	const { table, sqlName, columns } = spec;
	const { onInsert, more } = MEMBERSHIP[spec.membership](spec);
	// Re-hashing a row names `content_hash` alone, so it is no change of the row.
	const content = [...columns.map(({ column }) => column), 'version'].join(', ');
	return [
		trigger(
			`${sqlName}_insert`,
			`AFTER INSERT ON ${sqlName}`,
			put(table, 'NEW.id'),
			forgetDigest(table, 'NEW.id'),
			...onInsert
		),
		trigger(
			`${sqlName}_update`,
			`AFTER UPDATE ON ${sqlName} WHEN NEW.version IS NOT OLD.version`,
			put(table, 'NEW.id')
		),
		// A statement that knows nothing of versions and hashes: raise the one, forget the other.
		trigger(
			`${sqlName}_version`,
			`AFTER UPDATE OF ${content} ON ${sqlName} WHEN NEW.version IS OLD.version OR NEW.content_hash IS OLD.content_hash`,
			`UPDATE ${sqlName} SET version = OLD.version + 1, content_hash = NULL WHERE id = NEW.id`,
			forgetDigest(table, 'NEW.id')
		),
		trigger(
			`${sqlName}_id`,
			`BEFORE UPDATE OF id ON ${sqlName} WHEN NEW.id IS NOT OLD.id`,
			`SELECT RAISE(ABORT, 'the id of a synced row never changes')`
		),
		trigger(`${sqlName}_delete`, `AFTER DELETE ON ${sqlName}`, leave(table, 'OLD.id')),
		...more
	];
}

const SCOPES: Made[] = [
	trigger(
		'scope_insert',
		'AFTER INSERT ON in_scope',
		`INSERT INTO change (scope, "table", row_id, op) VALUES (NEW.scope, NEW."table", NEW.row_id, 'put')`,
		`INSERT INTO digest_sum (scope, "table", count, sum) SELECT NEW.scope, NEW."table", 0, 0 WHERE NOT EXISTS (SELECT 1 FROM digest_sum WHERE scope = NEW.scope AND "table" = NEW."table")`,
		`UPDATE digest_sum SET count = count + 1, sum = (sum + coalesce(NEW.digest, 0)) % ${DIGEST_MODULUS} WHERE scope = NEW.scope AND "table" = NEW."table"`
	),
	trigger(
		'scope_delete',
		'AFTER DELETE ON in_scope',
		`INSERT INTO change (scope, "table", row_id, op) VALUES (OLD.scope, OLD."table", OLD.row_id, 'gone')`,
		`UPDATE digest_sum SET count = count - 1, sum = (sum - coalesce(OLD.digest, 0) + ${DIGEST_MODULUS}) % ${DIGEST_MODULUS} WHERE scope = OLD.scope AND "table" = OLD."table"`
	),
	trigger(
		'scope_digest',
		'AFTER UPDATE OF digest ON in_scope WHEN NEW.digest IS NOT OLD.digest',
		`UPDATE digest_sum SET sum = (sum + coalesce(NEW.digest, 0) - coalesce(OLD.digest, 0) + ${DIGEST_MODULUS}) % ${DIGEST_MODULUS} WHERE scope = NEW.scope AND "table" = NEW."table"`
	),
	// A shipment takes all its cartons and its timeline along, both ways.
	trigger(
		'scope_shipment_insert',
		`AFTER INSERT ON in_scope WHEN NEW."table" = 'shipments'`,
		enter(
			'cartons',
			`SELECT NEW.scope AS scope, id AS row_id FROM carton WHERE shipment_id = NEW.row_id AND discarded_at IS NULL`
		),
		enter('timeline', `SELECT NEW.scope AS scope, id AS row_id FROM timeline WHERE shipment_id = NEW.row_id`)
	),
	trigger(
		'scope_shipment_delete',
		`AFTER DELETE ON in_scope WHEN OLD."table" = 'shipments'`,
		`DELETE FROM in_scope WHERE "table" = 'cartons' AND scope = OLD.scope AND row_id IN (SELECT id FROM carton WHERE shipment_id = OLD.row_id)`,
		`DELETE FROM in_scope WHERE "table" = 'timeline' AND scope = OLD.scope AND row_id IN (SELECT id FROM timeline WHERE shipment_id = OLD.row_id)`
	)
];

/**
 * No phone keeps refusals: their news is for pages at the desk, which read anew whatever changed; and, when one is settled,
 * for the phone that handed it over, which asks then what was done.
 */
const DESK: Made[] = [
	...['INSERT', 'UPDATE'].map((event) =>
		trigger(
			`refusal_${event.toLowerCase()}`,
			`AFTER ${event} ON refusal`,
			`INSERT INTO change (scope, "table", row_id, op) VALUES ('desk', 'refusals', NEW.id, 'put')`
		)
	),
	trigger(
		'refusal_settled',
		'AFTER UPDATE OF settled_at ON refusal WHEN OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL',
		`INSERT INTO change (scope, "table", row_id, op) SELECT 'replica:' || replica_id, 'refusals', NEW.id, 'put' FROM mutation_result WHERE uid = NEW.id`
	)
];

/** A row of the integrations' feed: `type` and `at` are SQL over NEW. Its `seq` is the order of commit: there is one writer. */
const tell = (name: string, table: string, type: string, id: string, at: string) =>
	trigger(
		`told_${name}`,
		`AFTER INSERT ON ${table}`,
		`INSERT INTO integration_event (id, type, row_id, at) VALUES (${id}, ${type}, NEW.id, ${at})`
	);

/** What integrations are told (docs/api.md), and the deliveries to the webhooks that asked for it, in the same transaction. */
const INTEGRATIONS: Made[] = [
	tell('carton', 'carton_event', `'carton.status'`, 'NEW.id', 'NEW.received_at'),
	tell('timeline', 'timeline', `'shipment.' || NEW.kind`, 'NEW.id', 'NEW.received_at'),
	tell('shipment', 'shipment', `'shipment.create'`, `NEW.id || '.create'`, 'NEW.created_at'),
	trigger(
		'webhook_queue',
		'AFTER INSERT ON integration_event',
		`INSERT INTO webhook_delivery (id, webhook_id, seq, event_id, type, due_at, created_at) ` +
			`SELECT id || ':' || NEW.seq, id, NEW.seq, NEW.id, NEW.type, NEW.at, NEW.at FROM webhook ` +
			`WHERE state IN ('active', 'held') AND EXISTS (SELECT 1 FROM json_each(webhook.events) WHERE value = NEW.type)`
	)
];

/** Indexes that Prisma's schema cannot say: partial ones, empty or tiny, and those that compare codes without case (R4). */
const INDEXES: Made[] = [
	index('in_scope_undigested', 'in_scope ("table", row_id) WHERE digest IS NULL'),
	index('mutation_refused', `mutation_result (replica_id, mid) WHERE status IN ('rejected', 'dead')`),
	index('mutation_undoes', 'mutation_result (undoes) WHERE undoes IS NOT NULL'),
	index('product_sku', 'product (upper(sku))'),
	index('product_barcode', 'product (upper(barcode))')
];

const ALL: readonly Made[] = [...ALL_TABLES.flatMap(feedOf), ...SCOPES, ...DESK, ...INTEGRATIONS, ...INDEXES];

function existing(db: Database): Map<string, { type: string; text: string }> {
	const rows = sql<{ type: string; name: string; sql: string }>(
		db,
		`SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND substr(name, 1, ${PREFIX.length}) = '${PREFIX}'`
	).all();
	return new Map(rows.map((row) => [row.name, { type: row.type, text: row.sql }]));
}

/** Inside a transaction: before tables are rebuilt, and before the feed is made anew. */
export function dropFeed(db: Database): void {
	for (const [name, { type }] of existing(db)) db.exec(`DROP ${type.toUpperCase()} ${name}`);
}

/** Makes every trigger and index of the feed anew, in one transaction, and checks them. @throws StartRefusal */
export function installFeed(db: Database, file: string): void {
	db.transaction(() => {
		dropFeed(db);
		for (const { text } of ALL) db.exec(text);
	}).immediate();
	checkFeed(db, file);
}

/** [I34] What of the feed is missing in the database, or different there. */
export function feedFaults(db: Database): string[] {
	const found = existing(db);
	return ALL.filter(({ name, text }) => found.get(name)?.text !== text).map(({ name }) => name);
}

/** @throws StartRefusal naming what is missing or different */
export function checkFeed(db: Database, file: string): void {
	const wrong = feedFaults(db);
	if (wrong.length > 0) {
		throw new StartRefusal(
			'feed_incomplete',
			file,
			`the change feed lacks ${wrong.join(', ')}, so that phones would miss changes.`,
			'Start again; if it stays, restore a backup.'
		);
	}
}
