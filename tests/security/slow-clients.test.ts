/**
 * Clients that hold the running server by being slow: who does not say what they want, who does not send what they announced,
 * who does not read what they asked for. Others are served meanwhile, and the slow ones are let go.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HTTP_LIMITS } from '../../src/ops/http-limits.ts';
import { HOST, Target } from './target.ts';

const MANY = 300;
const MEGABYTE = 1_000_000;

let target: Target;
const sockets: Socket[] = [];
beforeAll(async () => {
	target = await Target.start();
}, 120_000);
afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	await target.app.remove();
});

async function open(first: string): Promise<{ socket: Socket; heard: () => string }> {
	const socket = connect(target.app.port, '127.0.0.1');
	sockets.push(socket);
	let heard = '';
	socket.on('error', () => undefined);
	await once(socket, 'connect');
	socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
	socket.write(first);
	return { socket, heard: () => heard };
}

const resident = (): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${target.app.pid}/status`, 'utf8'))![1]) * 1024;

/** Somebody else, now. */
const isServed = async (): Promise<boolean> => (await target.ask('/login')).status === 200;

test(
	'slow-loris: three hundred that drip a header each second keep nobody out, and are cut off with 408',
	{ timeout: 120_000 },
	async () => {
		const slow = await Promise.all(
			Array.from({ length: MANY }, () => open(`GET /login HTTP/1.1\r\nHost: ${HOST}\r\n`))
		);
		const drip = setInterval(() => {
			for (const { socket } of slow) if (socket.writable) socket.write('X-A: b\r\n');
		}, 1_000);
		try {
			expect(await isServed()).toBe(true);
			// Neither a drop now and then nor the time that it takes to come buys more than the limit.
			await Promise.all(slow.map(({ socket }) => socket.closed || once(socket, 'close')));
			expect(slow.every(({ heard }) => heard().startsWith('HTTP/1.1 408'))).toBe(true);
			expect(await isServed()).toBe(true);
		} finally {
			clearInterval(drip);
		}
	}
);

test('bodies that never come keep nobody out and cost no memory to speak of', { timeout: 60_000 }, async () => {
	const before = resident();
	await Promise.all(
		Array.from({ length: MANY }, () =>
			open(
				`POST /api/trpc/sync.push HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: https://${HOST}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"`
			)
		)
	);
	for (let i = 0; i < 5; i++) expect(await isServed()).toBe(true);
	expect(resident() - before).toBeLessThan(100 * MEGABYTE);
	// They go at the end of their time; a phone at the end of a weak line needs that much.
	expect(HTTP_LIMITS.requestTimeout).toBeLessThanOrEqual(120_000);
});

test('answers that nobody reads do not pile up', { timeout: 60_000 }, async () => {
	const before = resident();
	const ask = `GET /login HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n`;
	await Promise.all(
		Array.from({ length: 50 }, async () => {
			const { socket } = await open('');
			socket.pause();
			// Pipelined: pages of which none is read.
			socket.write(ask.repeat(8));
		})
	);
	for (let i = 0; i < 5; i++) expect(await isServed()).toBe(true);
	expect(resident() - before).toBeLessThan(200 * MEGABYTE);
});
