/** A server that stands before another one. It can be dead while that one lives, and comes back on the same port. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export abstract class Front {
	readonly #sockets = new Set<Socket>();
	#server: Server | null = null;
	#port = 0;

	get origin(): string {
		return `http://localhost:${this.#port}`;
	}

	/** Answers from now on, always on the same port. */
	async start(): Promise<this> {
		if (this.#server) return this;
		const server = createServer((incoming, outgoing) => {
			this.answer(incoming, outgoing).catch(() => outgoing.destroy());
		});
		server.on('connection', (socket) => {
			this.#sockets.add(socket);
			socket.once('close', () => this.#sockets.delete(socket));
		});
		server.listen(this.#port, '127.0.0.1');
		await once(server, 'listening');
		this.#port = (server.address() as AddressInfo).port;
		this.#server = server;
		return this;
	}

	/** Connections are cut and refused. */
	async stop(): Promise<void> {
		const server = this.#server;
		if (!server) return;
		this.#server = null;
		const closed = once(server, 'close');
		server.close();
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}

	/** Whoever asked is cut off when it fails. */
	protected abstract answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
}
