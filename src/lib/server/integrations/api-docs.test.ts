/** docs/api.md says what is: its scopes, its addresses, and its way to check a signature. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCOPES } from './scopes.ts';
import { OPERATIONS } from './v1-operations.ts';
import { newWebhookSecret, signatureHeaders } from './webhook-secret.ts';

const text = readFileSync('docs/api.md', 'utf8');

test('lists every scope, and no other', () => {
	const listed = [...text.matchAll(/^\| `(\w+:\w+)`/gm)].map(([, scope]) => scope);
	expect(listed).toEqual([...SCOPES]);
});

test('asks with curl only for what there is', () => {
	const asked = [...text.matchAll(/^curl (?:.|\\\n)*?"\$ORIGIN\/api\/v1(\/[^"?]*)/gm)].map(([all, path]) => ({
		method: /-X (\w+)/.exec(all)?.[1] ?? 'GET',
		path: path!
	}));
	expect(asked.length).toBeGreaterThan(4);
	const matches = (template: string, path: string) =>
		new RegExp(`^${template.replace(/\{\w+\}/, '[^/]+')}$`).test(path);
	const unknown = asked.filter(
		(one) => !OPERATIONS.some(({ method, path }) => method === one.method && matches(path, one.path))
	);
	expect(unknown).toEqual([]);
});

test('its check accepts what is signed here, and nothing that was changed, replayed or signed by others', async () => {
	const [, code = ''] = /```js\n(.*?)```/s.exec(text) ?? [];
	const { isFromEscale } = (await import(
		/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
	)) as { isFromEscale: (secret: string, headers: Record<string, string>, body: string) => boolean };
	const secret = newWebhookSecret();
	const headers = signatureHeaders(secret, 'event-1', new Date(), '{}');
	expect(isFromEscale(secret, headers, '{}')).toBe(true);
	expect(isFromEscale(secret, headers, '{"a":1}')).toBe(false);
	expect(isFromEscale(newWebhookSecret(), headers, '{}')).toBe(false);
	expect(isFromEscale(secret, { ...headers, 'webhook-id': 'event-2' }, '{}')).toBe(false);
	const old = signatureHeaders(secret, 'event-1', new Date(Date.now() - 600_000), '{}');
	expect(isFromEscale(secret, old, '{}')).toBe(false);
});
