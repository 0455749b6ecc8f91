import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openServer, type TestServer } from '../../../tests/support/server.ts';
import { doorOf, MOST_ASKED, openLocalDoor, type DoorAnswer, type LocalDoor } from './local-door.ts';
import { operation, OperationRefusal } from './operations/operation.ts';

let server: TestServer;
let door: LocalDoor | null;

const OPERATIONS = {
	add: operation(z.object({ a: z.number(), b: z.number() }), (_world, { a, b }) => {
		if (a === 0) throw new OperationRefusal('refused', 'Nothing is not added.');
		if (b === 0) throw new Error('a secret of m.dupont@example.org');
		return Promise.resolve({ exitCode: 0, lines: [`${a + b}`], json: { sum: a + b } });
	})
};

const path = (): string => doorOf(server.world.settings.databaseFile)!;

const send = (text: string): Promise<DoorAnswer> =>
	new Promise((resolve, reject) => {
		const socket = connect(path(), () => socket.write(text));
		let said = '';
		socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
		socket.on('end', () => resolve(JSON.parse(said) as DoorAnswer));
		socket.on('error', reject);
	});
const ask = (command: string, args: unknown) => send(`${JSON.stringify({ command, args })}\n`);

beforeEach(async () => {
	server = await openServer();
	door = await openLocalDoor(server.world, OPERATIONS);
});
afterEach(async () => {
	door?.close();
	await server.close();
});

test('an operation is performed by the server that runs, and its outcome comes back', async () => {
	expect(await ask('add', { a: 1, b: 2 })).toEqual({ outcome: { exitCode: 0, lines: ['3'], json: { sum: 3 } } });
});

test('what is not known, makes no sense, is refused or fails is told by a code; an error keeps its words to itself', async () => {
	expect(await ask('divide', {})).toMatchObject({ refusal: { code: 'unknown_command' } });
	expect(await ask('constructor', {})).toMatchObject({ refusal: { code: 'unknown_command' } });
	expect(await ask('add', { a: 'one' })).toMatchObject({ refusal: { code: 'wrong_use' } });
	expect(await ask('add', { a: 0, b: 1 })).toEqual({ refusal: { code: 'refused', message: 'Nothing is not added.' } });
	const failed = await ask('add', { a: 1, b: 0 });
	expect(failed).toMatchObject({ refusal: { code: 'failed' } });
	expect(JSON.stringify(failed)).not.toContain('dupont');
	for (const text of ['hello\n', '\n', '[]\n', '{"command":5}\n'])
		expect(await send(text)).toMatchObject({ refusal: { code: 'malformed' } });
});

test('a request has a limit: what is longer is refused before it is whole', async () => {
	expect(await send('x'.repeat(MOST_ASKED + 1))).toMatchObject({ refusal: { code: 'too_large' } });
	expect(await ask('add', { a: 1, b: 2 })).toMatchObject({ outcome: { exitCode: 0 } });
});

test('only the account that runs the server may use it, and it is gone when the server stops', () => {
	expect((statSync(path()).mode & 0o777).toString(8)).toBe('600');
	door?.close();
	expect(existsSync(path())).toBe(false);
});

test('what a killed server left at its place is replaced', async () => {
	door?.close();
	writeFileSync(path(), 'not even a socket');
	chmodSync(path(), 0o444);
	door = await openLocalDoor(server.world, OPERATIONS);
	expect(await ask('add', { a: 2, b: 2 })).toMatchObject({ outcome: { json: { sum: 4 } } });
});

test('a database at a path that is too long for a socket is served without one', async () => {
	const settings = { ...server.world.settings, databaseFile: `/tmp/${'deep/'.repeat(30)}escale.db` };
	expect(doorOf(settings.databaseFile)).toBeNull();
	expect(await openLocalDoor({ ...server.world, settings }, OPERATIONS)).toBeNull();
});
