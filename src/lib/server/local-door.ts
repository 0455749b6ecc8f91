/**
 * The door by which the command line reaches a running server: a Unix socket beside the database, for the account that runs
 * Escale alone (mode 600). One request, `{command, args}` on a line of JSON, one answer, `{outcome}` or `{refusal}`; what
 * can be asked for is in operations/operations.ts. Who holds the database holds the door: a socket that a killed server left
 * is replaced.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { relative } from 'node:path';
import { z } from 'zod';
import { OperationRefusal, type Operation, type Outcome } from '#lib/server/operations/operation.ts';
import { OPERATIONS, perform } from '#lib/server/operations/operations.ts';
import type { ServerWorld } from './server-world.ts';

/** Bytes of a request: a phone's whole queue is one. */
export const MOST_ASKED = 10_000_000;
/** A request that is not whole by then is dropped, in milliseconds. */
const ASKING_MS = 10_000;
const MOST_AT_ONCE = 16;
/** The kernel's limit for a socket's path, in bytes. */
const LONGEST_PATH = 107;

const request = z.object({ command: z.string().max(200), args: z.unknown() });

export type DoorAnswer = { outcome: Outcome } | { refusal: { code: OperationRefusal['code']; message: string } };

export interface LocalDoor {
	/** Removes the socket. What is being done is still answered. */
	close(): void;
}

/** Where the door of a database is, seen from this process's folder when that is shorter; null: too long for a socket. */
export function doorOf(databaseFile: string): string | null {
	const path = `${databaseFile}.sock`;
	const shorter = [path, relative(process.cwd(), path)].sort((a, b) => a.length - b.length)[0]!;
	return Buffer.byteLength(shorter) > LONGEST_PATH ? null : shorter;
}

/** Call it only while holding the database. Null where no socket can be had, which is logged: commands then need the server stopped. */
export async function openLocalDoor(
	world: ServerWorld,
	operations: Readonly<Record<string, Operation>> = OPERATIONS
): Promise<LocalDoor | null> {
	const path = doorOf(world.settings.databaseFile);
	if (path === null) {
		world.log.warn({ event: 'local_door_path_too_long' });
		return null;
	}
	rmSync(path, { force: true });
	const idle = new Set<Socket>();
	const server = createServer((socket) => receive(socket, idle, (text) => answer(world, operations, text)));
	server.maxConnections = MOST_AT_ONCE;
	try {
		await listen(server, path);
	} catch (error) {
		world.log.warn({ event: 'local_door_failed', err: error });
		return null;
	}
	server.unref();
	return {
		close() {
			server.close();
			for (const socket of idle) socket.destroy();
			rmSync(path, { force: true });
		}
	};
}

function listen(server: Server, path: string): Promise<void> {
	// The socket is made while `listen` runs: nobody else may ever open it.
	const before = process.umask(0o177);
	try {
		server.listen(path);
	} finally {
		process.umask(before);
	}
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.once('listening', () => {
			chmodSync(path, 0o600);
			resolve();
		});
	});
}

/** @param idle those whose request is not whole */
function receive(socket: Socket, idle: Set<Socket>, answerTo: (text: string) => Promise<DoorAnswer>): void {
	const chunks: Buffer[] = [];
	let size = 0;
	idle.add(socket);
	const reply = (said: DoorAnswer) => {
		idle.delete(socket);
		socket.setTimeout(0);
		if (socket.writable) socket.end(`${JSON.stringify(said)}\n`);
	};
	const listening = (chunk: Buffer) => {
		size += chunk.length;
		chunks.push(chunk);
		if (size > MOST_ASKED) {
			socket.off('data', listening).resume();
			return reply({ refusal: { code: 'too_large', message: `A request may have ${MOST_ASKED} bytes.` } });
		}
		if (!chunk.includes('\n')) return;
		socket.off('data', listening).resume();
		idle.delete(socket);
		socket.setTimeout(0);
		void answerTo(Buffer.concat(chunks).toString('utf8').split('\n', 1)[0]!).then(reply);
	};
	socket.on('data', listening);
	socket.setTimeout(ASKING_MS, () => socket.destroy());
	socket.on('close', () => idle.delete(socket));
	// A caller that hangs up early: what it asked for is done all the same.
	socket.on('error', () => socket.destroy());
}

async function answer(
	world: ServerWorld,
	operations: Readonly<Record<string, Operation>>,
	text: string
): Promise<DoorAnswer> {
	const asked = request.safeParse(parsed(text));
	if (!asked.success) return { refusal: { code: 'malformed', message: 'A request is {command, args} in JSON.' } };
	const { command, args } = asked.data;
	try {
		return { outcome: await perform(world, command, args, operations) };
	} catch (error) {
		if (error instanceof OperationRefusal) return { refusal: { code: error.code, message: error.message } };
		world.log.error({ event: 'operation_failed', command, err: error });
		return { refusal: { code: 'failed', message: `${command} failed: the server's log says why.` } };
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
