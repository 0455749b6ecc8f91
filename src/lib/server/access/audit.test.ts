import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { recordAudit } from './audit.ts';

let server: TestServer;
beforeEach(async () => (server = await openServer()));
afterEach(() => server.close());

const ENTRY = { at: '2026-03-02T08:00:00.000Z', actorId: null, act: 'device.revoke', subjectKind: 'device' } as const;

test('an act is recorded with who, what, whom and when, and its detail as JSON', async () => {
	await server.world.store.write((db) =>
		recordAudit(db, { ...ENTRY, actorId: 'admin', subjectId: 'd-1', detail: { queue: 3 } })
	);
	expect(server.rows('SELECT * FROM audit_event')).toEqual([
		{
			...{ id: expect.any(String), at: ENTRY.at, actor_id: 'admin', act: 'device.revoke' },
			...{ subject_kind: 'device', subject_id: 'd-1', detail: '{"queue":3}' }
		}
	]);
});

test('an act that does not happen leaves no record', async () => {
	const failing = server.world.store.write((db) => {
		recordAudit(db, { ...ENTRY, subjectId: 'd-1' });
		throw new Error('the act failed');
	});
	await expect(failing).rejects.toThrow('the act failed');
	expect(server.rows('SELECT * FROM audit_event')).toEqual([]);
});
