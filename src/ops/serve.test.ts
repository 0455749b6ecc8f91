import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { checkPort } from './serve.ts';

test('a port that somebody uses is refused in a sentence that offers the next one; a free one is not', async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port } = other.address() as AddressInfo;
	await expect(checkPort({ host: '127.0.0.1', port })).rejects.toThrow(
		`Port ${port} is in use. Stop what uses it, or choose another one: PORT=${port + 1} npm start`
	);
	other.close();
	await once(other, 'close');
	await expect(checkPort({ host: '127.0.0.1', port })).resolves.toBeUndefined();
});

test('an address that this machine does not have is named', async () => {
	await expect(checkPort({ host: '203.0.113.7', port: 4103 })).rejects.toThrow(
		'This machine has no address 203.0.113.7'
	);
});
