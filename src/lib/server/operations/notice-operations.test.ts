/** `ops notices` as the server performs it: each kind shown, queued once, and wrong use told apart. */
import { expect, test } from 'vitest';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { NoticeWorld, SETTINGS } from '../../../../tests/support/notices.ts';
import { perform } from './operations.ts';

const notices = NoticeWorld.forEachTest();
const { ask, queue, now } = notices;

const run = (args: object) => {
	const { reader, world } = notices;
	const place = { reader, store: world.store, settings: SETTINGS, clock: now };
	return perform(place as unknown as ServerWorld, 'notices.queue', { dryRun: false, ...args });
};

test('[B4] each kind is shown without being queued, then queued once', async () => {
	const { shipmentId } = await notices.world.plannedShipment();
	await ask();
	await ask({ kind: 'late' });
	await ask({ kind: 'daily' });
	notices.world.advance(100 * 3_600_000);
	const shipment = notices.world.value<string>('SELECT reference FROM shipment WHERE id = ?', shipmentId);
	const custom = { kind: 'custom', shipment, subject: 'Vol avancé', text: 'Vendredi.' };
	for (const args of [{ kind: 'late' }, { kind: 'daily' }, { kind: 'status', shipment }, custom]) {
		const shown = await run({ ...args, dryRun: true });
		expect(shown.json, args.kind).toMatchObject({ queued: 0, messages: [{ to: 'viewer@example.org', locale: 'fr' }] });
		expect(shown.lines[0]).toMatch(/^To: viewer@example\.org\nSubject: /);
		expect(queue().filter(({ kind }) => kind === args.kind)).toEqual([]);
		expect((await run(args)).json).toEqual({ kind: args.kind, queued: 1, before: 0 });
		expect((await run(args)).json).toEqual({ kind: args.kind, queued: 0, before: 1 });
	}
	expect((await run({ ...custom, shipment: undefined, destination: 'abj' })).json).toMatchObject({ queued: 1 });
});

test.each<[string, object, RegExp]>([
	['no such kind', { kind: 'often' }, /kind/],
	['status of nothing', { kind: 'status' }, /--shipment REFERENCE/],
	['status of what is not there', { kind: 'status', shipment: '999999' }, /no shipment "999999"/],
	['to nobody in particular', { kind: 'custom', subject: 'x', text: 'y' }, /to whom/],
	['to nowhere', { kind: 'custom', destination: 'XXX', subject: 'x', text: 'y' }, /no destination "XXX"/],
	['a header in it', { kind: 'custom', destination: 'ABJ', subject: 'x\r\nBcc: a@b.c', text: 'y' }, /--subject/]
])('%s is wrong use, and queues nothing', async (_what, args, message) => {
	await expect(run(args)).rejects.toMatchObject({ code: 'wrong_use', message: expect.stringMatching(message) });
	expect(queue()).toEqual([]);
});
