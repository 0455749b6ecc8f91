import { expect, test, vi } from 'vitest';
import { MemoryStore } from '../../../tests/sync/memory-store.ts';
import * as loops from './loops.ts';
import type { Answer } from './ports.ts';
import { Replica } from './replica.ts';

test('[I17, I19] loops that cannot be loaded are asked for again', async () => {
	const silent = (): Promise<Answer<never>> => Promise.resolve({ kind: 'silent', why: 'offline' });
	const hello = vi.fn(silent);
	const waiting: (() => void)[] = [];
	let isThere = false;
	const replica = new Replica(
		{
			store: new MemoryStore(),
			transport: { hello, push: silent, heal: silent, pull: silent, digest: silent, snapshot: silent, me: silent },
			timers: { after: (_ms, run) => (waiting.push(run), () => undefined) },
			clock: { now: () => 0 },
			random: { fraction: () => 0, bytes16: () => new Uint8Array(16) },
			lock: { start: (onHeld) => onHeld(), stop: () => undefined },
			peers: { tell: () => undefined, listen: () => undefined, close: () => undefined },
			news: { open: () => undefined, close: () => undefined }
		},
		{
			appVersion: 'test',
			onLine: () => undefined,
			loops: () => (isThere ? Promise.resolve(loops) : Promise.reject(new TypeError('no such part')))
		}
	);
	await replica.start();
	await vi.waitFor(() => expect(waiting).toHaveLength(1));
	expect(replica.line()).toMatchObject({ connection: 'syncing', waits: null });
	expect(await replica.compareDigests()).toBeNull();
	await expect(replica.dismiss('uid')).rejects.toThrow('no such part');
	expect(hello).not.toHaveBeenCalled();

	isThere = true;
	waiting.pop()!();
	await vi.waitFor(() => expect(hello).toHaveBeenCalled());
	await vi.waitFor(() => expect(replica.line()).toMatchObject({ connection: 'offline', waits: 'offline' }));
	expect(await replica.dismiss('uid')).toBe(false);
	replica.stop();
});
