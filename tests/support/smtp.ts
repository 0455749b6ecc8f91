/**
 * A real SMTP server on a free port of this machine, whose behaviour a test says for each message. What it took over is kept
 * as raw text, with the instant of the test's clock.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/**
 * `take`: 250. A number: that reply to RCPT. `refuse`: 554 after DATA. `drop`: takes the message over and hangs up without
 * a word. `hang`: never answers.
 */
export type Behaviour = 'take' | 'refuse' | 'drop' | 'hang' | number;

export interface Taken {
	to: string;
	raw: string;
}

export class SmtpStandIn {
	readonly taken: Taken[] = [];
	/** Every try, whatever became of it. */
	readonly tried: { to: string; at: number }[] = [];
	readonly #server: SMTPServer;
	readonly #sockets = new Set<Socket>();

	private constructor(behave: (to: string) => Behaviour, clock: () => Date) {
		const planned = new Map<string, Behaviour>();
		this.#server = new SMTPServer({
			disabledCommands: ['STARTTLS', 'AUTH'],
			disableReverseLookup: true,
			logger: false,
			onRcptTo: ({ address }, session, done) => {
				this.tried.push({ to: address, at: clock().getTime() });
				const behaviour = behave(address);
				planned.set(session.id, behaviour);
				if (behaviour === 'hang') return;
				if (typeof behaviour === 'number')
					return done(Object.assign(new Error(`no <${address}> here today`), { responseCode: behaviour }));
				done();
			},
			onData: (stream, session, done) => {
				const chunks: Buffer[] = [];
				stream.on('data', (chunk: Buffer) => chunks.push(chunk));
				stream.on('end', () => {
					const behaviour = planned.get(session.id);
					if (behaviour === 'refuse') return done(Object.assign(new Error('not this one'), { responseCode: 554 }));
					const [{ address } = { address: '' }] = session.envelope.rcptTo;
					this.taken.push({ to: address, raw: Buffer.concat(chunks).toString('utf8') });
					if (behaviour !== 'drop') return done();
					for (const socket of this.#sockets) if (socket.remotePort === session.remotePort) socket.destroy();
				});
			}
		});
		this.#server.on('error', () => undefined);
		this.#server.server.on('connection', (socket: Socket) => {
			socket.setNoDelay();
			this.#sockets.add(socket);
			socket.once('close', () => this.#sockets.delete(socket));
		});
	}

	static async open(behave: (to: string) => Behaviour, clock: () => Date = () => new Date()): Promise<SmtpStandIn> {
		const one = new SmtpStandIn(behave, clock);
		one.#server.listen(0, '127.0.0.1');
		await once(one.#server.server, 'listening');
		return one;
	}

	get url(): string {
		return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}
}

/** A header's value as a mail program sees it: unfolded. */
export function headerOf(raw: string, name: string): string | null {
	const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]/g, ' ');
	const found = head.split('\r\n').find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
	return found === undefined ? null : found.slice(name.length + 1).trim();
}
