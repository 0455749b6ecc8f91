/**
 * The server's event stream on this phone: one `EventSource`, opened by the tab that drains. Forty seconds of silence, or
 * an error that the browser gives up on, and it is opened anew; the pull loop polls meanwhile (sync §3).
 */
import type { NewsStream } from '#lib/sync/ports.ts';

const SILENT_MS = 40_000;
const LOOK_EVERY_MS = 5000;

type Listener = Parameters<NewsStream['open']>[1];

export class EventSourceNews implements NewsStream {
	#source: EventSource | null = null;
	#timer: ReturnType<typeof setInterval> | null = null;
	#heardAt = 0;
	#isAlive = false;

	open(replicaId: string, listener: Listener): void {
		this.close();
		this.#connect(replicaId, listener);
		this.#timer = setInterval(() => {
			const isClosed = this.#source?.readyState === EventSource.CLOSED;
			if (!isClosed && Date.now() - this.#heardAt <= SILENT_MS) return;
			this.#say(listener, false);
			this.#connect(replicaId, listener);
		}, LOOK_EVERY_MS);
	}

	close(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
		this.#source?.close();
		this.#source = null;
		this.#isAlive = false;
	}

	#connect(replicaId: string, listener: Listener): void {
		this.#source?.close();
		this.#heardAt = Date.now();
		const source = new EventSource(`/api/sync/events?${new URLSearchParams({ kind: 'phone', replica: replicaId })}`);
		this.#source = source;
		const heard = () => {
			if (source !== this.#source) return;
			this.#heardAt = Date.now();
			this.#say(listener, true);
		};
		source.addEventListener('open', heard);
		source.addEventListener('heartbeat', heard);
		source.addEventListener('poke', ({ data }: MessageEvent<string>) => {
			heard();
			const news = newsOf(data);
			if (news) listener.poke(news.headSeq, news.epoch);
		});
		source.addEventListener('error', () => {
			if (source === this.#source) this.#say(listener, false);
		});
	}

	#say(listener: Listener, isAlive: boolean): void {
		if (isAlive === this.#isAlive) return;
		this.#isAlive = isAlive;
		listener.alive(isAlive);
	}
}

function newsOf(data: string): { headSeq: number; epoch: string } | null {
	try {
		const news = JSON.parse(data) as { headSeq?: unknown; epoch?: unknown };
		return typeof news.headSeq === 'number' && typeof news.epoch === 'string'
			? { headSeq: news.headSeq, epoch: news.epoch }
			: null;
	} catch {
		return null;
	}
}
