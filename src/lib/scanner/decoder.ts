/**
 * The engine as the camera sees it: a frame goes in, what was seen comes out, one at a time. The first choice is zxing-wasm
 * in a worker; where WebAssembly or workers are refused, @zxing/browser on the main thread.
 */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { FromWorker, Sighting, ToWorker } from './decode-messages.ts';
import DecodeWorker from './decode-worker.ts?worker';

export interface Decoder {
	readonly engine: 'camera' | 'camera-fallback';
	/** Looks at what the video shows now. One call at a time; rejects when the engine has died. */
	look(video: HTMLVideoElement): Promise<Sighting[]>;
	/** Another camera or lens. */
	restart(): void;
	close(): void;
}

/** A worker that is not ready by then will not be: its file or WebAssembly is refused. */
const READY_WITHIN_MS = 3000;

/** Rejects only when neither engine can be loaded. */
export async function openDecoder(): Promise<Decoder> {
	try {
		return await WorkerDecoder.open();
	} catch {
		// eslint-disable-next-line fence/dynamic-import -- lazy by design: most phones never need the second engine.
		const { FallbackDecoder } = await import('./zxing-fallback.ts');
		return new FallbackDecoder();
	}
}

class WorkerDecoder implements Decoder {
	readonly engine = 'camera';
	#worker: Worker;
	#closed = false;
	#settle: { resolve: (sightings: Sighting[]) => void; reject: (reason: Error) => void } | null = null;

	private constructor(worker: Worker) {
		this.#worker = worker;
		worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
			if (data.kind !== 'seen') return;
			this.#settle?.resolve(data.sightings);
			this.#settle = null;
		};
		worker.onerror = (event) => this.#die(event.message);
	}

	/** Rejects when the worker or its WebAssembly cannot start, or takes too long. */
	static async open(): Promise<WorkerDecoder> {
		const worker = new DecodeWorker();
		let timer: ReturnType<typeof setTimeout> | undefined;
		try {
			await new Promise<void>((resolve, reject) => {
				timer = setTimeout(() => reject(new Error('decode worker not ready in time')), READY_WITHIN_MS);
				worker.onerror = (event) => reject(new Error(event.message || 'decode worker refused'));
				worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
					if (data.kind === 'ready') resolve();
					if (data.kind === 'failed') reject(new Error(data.message));
				};
				worker.postMessage({ kind: 'open', wasmUrl } satisfies ToWorker);
			});
			return new WorkerDecoder(worker);
		} catch (error) {
			worker.terminate();
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}

	async look(video: HTMLVideoElement): Promise<Sighting[]> {
		const bitmap = await createImageBitmap(video);
		if (this.#closed) {
			bitmap.close();
			throw new Error('closed');
		}
		return new Promise((resolve, reject) => {
			this.#settle = { resolve, reject };
			this.#worker.postMessage({ kind: 'frame', bitmap } satisfies ToWorker, [bitmap]);
		});
	}

	restart(): void {
		this.#worker.postMessage({ kind: 'restart' } satisfies ToWorker);
	}

	close(): void {
		this.#worker.terminate();
		this.#die('closed');
	}

	#die(reason: string): void {
		this.#closed = true;
		this.#settle?.reject(new Error(reason));
		this.#settle = null;
	}
}
