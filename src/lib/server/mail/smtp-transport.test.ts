/** Against a real SMTP server that takes, refuses, drops and hangs. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { address, queued, queueNotices, states } from '../../../../tests/support/mail.ts';
import { headerOf, SmtpStandIn, type Behaviour } from '../../../../tests/support/smtp.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { processQueue } from './deliver.ts';
import { smtpTransport } from './smtp-transport.ts';

const SECOND = 1000;
const FROM = 'Équipe d’Escale <escale@example.org>';

let server: TestServer;
let smtp: SmtpStandIn;
let behave: (to: string) => Behaviour;
beforeEach(async () => {
	behave = () => 'take';
	server = await openServer({ DEFAULT_FROM_EMAIL: FROM });
	smtp = await SmtpStandIn.open(
		(to) => behave(to),
		() => server.now
	);
});
afterEach(async () => {
	await smtp.close();
	await server.close();
});

const transport = () => smtpTransport(smtp.url, { connectMs: 2 * SECOND, silenceMs: 500, wholeMs: 5 * SECOND });
const run = (more: { includeFailed?: boolean } = {}) =>
	processQueue(server.world, transport(), { limit: 2000, includeFailed: false, dryRun: false, ...more });

test('a message arrives in both parts, from the sender, with its Message-ID and the headers of a machine', async () => {
	await queueNotices(server, 1, {
		subject: 'Vol avancé 🎉',
		text: 'Départ vendredi.',
		html: '<p>Départ vendredi.</p>'
	});
	expect(await run()).toMatchObject({ processed: 1 });
	const [{ to, raw } = { to: '', raw: '' }] = smtp.taken;
	const [{ id } = { id: '' }] = server.rows<{ id: string }>('SELECT message_id AS id FROM mail_message');
	expect(to).toBe(address(1));
	expect(headerOf(raw, 'message-id')).toBe(`<${id}>`);
	expect(headerOf(raw, 'from')).toMatch(/^=\?UTF-8\?.*\?= <escale@example\.org>$/);
	expect(headerOf(raw, 'to')).toBe(address(1));
	expect(headerOf(raw, 'subject')).toMatch(/^=\?UTF-8\?/);
	expect(headerOf(raw, 'auto-submitted')).toBe('auto-generated');
	expect(headerOf(raw, 'list-unsubscribe')).toMatch(/^<http:\/\/localhost:3000\/unsubscribe\/[\w-]{43}>$/);
	expect(headerOf(raw, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
	expect(headerOf(raw, 'content-type')).toContain('multipart/alternative');
	expect(raw).toContain('text/plain');
	expect(raw).toContain('text/html');
});

test('a server that takes a message over and hangs up gets it again under the same Message-ID', async () => {
	await queueNotices(server, 1);
	behave = () => 'drop';
	expect(await run()).toMatchObject({ retried: 1 });
	behave = () => 'take';
	server.advance(60 * SECOND);
	expect(await run()).toMatchObject({ processed: 1 });
	expect(new Set(smtp.taken.map(({ raw }) => headerOf(raw, 'message-id'))).size).toBe(1);
	expect(smtp.taken).toHaveLength(2);
});

test.each<[Behaviour, string]>([
	[421, '421'],
	[450, '450'],
	[550, '550'],
	['refuse', '554'],
	['hang', 'ETIMEDOUT']
])('a server that says %s fails the message by the same rule, and the reason names nobody', async (says, code) => {
	await queueNotices(server, 2);
	behave = (to) => (to === address(1) ? says : 'take');
	expect(await run()).toMatchObject({ retried: 1, processed: 1 });
	const [first] = queued(server);
	expect(first).toMatchObject({ state: 'pending', attempts: 1 });
	expect(first!.reason).toMatch(new RegExp(`^${code}: `));
	expect(first!.reason).not.toContain('n0001@');
});

test('a server that is not there fails nobody for good before the fifth attempt', async () => {
	await queueNotices(server, 1);
	await smtp.close();
	const gone = smtpTransport('smtp://127.0.0.1:9', { connectMs: SECOND, silenceMs: SECOND, wholeMs: SECOND });
	const options = { limit: 10, includeFailed: false, dryRun: false };
	expect(await processQueue(server.world, gone, options)).toMatchObject({ retried: 1 });
	expect(queued(server)[0]!.reason).toMatch(/^(ECONNREFUSED|ESOCKET|ECONNECTION)/);
	smtp = await SmtpStandIn.open(() => 'take');
});

test('the log says ids and codes: no address, no subject, no text', async () => {
	const lines: string[] = [];
	const sink = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) });
	await queueNotices(server, 3, { subject: 'SECRET SUBJECT', text: 'SECRET TEXT', html: 'SECRET HTML' });
	behave = (to) => (to === address(1) ? 550 : to === address(2) ? 'hang' : 'take');
	const place = { ...server.world, log: pino({ level: 'debug' }, sink) };
	await processQueue(place, transport(), { limit: 10, includeFailed: false, dryRun: false });
	expect(lines.join('')).toMatch(/"event":"mail_failed".*"code":"550"/);
	expect(lines).toHaveLength(3);
	expect(lines.join('')).not.toMatch(/@|SECRET|127\.0\.0\.1/);
});

test('a password does not go to another machine in clear: TLS or nothing', async () => {
	const url = smtp.url.replace('//', '//account:secret@').replace('127.0.0.1', 'localhost.');
	await queueNotices(server, 1);
	const options = { limit: 10, includeFailed: false, dryRun: false };
	expect(await processQueue(server.world, smtpTransport(url), options)).toMatchObject({ retried: 1 });
	expect(queued(server)[0]!.reason).toMatch(/^(ETLS|ESOCKET|EDNS|502|500)/);
	expect(smtp.tried).toEqual([]);
});

describe('a server that fails at random', () => {
	/** Numbers from 0 to 1 that repeat for a seed (mulberry32). */
	function random(seed: number): () => number {
		let state = seed;
		return () => {
			state = (state + 0x6d2b79f5) | 0;
			let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
			mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
			return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
		};
	}
	/** By recipient, each in its order. */
	function grouped<T extends { to: string }>(all: readonly T[]): Map<string, T[]> {
		const groups = new Map<string, T[]>();
		for (const one of all) groups.set(one.to, [...(groups.get(one.to) ?? []), one]);
		return groups;
	}
	const FAULTS: Behaviour[] = [421, 450, 452, 550, 554, 'refuse', 'drop'];

	test('gets 1,000 messages at least once each, after 60, 120, 240 and 480 s, and the failed ones when they are replayed', async () => {
		const seed = Number(process.env['MAIL_SEED'] ?? Date.now() % 1_000_000);
		console.log(`MAIL_SEED=${seed}`);
		const next = random(seed);
		await queueNotices(server, 1000);
		behave = () => (next() < 0.4 ? FAULTS[Math.floor(next() * FAULTS.length)]! : 'take');
		// 0, 60, 180, 420 and 900 s after the first attempt: all that is due is tried at once.
		for (const wait of [0, 60, 120, 240, 480]) {
			server.advance(wait * SECOND);
			await run();
		}
		const { processed = 0, failed = 0, ...others } = states(server);
		expect([processed + failed, others]).toEqual([1000, {}]);
		expect(failed).toBeGreaterThan(0);
		const triesOf = grouped(smtp.tried);
		const rows = queued(server);
		for (const { to, state, attempts } of rows) {
			const tries = triesOf.get(to)!.map(({ at }) => at);
			const gaps = tries.slice(1).map((at, n) => (at - tries[n]!) / SECOND);
			expect(gaps).toEqual([60, 120, 240, 480].slice(0, gaps.length));
			expect(tries).toHaveLength(state === 'failed' ? 5 : attempts + 1);
		}
		behave = () => 'take';
		expect(await run({ includeFailed: true })).toMatchObject({ replayed: failed, processed: failed });
		expect(states(server)).toEqual({ processed: 1000 });
		const taken = grouped(smtp.taken);
		expect(taken.size).toBe(1000);
		for (const copies of taken.values())
			expect(new Set(copies.map(({ raw }) => headerOf(raw, 'message-id'))).size).toBe(1);
	}, 300_000);
});
