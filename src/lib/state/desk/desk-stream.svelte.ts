/**
 * What keeps the desk live: one event stream that says "there is news", a refresh of the page's reads when it does, and
 * the honest word when it has gone silent. Runs in the desk's browser tab; knows no row and no page.
 *
 *   connecting ──heard (refresh)──▶ live ──error, or 40 s of silence──▶ stale ──heard (refresh)──▶ live
 */

import { boardAfter, type BoardNews, type ToldBoard } from '#lib/protocol/board-news.ts';

/** Longer than two heartbeats of the server (15 s): the stream is dead even if the browser has not noticed (sync §3). */
const SILENCE_MS = 40_000;
/** While the stream is down the page is read again this often, if the server answers at all. */
const STALE_REFRESH_MS = 30_000;
/** Lateness (B4) comes with time alone, without news. */
const QUIET_REFRESH_MS = 300_000;
const TICK_MS = 5_000;
const CLOSED = 2;

export interface EventStream {
	readonly readyState: number;
	addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
	close(): void;
}

export interface StreamPorts {
	/** A new connection to the server's events at this address. */
	open(address: string): EventStream;
	/** Reads the page's rows again; `touched`: only if it shows rows of these tables, null: whatever it shows. */
	refresh(touched: readonly string[] | null): Promise<void>;
	/** Does the server answer? A refresh without a server would replace the page by an error. */
	answers(): Promise<boolean>;
	/** Milliseconds since 1970. */
	now(): number;
	/** Returns what ends it. */
	every(ms: number, tick: () => void): () => void;
}

export class DeskStream {
	readonly #ports: StreamPorts;
	#state = $state<'connecting' | 'live' | 'stale'>('connecting');
	#heardAt = $state<number | null>(null);
	/** What the stream has told of the board that it is opened for. */
	#board = $state.raw<(ToldBoard<{ id: string }> & { address: string }) | null>(null);
	#address: string;
	#stream: EventStream | null = null;
	#openedAt = 0;
	#refreshedAt = 0;
	#refreshing = false;
	/** What came while a refresh ran; undefined: nothing, null: anything. */
	#next: readonly string[] | null | undefined = undefined;

	constructor(ports: StreamPorts, address: string) {
		this.#ports = ports;
		this.#address = address;
	}

	/** The page of this board as the stream told it; null where it has not. `Row` is the board's own. */
	board<Row>(address: string): ToldBoard<Row> | null {
		return this.#board?.address === address ? (this.#board as unknown as ToldBoard<Row>) : null;
	}

	/** Another address from now on: another page, or another filter of the board. What it tells first is all there is. */
	follow(address: string): void {
		if (address === this.#address) return;
		this.#address = address;
		if (this.#stream !== null) this.#connect();
	}

	get state(): 'connecting' | 'live' | 'stale' {
		return this.#state;
	}

	/** When the server was last heard, in milliseconds since 1970: what is shown is at least that old while stale. */
	get heardAt(): number | null {
		return this.#heardAt;
	}

	/** Opens the stream; returns what ends it. */
	start(): () => void {
		this.#refreshedAt = this.#ports.now();
		this.#heardAt = this.#refreshedAt;
		this.#connect();
		const stopTicks = this.#ports.every(TICK_MS, () => this.#tick());
		return () => {
			stopTicks();
			this.#stream?.close();
			this.#stream = null;
		};
	}

	#connect(): void {
		this.#stream?.close();
		const address = this.#address;
		const stream = this.#ports.open(address);
		this.#stream = stream;
		this.#openedAt = this.#ports.now();
		// A stream that was replaced may still deliver; it no longer speaks for the connection.
		const on = (type: string, heard: (data: unknown) => void) =>
			stream.addEventListener(type, ({ data }) => {
				if (this.#stream === stream) heard(data);
			});
		on('open', () => this.#heard());
		on('heartbeat', () => this.#heard());
		on('poke', (data) => {
			this.#heard();
			this.#refresh(tablesOf(data));
		});
		on('board', (data) => {
			this.#heard();
			const news = JSON.parse(String(data)) as BoardNews<{ id: string }>;
			this.#board = { address, ...boardAfter(this.#board?.address === address ? this.#board : null, news) };
		});
		on('error', () => {
			this.#state = 'stale';
		});
	}

	#heard(): void {
		// Between the page's own reading and the first word of the stream there may have been news, too.
		const missedSomething = this.#state !== 'live';
		this.#state = 'live';
		this.#heardAt = this.#ports.now();
		if (missedSomething) this.#refresh(null);
	}

	#tick(): void {
		const now = this.#ports.now();
		const silent = now - Math.max(this.#heardAt ?? 0, this.#openedAt) > SILENCE_MS;
		if (silent) this.#state = 'stale';
		if (silent || this.#stream?.readyState === CLOSED) this.#connect();
		const quietFor = now - this.#refreshedAt;
		if (this.#state === 'live' ? quietFor >= QUIET_REFRESH_MS : quietFor >= STALE_REFRESH_MS) {
			this.#refreshedAt = now;
			void this.#ports.answers().then((answers) => {
				if (answers) this.#refresh(null);
			});
		}
	}

	/** One refresh at a time, and one more for all the news that came meanwhile. */
	#refresh(touched: readonly string[] | null): void {
		if (this.#refreshing) {
			this.#next = touched === null || this.#next === null ? null : [...(this.#next ?? []), ...touched];
			return;
		}
		this.#refreshing = true;
		void this.#ports
			.refresh(touched)
			.catch(() => undefined)
			.then(() => {
				this.#refreshing = false;
				this.#refreshedAt = this.#ports.now();
				const next = this.#next;
				if (next === undefined) return;
				this.#next = undefined;
				this.#refresh(next);
			});
	}
}

/** A poke of a server that does not say which tables is about all of them. */
function tablesOf(data: unknown): readonly string[] | null {
	if (typeof data !== 'string') return null;
	try {
		const { tables } = JSON.parse(data) as { tables?: unknown };
		return Array.isArray(tables) ? tables.map(String) : null;
	} catch {
		return null;
	}
}
