/** The restore report as an admin reads it: what came back, what is awaited, what is undone; and each act in the audit log. */
import { isActionFailure } from '@sveltejs/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restoreNotice } from '#lib/server/desk/restore-reports.ts';
import { beginHealing, reportRestore, type RestoreDetail } from '#lib/server/sync/restore-report.ts';
import { pageEvent, type Fields } from '../../../../../tests/support/page-event.ts';
import { openServer, type TestServer } from '../../../../../tests/support/server.ts';
import { actions as deviceActions } from '../devices/+page.server.ts';
import { actions, load } from './+page.server.ts';
import type { PageServerData } from './$types';

const JOURNAL = { transactions: 4, until: '2026-03-02T07:59:00.000Z', holes: [], refused: {}, isCut: false };
const TOLD: RestoreDetail = { backupMadeAt: '2026-03-01T02:00:00.000Z', journal: null, undone: [], lostMutations: 0 };

let server: TestServer;
let token: string;
let phone: string;
beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
	await server.account('worker', 'operator');
	phone = (await server.signIn('worker')).deviceId;
	await server.raw(
		`INSERT INTO replica (id, device_id, last_seen_at) VALUES ('r', ?, ?)`,
		phone,
		server.now.toISOString()
	);
	token = (await server.signIn('admin')).token;
});
afterEach(() => server.close());

const restore = (told: Partial<RestoreDetail> = {}, kind: 'restored' | 'copied_back' = 'restored') =>
	server.world.store.write((db) => {
		reportRestore(db, server.now, { ...TOLD, ...told }, kind);
		beginHealing(db, server.now);
	});
const claims = async (...outcomes: string[]) => {
	for (const [i, outcome] of outcomes.entries())
		await server.raw(
			`INSERT INTO heal_claim (uid, epoch, replica_id, device_id, mutation, verdict, server_time, seq, received_at, outcome)
			VALUES (?, ?, 'r', ?, '', '', '', 1, '', ?)`,
			...[`uid-${i}`, server.world.store.epoch, phone, outcome]
		);
};

const eventOf = (fields?: Fields) => pageEvent(server, '/admin/restore', token, fields);
const page = async () => (await load(eventOf())) as PageServerData;
/** What is said; a refusal's status. */
async function does(action: (event: never) => unknown, fields: Record<string, string> = {}): Promise<string> {
	const answer = (await action(eventOf(fields))) as { answer: { kind: string } };
	return isActionFailure(answer) ? String(answer.status) : answer.answer.kind;
}
const notice = () => server.world.store.read((db) => restoreNotice(db, server.now));
const audited = () =>
	server.rows(`SELECT act, actor_id AS who, subject_id AS subject, detail FROM audit_event ORDER BY rowid`);

test('without any restore there is nothing to read, and nothing to do', async () => {
	expect([await page(), notice()]).toEqual([{ restores: [], unconfirmed: 0 }, null]);
	expect([await does(actions.endWait!), await does(actions.see!, { epoch: 'x' })]).toEqual(['409', '404']);
	expect(audited()).toEqual([]);
});

test('[I24] tells what phones brought back, what nobody did, and whom it waits for; an admin ends that once', async () => {
	await restore({ lostMutations: 9 });
	await claims('applied', 'applied', 'known', 'recorded', 'refused');
	const { epoch } = server.world.store;
	expect((await page()).restores).toMatchObject([
		{
			epoch,
			healedAt: null,
			healingUntil: '2026-03-02T08:15:00.000Z',
			brought: { lost: 9, applied: 3, recorded: 1, refused: 1, waiting: 0, unknown: 4, phones: 1 },
			awaited: [{ id: phone, name: 'Test browser', lastSeenAt: server.now.toISOString() }]
		}
	]);
	expect(notice()).toEqual({ asksPhones: true });
	expect([await does(actions.endWait!), await does(actions.endWait!)]).toEqual(['ok', '409']);
	expect((await page()).restores).toMatchObject([
		{ healedAt: server.now.toISOString(), healedBy: 'Test admin', awaited: [] }
	]);
	expect(notice()).toEqual({ asksPhones: false });
	expect([await does(actions.see!, { epoch }), await does(actions.see!, { epoch })]).toEqual(['ok', '409']);
	expect((await page()).restores).toMatchObject([{ seenAt: server.now.toISOString(), seenBy: 'Test admin' }]);
	expect(notice()).toBeNull();
	expect(audited()).toEqual([
		{ act: 'restore.end_wait', who: 'admin', subject: epoch, detail: '{"awaited":1}' },
		{ act: 'restore.seen', who: 'admin', subject: epoch, detail: '{}' }
	]);
});

test('how many decisions are missing is said only where it is known', async () => {
	await restore({ journal: JOURNAL });
	const first = async () => (await page()).restores[0]!;
	expect((await first()).brought).toMatchObject({ lost: 0, unknown: 0 });
	const reported = (detail: Partial<RestoreDetail>, kind = 'restored') =>
		server.raw(`UPDATE restore_report SET detail = ?, kind = ?`, JSON.stringify({ ...TOLD, ...detail }), kind);
	for (const journal of [null, { ...JOURNAL, isCut: true }]) {
		await reported({ journal });
		expect((await first()).brought).toMatchObject({ lost: null, unknown: null });
	}
	await reported({ lostMutations: 1 }, 'copied_back');
	expect((await first()).brought).toMatchObject({ lost: null, unknown: null });
	await claims('applied', 'applied');
	await reported({ lostMutations: 1 });
	expect((await first()).brought).toMatchObject({ lost: null, unknown: null, applied: 2 });
});

test('[I33] what is undone is named and led to, and whether it was done again; a newer release’s words are only counted', async () => {
	const undone = [
		{ what: 'device_revoked', id: phone },
		{ what: 'account_demoted', id: 'worker' },
		{ what: 'case_closed', id: 'gone' },
		{ what: 'never_heard_of', id: 'x' }
	];
	await restore({ undone });
	const [report] = (await page()).restores;
	expect(report).toMatchObject({ undoneMore: 1 });
	expect(report!.undone).toEqual([
		{ what: 'device_revoked', id: phone, name: 'Test browser', href: `/admin/devices/${phone}`, again: false },
		{ what: 'account_demoted', id: 'worker', name: 'Test worker', href: '/admin/users/worker', again: false },
		{ what: 'case_closed', id: 'gone', name: 'gone', href: null, again: false }
	]);
	await server.world.access.deviceActs.revoke('admin', phone, 'perdu');
	expect((await page()).restores[0]!.undone[0]).toMatchObject({ again: true });
});

test('[I33] devices are unconfirmed after a journal that is not whole; each is confirmed once, or all', async () => {
	await restore({ journal: JOURNAL });
	expect((await page()).unconfirmed).toBe(0);
	await server.raw(`DELETE FROM restore_report`);
	await restore();
	expect((await page()).unconfirmed).toBe(2);
	const { deviceActs } = server.world.access;
	expect(await deviceActs.confirm('worker', phone)).toEqual({ kind: 'refused', why: 'forbidden' });
	expect(await deviceActs.confirm(null, phone)).toEqual({ kind: 'ok' });
	expect(await deviceActs.confirm(null, phone)).toEqual({ kind: 'refused', why: 'already' });
	expect(await deviceActs.confirm(null, 'x')).toEqual({ kind: 'refused', why: 'unknown' });
	expect([await does(deviceActions.confirmAll!), await does(deviceActions.confirmAll!)]).toEqual(['ok', '409']);
	expect((await page()).unconfirmed).toBe(0);
	expect(audited()).toMatchObject([
		{ act: 'device.confirm', who: null, subject: phone },
		{ act: 'device.confirm', who: 'admin' }
	]);
});

test('a wait whose time is up is on no other page any more', async () => {
	await restore();
	await does(actions.see!, { epoch: server.world.store.epoch });
	expect(notice()).toEqual({ asksPhones: true });
	server.advance(15 * 60_000);
	expect(notice()).toBeNull();
});
