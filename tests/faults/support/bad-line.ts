/**
 * The way between one phone and a real server, over real sockets: it loses, tears, doubles, delays, stalls and slows requests
 * and answers, or answers itself as a captive portal does. Who drives it says what happens to which request.
 */
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Front } from '../../support/front.ts';

/**
 * `too-old`: what a server says whose answers this program cannot read any more. `answer-lost`: the server has answered, and nobody hears it. `late`: the phone hears nothing, and its request arrives
 * after others that it makes meanwhile.
 */
export const MISHAPS = [
	'request-lost',
	'request-torn',
	'answer-lost',
	'answer-torn',
	'doubled',
	'late',
	'stalled',
	'slow',
	'portal',
	'too-old'
] as const;
export type Mishap = (typeof MISHAPS)[number];

const LATE_MS = 2500;
const TOO_OLD = JSON.stringify({
	error: {
		message: 'This app is too old to read the answer.',
		code: -32600,
		data: { code: 'BAD_REQUEST', httpStatus: 426, escale: { refusal: 'upgrade_required', retryAfterMs: null } }
	}
});
/** 1 kB/s. */
const SLICE = { bytes: 100, everyMs: 100 };

export class BadLine extends Front {
	/** Where it leads. */
	target: URL;
	/** What that server calls its own origin, where it is not the line's. */
	readonly #known: string | null;
	readonly #streams = new Set<ServerResponse>();
	/** What happens to a request to this path; null: nothing. */
	mishap: (path: string) => Mishap | null = () => null;
	/** How often each happened. */
	readonly injected: Partial<Record<Mishap, number>> = {};

	/** @param origin of the server; null: `target` is set before the first request, and the server goes by the line's origin */
	constructor(origin: string | null) {
		super();
		this.target = new URL(origin ?? 'http://localhost');
		this.#known = origin;
	}

	/** Cuts the event streams that are open. @returns how many */
	dropStreams(): number {
		const open = [...this.#streams];
		for (const stream of open) stream.destroy();
		return open.length;
	}

	protected override async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const path = incoming.url ?? '/';
		const body = await buffer(incoming);
		const mishap = this.mishap(path);
		if (mishap === null) return this.#relay(await this.#forward(incoming, body), outgoing);
		this.injected[mishap] = (this.injected[mishap] ?? 0) + 1;
		switch (mishap) {
			case 'request-lost':
				return void outgoing.destroy();
			case 'request-torn':
				this.#tear(incoming, body);
				return void outgoing.destroy();
			case 'answer-lost':
				await buffer(await this.#forward(incoming, body));
				return void outgoing.destroy();
			case 'answer-torn':
				return this.#halfOf(await this.#forward(incoming, body), outgoing);
			case 'doubled':
				void this.#forward(incoming, body).then(buffer, () => undefined);
				return this.#relay(await this.#forward(incoming, body), outgoing);
			case 'late':
				outgoing.destroy();
				await sleep(LATE_MS);
				return void (await buffer(await this.#forward(incoming, body)));
			case 'stalled':
				return;
			case 'slow':
				await sleep((body.length / SLICE.bytes) * SLICE.everyMs);
				return this.#slowly(await this.#forward(incoming, body), outgoing);
			case 'portal':
				return void outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Bienvenue sur le Wi-Fi</h1>');
			case 'too-old':
				return void outgoing.writeHead(426, { 'content-type': 'application/json' }).end(TOO_OLD);
		}
	}

	#headers({ headers }: IncomingMessage): IncomingMessage['headers'] {
		const { connection: _connection, 'transfer-encoding': _chunked, ...rest } = headers;
		const plain = { ...rest, connection: 'close' };
		if (this.#known === null) return plain;
		const origin = headers.origin === this.origin ? { origin: this.#known } : {};
		return { ...plain, ...origin, host: this.target.host };
	}

	async #forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
		const onward = request(new URL(incoming.url ?? '/', this.target), {
			method: incoming.method,
			headers: this.#headers(incoming)
		});
		onward.end(body);
		const [response] = (await once(onward, 'response')) as [IncomingMessage];
		return response;
	}

	/** Half of a request: its head, which promises all of it, and the first half of its body. */
	#tear(incoming: IncomingMessage, body: Buffer): void {
		const head = Object.entries(this.#headers(incoming)).map(([name, value]) => `${name}: ${String(value)}\r\n`);
		const socket = connect(Number(this.target.port), '127.0.0.1');
		socket.on('error', () => undefined);
		socket.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${head.join('')}\r\n`);
		socket.write(body.subarray(0, body.length / 2), () => setTimeout(() => socket.destroy(), 50));
	}

	#relay(response: IncomingMessage, outgoing: ServerResponse): void {
		outgoing.writeHead(response.statusCode ?? 502, headersOf(response));
		if (String(response.headers['content-type']).startsWith('text/event-stream')) {
			this.#streams.add(outgoing);
			outgoing.once('close', () => this.#streams.delete(outgoing));
		}
		outgoing.once('close', () => response.destroy());
		response.once('error', () => outgoing.destroy());
		response.pipe(outgoing);
	}

	async #halfOf(response: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const body = await buffer(response);
		outgoing.writeHead(response.statusCode ?? 502, { ...headersOf(response), 'content-length': body.length });
		outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
	}

	async #slowly(response: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const body = await buffer(response);
		outgoing.writeHead(response.statusCode ?? 502, { ...headersOf(response), 'content-length': body.length });
		for (let at = 0; at < body.length && !outgoing.destroyed; at += SLICE.bytes) {
			outgoing.write(body.subarray(at, at + SLICE.bytes));
			await sleep(SLICE.everyMs);
		}
		outgoing.end();
	}
}

/** Those of the way itself are the next one's own. */
function headersOf({ headers }: IncomingMessage): IncomingMessage['headers'] {
	const { connection: _connection, 'keep-alive': _keepAlive, 'transfer-encoding': _chunked, ...rest } = headers;
	return rest;
}
