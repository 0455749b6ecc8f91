/** The queue as an admin minds it: what is shown, and each act with its entry in the audit log. */
import { isActionFailure } from '@sveltejs/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { queueNotices, states } from '../../../../../tests/support/mail.ts';
import { pageEvent, type Fields } from '../../../../../tests/support/page-event.ts';
import { openServer, type TestServer } from '../../../../../tests/support/server.ts';
import { actions, load } from './+page.server.ts';
import type { PageServerData } from './$types';

let server: TestServer;
let token: string;
beforeEach(async () => {
	server = await openServer();
	await server.account('admin', 'admin');
	token = (await server.signIn('admin')).token;
	await queueNotices(server, 6);
	await server.raw(
		`UPDATE mail_message SET state = 'failed', attempts = 5, last_error = 'EAUTH: no', ended_at = due_at WHERE to_address <= 'n0002@example.org'`
	);
	await server.raw(`UPDATE mail_message SET state = 'held' WHERE to_address >= 'n0004@example.org'`);
});
afterEach(() => server.close());

const eventOf = (fields?: Fields) => pageEvent(server, '/admin/mail', token, fields);
const page = async () => (await load(eventOf())) as PageServerData;
/** What is said; a refusal's status before it. */
async function does(action: string, fields: Record<string, string> = {}): Promise<string> {
	const answer = (await actions[action]!(eventOf(fields))) as { answer: { kind: string } };
	if (isActionFailure(answer)) return String(answer.status);
	return answer.answer.kind;
}
const audited = () =>
	server.rows<{ act: string; who: string; detail: string }>(
		`SELECT act, actor_id AS who, subject_id || detail AS detail FROM audit_event ORDER BY rowid`
	);

test('shows counts by state, the oldest that waits, what failed and why, what a restore held', async () => {
	const { way, states: counts, oldest, failed, held } = await page();
	expect([way, counts.failed, counts.pending, counts.held]).toEqual(['log', 2, 1, 3]);
	expect(oldest).toMatchObject({ kind: 'custom', attempts: 0 });
	expect(failed).toMatchObject([{ reason: 'EAUTH: no' }, { attempts: 5 }]);
	expect(held.map(({ to, subject }) => [to, subject])[0]).toEqual(['n0004@example.org', 'Objet 4']);
	expect(JSON.stringify(await page())).not.toContain('Texte');
});

test('one or all are tried again, released or discarded; each act is the admin’s in the audit log', async () => {
	const { failed, held } = await page();
	expect(await does('retry', { id: failed[0]!.id })).toBe('ok');
	expect(states(server)).toEqual({ failed: 1, held: 3, pending: 2 });
	expect(await does('retry', { id: failed[0]!.id })).toBe('note');
	expect(await does('retry')).toBe('ok');
	expect(await does('release', { id: held[0]!.id })).toBe('ok');
	expect(await does('discard', { id: held[1]!.id })).toBe('ok');
	expect(states(server)).toEqual({ discarded: 1, held: 1, pending: 4 });
	expect(await does('discard')).toBe('400');
	expect(states(server)).toMatchObject({ held: 1 });
	expect(await does('discard', { sure: 'yes' })).toBe('ok');
	expect(states(server)).toEqual({ discarded: 2, pending: 4 });
	expect(audited()).toEqual([
		{ act: 'mail.retry', who: 'admin', detail: `${failed[0]!.id}{"messages":1}` },
		{ act: 'mail.retry', who: 'admin', detail: 'all{"messages":1}' },
		{ act: 'mail.release', who: 'admin', detail: `${held[0]!.id}{"messages":1}` },
		{ act: 'mail.discard', who: 'admin', detail: `${held[1]!.id}{"messages":1}` },
		{ act: 'mail.discard', who: 'admin', detail: 'all{"messages":1}' }
	]);
});

test('the queue is worked off now, as the job that does it every minute', async () => {
	expect(await does('process')).toBe('ok');
	const [{ id } = { id: '' }] = server.rows<{ id: string }>(`SELECT id FROM job_run WHERE job = 'mail-queue'`);
	expect(await server.world.jobs.ended(id)).toMatchObject({ askedBy: 'admin', counts: { processed: 1 } });
	expect(audited()).toMatchObject([{ act: 'mail.process', who: 'admin' }]);
});
