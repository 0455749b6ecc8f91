import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { copyFileSync, rmSync } from 'node:fs';
import { createWorld, type TestWorld } from '../../../../tests/support/world.ts';
import { openToRead } from '#lib/server/store/open.ts';
import { verifyDatabase, type Verified } from './verify-database.ts';

let world: TestWorld;
let copy: string;
let spoilt: string;

/** One of each: a delivered and closed case, an archived draft, a disputed shipment, loose cartons, a discarded one. */
beforeAll(async () => {
	world = await createWorld({ on: 'disk' });
	const { shipmentId } = await world.plannedShipment(3);
	for (const step of ['boarding_ok', 'received_correspondent', 'received_recipient'] as const)
		await world.track(shipmentId, step);
	await world.desk({ name: 'shipment.close', args: { shipmentId } });
	const archived = await world.shipment();
	await world.desk({ name: 'shipment.archive', args: { shipmentId: archived } });
	const disputed = await world.plannedShipment(2);
	const dispute = { shipmentId: disputed.shipmentId, disputeId: world.id() };
	await world.desk({ name: 'shipment.dispute', args: { ...dispute, reason: 'wet' } });
	await world.cartons(2, 'packed');
	const [empty] = await world.cartons(1, 'draft');
	await world.desk({ name: 'carton.discard', args: { cartonId: empty! } });
	await (await world.phone('r1')).hello();
	await world.store.close();
	copy = `${world.file}.sound`;
	copyFileSync(world.file, copy);
});
afterAll(async () => {
	await world.restart();
	await world.close();
});
beforeEach(() => copyFileSync(copy, (spoilt = `${world.file}.spoilt`)));
afterEach(() => rmSync(spoilt, { force: true }));

function verified(): Verified {
	const db = openToRead(spoilt);
	try {
		return verifyDatabase(db, world.now());
	} finally {
		db.close();
	}
}

/** As a hand at the keyboard would, with or without the triggers that follow it. */
function spoil(text: string, withTriggers = false): void {
	const db = new Database(spoilt);
	db.pragma('foreign_keys = OFF');
	if (!withTriggers) {
		const triggers = db.prepare<[], { name: string; sql: string }>(
			`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`
		);
		const made = triggers.all();
		for (const { name } of made) db.exec(`DROP TRIGGER ${name}`);
		db.exec(text);
		for (const { sql } of made) db.exec(sql);
	} else db.exec(text);
	db.close();
}

describe('ops verify', () => {
	test('finds nothing in what the rules made', () => {
		const parts = new Set<string>();
		const db = openToRead(spoilt);
		const found = verifyDatabase(db, world.now(), (part) => parts.add(part));
		db.close();
		expect(found).toEqual({ cartons: 8, shipments: 3, byRule: {}, findings: [] });
		expect([...parts]).toEqual(['the file', 'cartons', 'shipments', 'mutations', 'scopes', 'digests']);
	});

	const one = (table: string, where = '1') => `(SELECT id FROM ${table} WHERE ${where} LIMIT 1)`;
	const loose = one('carton', `status = 'packed'`);
	const closed = one('shipment', 'closed_at IS NOT NULL');
	test.for<[rule: string, text: string, says: RegExp]>([
		['C12', `UPDATE shipment SET cartons_total = 9 WHERE id = ${closed}`, /counts 9 cartons of 3/],
		['C12', `UPDATE carton SET status = 'assigned' WHERE id = ${loose}`, /is assigned without a shipment/],
		[
			'C11',
			`UPDATE carton SET status = 'picking' WHERE id = ${loose}`,
			/is picking where its history ends with packed/
		],
		['C11', `DELETE FROM carton_event WHERE carton_id = ${loose}`, /has no history/],
		[
			'C11',
			`DELETE FROM carton_event WHERE carton_id = ${loose} AND from_status IS NULL`,
			/where it was not yet there/
		],
		['C11', `DELETE FROM carton WHERE id = ${loose}`, /has a history and no carton/],
		['C11', `UPDATE shipment SET closed_at = NULL, closed_by = NULL WHERE id = ${closed}`, /closedAt null where/],
		['C11', `UPDATE shipment SET dispute_id = NULL WHERE dispute_id IS NOT NULL`, /disputeId null where/],
		['T4', `DELETE FROM timeline WHERE shipment_id = ${closed} AND ordinal = 2`, /a hole or a double/],
		['S1', `UPDATE shipment SET ready_at = NULL WHERE status = 'planned'`, /was never ready/],
		['I2', `UPDATE replica SET lmid = lmid + 1 WHERE lmid > 0`, /has lmid \d+, \d+ decided mutations/],
		['I2', `DELETE FROM mutation_result WHERE mid = 1`, /decided mutations/],
		[
			'I15',
			`UPDATE contact SET name = 'by hand' WHERE id = 'c-shipper'`,
			/contacts c-shipper was changed beside its hash/
		],
		['I15', `UPDATE digest_sum SET sum = sum + 1 WHERE "table" = 'contacts'`, /\* contacts sums to/],
		['I15', `UPDATE digest_sum SET count = 99 WHERE "table" = 'contacts'`, /\* contacts counts 99 rows of 3/],
		['I15', `UPDATE in_scope SET digest = 1 WHERE row_id = 'c-shipper'`, /adds another digest/],
		['I15', `DELETE FROM digest_sum WHERE "table" = 'contacts'`, /has 3 rows and no sum/],
		['I27', `DELETE FROM in_scope WHERE row_id = 'c-shipper'`, /contacts c-shipper is not sent to \*/],
		['I27', `DELETE FROM in_scope WHERE row_id = ${loose}`, /is not sent to warehouse:w-paris/],
		[
			'I27',
			`INSERT INTO in_scope (scope, "table", row_id, digest) VALUES ('warehouse:w-lyon', 'cartons', ${loose}, 0)`,
			/is sent in vain to warehouse:w-lyon/
		],
		['I27', `DELETE FROM in_scope WHERE "table" = 'shipments' AND row_id = ${closed}`, /shipments .* is not sent to \*/]
	])('[%s] names what was changed behind its back: %s', ([rule, text, says]) => {
		spoil(text);
		const { findings, byRule } = verified();
		expect(byRule[rule]).toBeGreaterThan(0);
		const found = findings.find((finding) => says.test(finding.says));
		expect(found, JSON.stringify(findings)).toBeDefined();
		expect(found!.id).not.toBe('');
	});

	test('[I34] names a trigger that is missing', () => {
		spoil('DROP TRIGGER feed_carton_insert', true);
		expect(verified().findings).toMatchObject([{ rule: 'I34', id: 'feed_carton_insert' }]);
	});

	test('names what SQLite complains of', () => {
		spoil(
			'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id)); INSERT INTO c VALUES (1)',
			true
		);
		expect(verified().byRule).toEqual({ file: 1 });
	});

	test('a row that waits for its hash is no difference', () => {
		spoil(`UPDATE contact SET name = 'by hand' WHERE id = 'c-shipper'`, true);
		expect(verified().findings).toEqual([]);
	});

	test('[I27] a case that was closed long ago may have left the phones, with all that belongs to it', () => {
		spoil(
			`UPDATE shipment SET closed_at = '2020-01-01T00:00:00.000Z' WHERE closed_at IS NOT NULL;
			 DELETE FROM in_scope WHERE "table" = 'shipments' AND row_id = ${closed}`,
			true
		);
		expect(verified().byRule).not.toHaveProperty('I27');
	});

	test('counts all and keeps the first hundred of a rule', () => {
		spoil(
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
			 INSERT INTO in_scope (scope, "table", row_id, digest) SELECT '*', 'contacts', 'nobody-' || i, 0 FROM n`
		);
		const { byRule, findings } = verified();
		expect(byRule['I27']).toBe(300);
		expect(findings.filter(({ rule }) => rule === 'I27')).toHaveLength(100);
	});
});
