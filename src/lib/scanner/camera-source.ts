/**
 * The camera as a source of reads: stream → frames → engine → acceptance. Lives from the first opening to the end of the
 * scanning; survives calls, other apps and the background by starting its track again.
 *
 * ```
 *        ┌───────────── frame ◀──────────────┐
 *  video ┴▶ engine idle? ─yes▶ look ─▶ accept ┴▶ read      (one frame in flight, the others are dropped)
 *  no frame for 1.5 s, track ended or muted ─▶ interrupted ─▶ open again
 * ```
 */
import { Acceptance } from './acceptance.ts';
import { CameraStream, NO_ABILITIES } from './camera-stream.ts';
import type { Sighting } from './decode-messages.ts';
import { openDecoder, type Decoder } from './decoder.ts';
import type { Camera, CameraAbilities, CameraOptions, Point, Read, SourceState } from './ports.ts';

const STALLED_AFTER_MS = 1500;
/** How often a camera that was taken away is asked for again. */
const RETRY_MS = 2000;

export class CameraSource implements Camera {
	abilities: CameraAbilities = NO_ABILITIES;
	#options: CameraOptions;
	#stream: CameraStream;
	#acceptance: Acceptance;
	#decoder: Decoder | null = null;
	#engineOpening: Promise<Decoder | null> | null = null;
	#state: SourceState = { kind: 'idle' };
	#listeners = new Set<(state: SourceState) => void>();
	#onRead: ((read: Read) => void) | null = null;
	/** Counts the openings: what an earlier one still has under way is void. */
	#session = 0;
	#looking = false;
	#watchdog: ReturnType<typeof setTimeout> | undefined;
	#cancelFrame: () => void = () => undefined;
	#forget: AbortController | null = null;

	constructor(options: CameraOptions, media: MediaDevices | undefined = navigator.mediaDevices) {
		this.#options = options;
		this.#acceptance = new Acceptance(options.isKnownGtin);
		this.#stream = new CameraStream(options.lens, media, () => this.#lost());
	}

	get state(): SourceState {
		return this.#state;
	}

	get engine(): Decoder['engine'] | null {
		return this.#decoder?.engine ?? null;
	}

	watch(listener: (state: SourceState) => void): () => void {
		this.#listeners.add(listener);
		listener(this.#state);
		return () => this.#listeners.delete(listener);
	}

	async start(onRead: (read: Read) => void): Promise<void> {
		if (this.#onRead) return;
		this.#onRead = onRead;
		this.#forget = new AbortController();
		document.addEventListener('visibilitychange', () => this.#visibility(), { signal: this.#forget.signal });
		this.#become({ kind: 'starting' });
		await this.#open();
	}

	stop(): void {
		this.#session += 1;
		this.#onRead = null;
		this.#forget?.abort();
		this.#halt();
		this.#decoder?.close();
		this.#decoder = null;
		this.#stream.close();
		this.#options.video.srcObject = null;
		this.abilities = NO_ABILITIES;
		this.#become({ kind: 'idle' });
	}

	setTorch(on: boolean): Promise<boolean> {
		return this.#stream.apply({ torch: on });
	}

	setZoom(factor: number): Promise<boolean> {
		return this.#stream.apply({ zoom: factor });
	}

	async useLens(deviceId: string): Promise<void> {
		this.#options.lens.remember(deviceId);
		if (this.#onRead) await this.#open();
	}

	/** Camera and engine start at the same time; the picture does not wait for the engine. */
	async #open(): Promise<void> {
		const session = ++this.#session;
		this.#halt();
		const opening = this.#openEngine();
		const failure = await this.#stream.open();
		if (session !== this.#session) {
			// Stopped, or opened anew, while the phone was asking.
			if (!this.#onRead) this.#stream.close();
			return;
		}
		if (failure) return this.#fail(failure);
		this.#acceptance.restart();
		this.#options.video.srcObject = this.#stream.stream;
		try {
			await this.#options.video.play();
		} catch {
			// Not visible yet, or replaced meanwhile: the watchdog opens it again if no frame comes.
		}
		const abilities = await this.#stream.abilities();
		if (session !== this.#session) return;
		this.abilities = abilities;
		this.#become({ kind: 'running' });
		this.#awaitFrame(session);
		const decoder = await opening;
		if (session !== this.#session) return;
		if (decoder) decoder.restart();
		else this.#fail('unsupported');
	}

	async #openEngine(): Promise<Decoder | null> {
		if (this.#decoder) return this.#decoder;
		this.#engineOpening ??= openDecoder().catch(() => null);
		const decoder = await this.#engineOpening;
		this.#engineOpening = null;
		if (this.#onRead) return (this.#decoder ??= decoder);
		decoder?.close();
		return null;
	}

	#fail(reason: Extract<SourceState, { kind: 'failed' }>['reason']): void {
		// Another app has the camera for a moment: it comes back.
		if (reason === 'in_use' && this.#state.kind === 'interrupted') {
			this.#watchdog = setTimeout(() => void this.#open(), RETRY_MS);
			return;
		}
		this.stop();
		this.#become({ kind: 'failed', reason });
	}

	#awaitFrame(session: number): void {
		if (session !== this.#session) return;
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(() => this.#lost(), STALLED_AFTER_MS);
		this.#cancelFrame = nextFrame(this.#options.video, () => {
			if (session !== this.#session) return;
			void this.#look(session);
			this.#awaitFrame(session);
		});
	}

	async #look(session: number): Promise<void> {
		const decoder = this.#decoder;
		if (this.#looking || !decoder) return;
		this.#looking = true;
		try {
			const sightings = await decoder.look(this.#options.video);
			if (session === this.#session) this.#accept(sightings, decoder.engine);
		} catch {
			// The engine died under this frame; the next opening starts a new one.
			if (session === this.#session) {
				this.#decoder?.close();
				this.#decoder = null;
				this.#lost();
			}
		} finally {
			this.#looking = false;
		}
	}

	/** Of several codes in one frame a worker means the one nearest the middle of the reticle. */
	#accept(sightings: Sighting[], source: Decoder['engine']): void {
		const accepted = this.#acceptance.frame(sightings);
		accepted.sort((a, b) => offCentre(a.sighting) - offCentre(b.sighting));
		const nearest = accepted[0];
		if (!nearest) return;
		const { text, symbology, position } = nearest.sighting;
		this.#onRead?.({ text, symbology, position, at: Date.now(), source, unsure: nearest.unsure });
	}

	#lost(): void {
		if (!this.#onRead || document.hidden) return;
		this.#become({ kind: 'interrupted' });
		void this.#open();
	}

	#visibility(): void {
		if (document.hidden) {
			this.#halt();
			return;
		}
		const track = this.#stream.track;
		if (!track || track.readyState === 'ended' || track.muted) this.#lost();
		else if (this.#state.kind === 'running') {
			void this.#options.video.play().catch(() => undefined);
			this.#awaitFrame(this.#session);
		}
	}

	/** No more frames are asked for; the stream stays open. */
	#halt(): void {
		clearTimeout(this.#watchdog);
		this.#cancelFrame();
	}

	#become(state: SourceState): void {
		this.#state = state;
		for (const listener of this.#listeners) listener(state);
	}
}

/** Calls back once when the video shows another frame; returns how to not be called. */
function nextFrame(video: HTMLVideoElement, callback: () => void): () => void {
	if (typeof video.requestVideoFrameCallback === 'function') {
		const id = video.requestVideoFrameCallback(callback);
		return () => video.cancelVideoFrameCallback(id);
	}
	// Older Firefox: look at the clock of the video at every repaint.
	const shown = video.currentTime;
	const poll = (): void => {
		if (video.currentTime !== shown) callback();
		else id = requestAnimationFrame(poll);
	};
	let id = requestAnimationFrame(poll);
	return () => cancelAnimationFrame(id);
}

function offCentre({ position }: Sighting): number {
	if (!position) return 0;
	const mean = (axis: keyof Point): number => position.reduce((sum, point) => sum + point[axis], 0) / position.length;
	return Math.hypot(mean('x') - 0.5, mean('y') - 0.5);
}
