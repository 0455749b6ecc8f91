/**
 * The camera's self-test: opens it, counts its pictures, tells what it reads. Nothing that it reads means anything here.
 */
import { loadCamera } from '#lib/scanner/camera.ts';
import type { Camera, CameraOptions, SourceState } from '#lib/scanner/ports.ts';
import { cameraTrouble } from './floor-camera.svelte.ts';

const COUNT_MS = 1000;

export class CameraCheck {
	readonly #lens: CameraOptions['lens'];
	readonly #load: (options: CameraOptions) => Promise<Camera>;
	#camera: Camera | null = null;
	#isOn = $state(false);
	#state = $state.raw<SourceState>({ kind: 'idle' });
	#trouble = $state<string | null>(null);
	#perSecond = $state<number | null>(null);
	#torch = $state(false);
	#read = $state<string | null>(null);

	constructor(lens: CameraOptions['lens'], load = loadCamera) {
		this.#lens = lens;
		this.#load = load;
	}

	get isOn(): boolean {
		return this.#isOn;
	}

	/** In words; null: none. */
	get trouble(): string | null {
		return this.#trouble;
	}

	/** Pictures in the last second; null while it opens. */
	get perSecond(): number | null {
		return this.#perSecond;
	}

	/** null: it has none, or is not open. */
	get torch(): boolean | null {
		return this.#state.kind === 'running' && this.#camera?.abilities.torch ? this.#torch : null;
	}

	get isRunning(): boolean {
		return this.#state.kind === 'running';
	}

	/** The last text that it read. */
	get read(): string | null {
		return this.#read;
	}

	toggle(): void {
		this.#isOn = !this.#isOn;
		this.#trouble = this.#read = this.#perSecond = null;
	}

	async switchTorch(): Promise<void> {
		if (await this.#camera?.setTorch(!this.#torch)) this.#torch = !this.#torch;
	}

	/** For `{@attach}`: the test lasts as long as the element. */
	attach = (video: HTMLVideoElement): (() => void) => {
		let isGone = false;
		let frames = 0;
		const count = () => {
			frames++;
			if (!isGone) video.requestVideoFrameCallback(count);
		};
		if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(count);
		const timer = setInterval(() => {
			if (this.isRunning) this.#perSecond = frames;
			frames = 0;
		}, COUNT_MS);
		let unwatch = () => {};
		const open = async () => {
			const camera = await this.#load({ video, isKnownGtin: () => true, lens: this.#lens });
			if (isGone) return camera.stop();
			this.#camera = camera;
			unwatch = camera.watch((state) => {
				this.#state = state;
				this.#trouble = state.kind === 'failed' ? cameraTrouble(state.reason) : null;
			});
			await camera.start(({ text }) => (this.#read = text));
		};
		open().catch(() => (this.#trouble = cameraTrouble('not_loaded')));
		return () => {
			isGone = true;
			clearInterval(timer);
			unwatch();
			this.#camera?.stop();
			this.#camera = null;
			this.#state = { kind: 'idle' };
			this.#torch = false;
		};
	};
}
