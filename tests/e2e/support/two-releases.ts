/**
 * A front for one built application that can deploy "another release" of it: every hashed file gets another address, the
 * old addresses are gone, the service worker's text changes, as with any real deployment. It can also cut the API off, or
 * be dead altogether, while the application behind it lives.
 */
import { createHash } from 'node:crypto';
import { request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Front } from '../../support/front.ts';

const FIRST = '/_app/immutable/';
const SECOND = '/_app/immutable-2/';
const TEXT = /^(text\/|application\/(json|manifest\+json|javascript))/;

export class TwoReleases extends Front {
	#target: URL;
	#release: 1 | 2 = 1;
	#version: string;
	/** `false`: requests to /api/ are cut off without an answer. */
	apiReachable = true;
	/** What browsers have asked for, in order. */
	readonly asked: string[] = [];

	private constructor(origin: string, version: string) {
		super();
		this.#target = new URL(origin);
		this.#version = version;
	}

	static async before(origin: string): Promise<TwoReleases> {
		const { version } = (await (await fetch(`${origin}/_app/version.json`)).json()) as { version: string };
		return new TwoReleases(origin, version).start();
	}

	deploySecond(): void {
		this.#release = 2;
	}

	protected override async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const path = incoming.url ?? '/';
		this.asked.push(path);
		if (path.startsWith('/api/') && !this.apiReachable) return void incoming.destroy();
		const [mine, other] = this.#release === 1 ? [FIRST, SECOND] : [SECOND, FIRST];
		if (path.startsWith(other)) return void outgoing.writeHead(404).end();
		const headers: IncomingHttpHeaders = {
			...incoming.headers,
			host: this.#target.host,
			'accept-encoding': 'identity'
		};
		if (headers.origin === this.origin) headers.origin = this.#target.origin;
		delete headers['if-none-match'];
		delete headers['if-modified-since'];
		const onward = request(new URL(path.replace(mine, FIRST), this.#target), { method: incoming.method, headers });
		onward.on('response', (response) => void this.#relay(response, outgoing, path));
		onward.on('error', () => outgoing.destroy());
		incoming.pipe(onward);
	}

	async #relay(response: IncomingMessage, outgoing: ServerResponse, path: string): Promise<void> {
		const headers = { ...response.headers };
		const location = headers.location?.replace(this.#target.origin, this.origin);
		if (location) headers.location = location;
		const isText =
			TEXT.test(String(headers['content-type'])) && !String(headers['content-type']).includes('event-stream');
		if (this.#release === 1 || !isText || path.startsWith('/api/')) {
			outgoing.writeHead(response.statusCode ?? 502, headers);
			response.pipe(outgoing);
			return;
		}
		const chunks: Buffer[] = [];
		for await (const chunk of response) chunks.push(chunk as Buffer);
		const text = asSecond(Buffer.concat(chunks).toString(), this.#version);
		delete headers['content-length'];
		delete headers.etag;
		outgoing.writeHead(response.statusCode ?? 502, headers).end(text);
	}
}

/** Other addresses and another version; the shell's inline script has changed with them, and its policy names its new hash. */
function asSecond(text: string, version: string): string {
	const renamed = text.replaceAll(FIRST, SECOND).replaceAll(version, `${version}-2`);
	const inline = /<script>([\s\S]*?)<\/script>/.exec(renamed)?.[1];
	if (inline === undefined) return renamed;
	return renamed.replace(/'sha256-[^']+'/, `'sha256-${createHash('sha256').update(inline).digest('base64')}'`);
}
