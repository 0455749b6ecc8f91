import { expect, test } from 'vitest';
import { readPatiently } from './patient-reads.ts';

const PAGE = new URL('http://desk.test/shipments/1?tab=a');
const DATA = 'http://desk.test/shipments/1/__data.json?tab=a&x-sveltekit-invalidated=11';
const OTHER = 'http://desk.test/shipments/2/__data.json?x-sveltekit-invalidated=11';

/** A window whose server is away for the first `away` calls. */
function windowOf(away: number, refusal: () => Response = () => Promise.reject(new TypeError('no network')) as never) {
	const asked: string[] = [];
	const host = {
		fetch: ((input: string) => {
			asked.push(input);
			return asked.length <= away ? Promise.resolve().then(refusal) : Promise.resolve(new Response('rows'));
		}) as typeof fetch
	};
	return { host, asked };
}
const atOnce = () => Promise.resolve();

test('[ux] the open page’s reading waits until the server is back', async () => {
	const { host, asked } = windowOf(3);
	const before = host.fetch;
	let read = '';
	await readPatiently(host, PAGE, async () => void (read = await (await host.fetch(DATA)).text()), atOnce);
	expect([read, asked.length, host.fetch === before]).toEqual(['rows', 4, true]);
});

test('[ux] a proxy that says the server is away is waited for, an answer of the server’s own is not', async () => {
	const proxy = windowOf(2, () => new Response('', { status: 503 }));
	await readPatiently(proxy.host, PAGE, async () => void (await proxy.host.fetch(DATA)), atOnce);
	expect(proxy.asked).toHaveLength(3);
	const own = windowOf(2, () => new Response('', { status: 500 }));
	await readPatiently(own.host, PAGE, async () => void (await own.host.fetch(DATA)), atOnce);
	expect(own.asked).toHaveLength(1);
});

test('[ux] another page’s reading fails at once, so that whoever goes there is told', async () => {
	const { host } = windowOf(9);
	await readPatiently(host, PAGE, () => expect(host.fetch(OTHER)).rejects.toThrow('no network'), atOnce);
});
