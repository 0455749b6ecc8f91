import { expect, test } from 'vitest';
import { AT } from '../../../tests/support/floor-rows.ts';
import { FakeReplica } from '../../../tests/support/fake-replica.ts';
import type { SyncStatus } from '#lib/sync/client.ts';
import { queueLines, serverLines, storageLines, type CheckLine } from './device-lines.ts';

const GB = 1024 ** 3;
const here = { now: Date.parse(AT), timeZone: 'Europe/Paris' };
const ago = (minutes: number) => new Date(here.now - minutes * 60_000).toISOString();
const status = (change: Partial<SyncStatus> = {}): SyncStatus => ({ ...new FakeReplica().current, ...change });
const bad = (lines: CheckLine[]) => lines.filter(({ tone }) => tone !== 'ok').map(({ name }) => name);
const server = (change: Partial<SyncStatus> = {}, offset = 0, codesLeft = 20) =>
	serverLines(status(change), { offset, codesLeft }, here);

test('[ux] a phone that is well says so line by line, and asks for nothing', () => {
	const lines = [
		...storageLines({ used: GB, quota: 10 * GB, persisted: true }),
		...queueLines(status(), here),
		...server()
	];
	expect(bad(lines)).toEqual([]);
	expect(lines.every(({ advice, value }) => advice === null && value !== '')).toBe(true);
});

test('[ux] what is not well comes with what to do', () => {
	const lines = [
		...storageLines({ used: 10 * GB - 1, quota: 10 * GB, persisted: false }),
		...queueLines(status({ pending: 2, oldestPendingAt: ago(61), rejected: 1, lostScans: 3 }), here),
		...server({ connection: 'offline', offlineSince: ago(14), dataAt: null, headMatches: false }, -300_000, 19)
	];
	const without = lines.filter(({ tone, advice }) => tone !== 'ok' && advice === null).map(({ name }) => name);
	expect(without).toEqual(['Le plus ancien']);
	expect(bad(lines)).toHaveLength(11);
});

test('[I18] how long the queue waits turns a remark into a warning', () => {
	const toneAt = (minutes: number) => queueLines(status({ pending: 1, oldestPendingAt: ago(minutes) }), here)[0]!.tone;
	expect([toneAt(1), toneAt(60), toneAt(61)]).toEqual(['warn', 'warn', 'no']);
	expect(queueLines(status({ lostScans: 3 }), here)[0]).toMatchObject({ tone: 'no', value: '3' });
});

test('[I25] the clock: late, early, by how much', () => {
	const clockAt = (offset: number) => server({}, offset).find(({ name }) => name === 'Horloge')!;
	expect(clockAt(-1400)).toMatchObject({ value: 'À l’heure', tone: 'ok' });
	expect(clockAt(90_000)).toMatchObject({ value: 'En retard de 90 s', tone: 'ok' });
	expect(clockAt(-400 * 86_400_000)).toMatchObject({ value: 'En avance de 400 j', tone: 'warn' });
});

test('a browser that does not tell its room is not called full', () => {
	expect(bad(storageLines({ used: null, quota: null, persisted: true }))).toEqual([]);
});
