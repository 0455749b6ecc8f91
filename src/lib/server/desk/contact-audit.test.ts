import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { codeOf } from '#lib/domain/contact-audit.ts';
import { openReadClient, type ReadClient } from '#lib/server/store/read-client.ts';
import { createWorld, SEEDED, type TestWorld } from '../../../../tests/support/world.ts';
import { mendContacts, readAudit } from './contact-audit.ts';

// A database for each: slow where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NAME = SEEDED.shipper;
let world: TestWorld;
let reader: ReadClient;

beforeEach(async () => {
	world = await createWorld({ on: 'disk', defaultShipper: NAME });
	reader = openReadClient(world.file);
});
afterEach(async () => {
	await reader.$disconnect();
	await world.close();
});

test('[P7] mends what has one right answer, as a job in the log, and leaves the rest', async () => {
	const shipmentId = await world.shipment();
	await world.raw(`UPDATE contact SET linked_shipper_ids = '[]' WHERE id = ?`, SEEDED.recipient);
	await world.raw(
		`UPDATE contact SET roles = '["donor"]', destination_ids = '["d-x"]' WHERE id = ?`,
		SEEDED.correspondent
	);
	const before = (await readAudit(reader, NAME)).map(codeOf);
	expect(before).toEqual(['correspondent_without_role', 'recipient_without_shipper', 'contact_role_missing']);

	const { applied, left } = await mendContacts(world.store, reader, NAME);
	// The role first; then the scope, which only a second look shows.
	expect(applied.map(codeOf)).toEqual([
		'correspondent_without_role',
		'recipient_without_shipper',
		'correspondent_out_of_scope'
	]);
	expect(left).toEqual([]);
	const [row] = world.rows<Record<string, string>>('SELECT * FROM contact WHERE id = ?', SEEDED.correspondent);
	expect(JSON.parse(row!['roles']!)).toEqual(['donor', 'correspondent']);
	expect(JSON.parse(row!['destination_ids']!)).toEqual(['d-x', SEEDED.destination]);
	expect(JSON.parse(row!['changed']!)).toMatchObject({ roles: { by: 'audit-contacts' } });
	expect(
		world.rows(`SELECT DISTINCT replica_id, actor_id, status FROM mutation_result WHERE name = 'contact.save'`)
	).toEqual([{ replica_id: 'job:audit-contacts', actor_id: 'job:audit-contacts', status: 'ok' }]);

	await world.raw(`UPDATE contact SET destination_ids = '["d-x"]' WHERE id = ?`, SEEDED.shipper);
	const again = await mendContacts(world.store, reader, NAME);
	expect(again.applied).toEqual([]);
	expect(again.left).toMatchObject([{ shipment: { id: shipmentId }, rejection: { code: 'shipper_out_of_scope' } }]);
});
