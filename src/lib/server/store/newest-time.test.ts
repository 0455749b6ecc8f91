import { expect, test } from 'vitest';
import { openServer } from '../../../../tests/support/server.ts';

const DAY_MS = 86_400_000;
const told = async (server: Awaited<ReturnType<typeof openServer>>): Promise<boolean> =>
	(await server.world.metrics.registry.metrics()).includes('clock_behind');

test('a server whose clock went back by more than a day says so as it starts, and serves all the same', async () => {
	const server = await openServer({ LOG_LEVEL: 'error' });
	try {
		await server.account('manager', 'manager');
		await server.raw(
			`INSERT INTO job_run (id, job, state, asked_by, asked_at) VALUES ('1', 'late', 'pending', 'schedule', ?)`,
			server.now.toISOString()
		);
		server.advance(-DAY_MS / 2);
		await server.restart();
		expect(await told(server)).toBe(false);
		server.advance(-DAY_MS);
		await server.restart();
		expect(await told(server)).toBe(true);
		expect((await server.signIn('manager')).kind).toBe('ok');
	} finally {
		await server.close();
	}
});
