/**
 * How a phone that only talks calls: over one keep-alive connection, written by hand so that the load costs the machine as
 * little as it can beside the server it measures.
 */
import net from 'node:net';

/** Before a phone that lost its connection tries again, in milliseconds: a server that was killed starts in the meantime. */
const RECONNECT_MS = 50;

/** One phone's connection: one call at a time, over one socket. Where the server let an idle one go, the call is made again on another. */
export class FleetCall {
	#socket: net.Socket;
	#answer: ((body: { status: number; json: unknown }) => void) | null = null;
	/** The call that waits for its answer. */
	#asked = '';
	#isClosing = false;
	#buffer = '';

	constructor(
		readonly origin: URL,
		readonly cookie: string
	) {
		this.#socket = this.#connect();
	}

	#connect(): net.Socket {
		const socket = net.connect(Number(this.origin.port), '127.0.0.1').setNoDelay(true);
		socket.setEncoding('utf8');
		socket.on('data', (chunk: string) => this.#read(chunk));
		// What went wrong is followed by the close.
		socket.on('error', () => undefined);
		socket.on('close', () => void setTimeout(() => this.#reconnect(), RECONNECT_MS));
		return socket;
	}

	#reconnect(): void {
		if (this.#isClosing) return;
		this.#buffer = '';
		this.#socket = this.#connect();
		if (this.#answer !== null) this.#socket.write(this.#asked);
	}

	post(procedure: string, input: unknown): Promise<{ status: number; json: unknown }> {
		const body = JSON.stringify(input);
		const head =
			`POST /api/trpc/${procedure} HTTP/1.1\r\nHost: ${this.origin.host}\r\nOrigin: ${this.origin.origin}\r\n` +
			`Content-Type: application/json\r\nCookie: ${this.cookie}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
		return new Promise((resolve) => {
			this.#answer = resolve;
			this.#asked = head + body;
			this.#socket.write(this.#asked);
		});
	}

	close(): void {
		this.#isClosing = true;
		this.#socket.destroy();
	}

	#read(chunk: string): void {
		this.#buffer += chunk;
		const split = this.#buffer.indexOf('\r\n\r\n');
		if (split < 0) return;
		const head = this.#buffer.slice(0, split);
		const rest = this.#buffer.slice(split + 4);
		const body = bodyOf(head, rest);
		if (body === null) return;
		this.#buffer = '';
		const answer = this.#answer;
		this.#answer = null;
		answer?.({ status: Number(head.slice(9, 12)), json: JSON.parse(body) });
	}
}

/** The whole body, or null while it is not here yet. Bodies are ASCII here, so characters are bytes. */
function bodyOf(head: string, rest: string): string | null {
	const length = /content-length: (\d+)/i.exec(head)?.[1];
	if (length !== undefined) return rest.length < Number(length) ? null : rest;
	if (!rest.endsWith('0\r\n\r\n')) return null;
	let body = '';
	for (let at = 0; ;) {
		const lineEnd = rest.indexOf('\r\n', at);
		const size = parseInt(rest.slice(at, lineEnd), 16);
		if (size === 0) return body;
		body += rest.slice(lineEnd + 2, lineEnd + 2 + size);
		at = lineEnd + 4 + size;
	}
}
