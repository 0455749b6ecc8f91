/**
 * The camera as a screen shows it: open or not, what it can do, and in one line why it cannot be had. The engine behind it is
 * loaded when it is first opened. Knows nothing of what a code means.
 */
import { loadCamera } from '#lib/scanner/camera.ts';
import type { Camera, CameraOptions, Read, SourceFailure, SourceState } from '#lib/scanner/ports.ts';
import { m } from '#lib/paraglide/messages.js';
import type { FloorSettings } from './settings.svelte.ts';

const FAILURES = {
	denied: m.floor_camera_denied,
	no_camera: m.floor_camera_none,
	in_use: m.floor_camera_in_use,
	insecure: m.floor_camera_insecure,
	unsupported: m.floor_camera_unsupported
} as const satisfies Record<SourceFailure, () => string>;

/** Why there is no picture, in one line. `not_loaded`: offline before it was ever opened here. */
export const cameraTrouble = (reason: SourceFailure | 'not_loaded'): string =>
	reason === 'not_loaded' ? m.floor_camera_not_loaded() : FAILURES[reason]();

export interface FloorCameraPorts {
	settings: FloorSettings;
	onread: (read: Read) => void;
	isKnownGtin: CameraOptions['isKnownGtin'];
	/** `loadCamera`, except in tests. */
	load?: (options: CameraOptions) => Promise<Camera>;
}

export class FloorCamera {
	#ports: FloorCameraPorts;
	#camera: Camera | null = null;
	#state = $state.raw<SourceState>({ kind: 'idle' });
	/** The camera's code could not be loaded: offline before it was ever opened here. */
	#notLoaded = $state(false);
	#torch = $state(false);
	#zoom = $state(1);

	constructor(ports: FloorCameraPorts) {
		this.#ports = ports;
	}

	/** Does the worker want the picture? Remembered on this phone. */
	get wanted(): boolean {
		return this.#ports.settings.current.cameraOpen;
	}

	/** Is there a picture, or one on its way? */
	get shown(): boolean {
		return this.wanted && this.trouble === null;
	}

	/** Why there is none though it is wanted, in one line; null: none that is known. */
	get trouble(): string | null {
		if (!this.wanted) return null;
		if (this.#notLoaded) return cameraTrouble('not_loaded');
		return this.#state.kind === 'failed' ? cameraTrouble(this.#state.reason) : null;
	}

	get phase(): 'starting' | 'running' | 'interrupted' {
		const { kind } = this.#state;
		return kind === 'running' || kind === 'interrupted' ? kind : 'starting';
	}

	get lenses(): number {
		return this.#state.kind === 'running' ? (this.#camera?.abilities.lenses.length ?? 0) : 0;
	}

	/** null: this phone has no torch. */
	get torch(): boolean | null {
		return this.#state.kind === 'running' && this.#camera?.abilities.torch ? this.#torch : null;
	}

	/** The factor now and the one to switch to; null: no zoom. */
	get zoom(): { now: number; other: number } | null {
		const range = this.#state.kind === 'running' ? this.#camera?.abilities.zoom : null;
		if (!range || range.max <= range.min) return null;
		const far = Math.min(range.max, Math.max(2, range.min));
		const near = Math.max(range.min, 1);
		return this.#zoom === far ? { now: far, other: near } : { now: this.#zoom, other: far };
	}

	toggle(): void {
		this.#notLoaded = false;
		this.#state = { kind: 'idle' };
		this.#ports.settings.change({ cameraOpen: !this.wanted });
	}

	/** For `{@attach}`: runs the camera on this element until the element goes. */
	attach = (video: HTMLVideoElement): (() => void) => {
		let gone = false;
		let unwatch: (() => void) | null = null;
		void this.#load(video).then(async (camera) => {
			if (!camera) return;
			if (gone) return camera.stop();
			this.#camera = camera;
			unwatch = camera.watch((state) => (this.#state = state));
			await camera.start(this.#ports.onread);
		});
		return () => {
			gone = true;
			unwatch?.();
			this.#camera?.stop();
			this.#camera = null;
			this.#torch = false;
			this.#zoom = 1;
		};
	};

	async switchTorch(): Promise<void> {
		if (await this.#camera?.setTorch(!this.#torch)) this.#torch = !this.#torch;
	}

	async switchZoom(): Promise<void> {
		const zoom = this.zoom;
		if (zoom && (await this.#camera?.setZoom(zoom.other))) this.#zoom = zoom.other;
	}

	/** The next lens, round and round. */
	async switchLens(): Promise<void> {
		const lenses = this.#camera?.abilities.lenses ?? [];
		const current = lenses.findIndex((lens) => lens.deviceId === this.#ports.settings.current.lensId);
		const next = lenses[(current + 1) % lenses.length];
		if (next) await this.#camera?.useLens(next.deviceId);
	}

	async #load(video: HTMLVideoElement): Promise<Camera | null> {
		const { settings, isKnownGtin, load = loadCamera } = this.#ports;
		try {
			return await load({
				video,
				isKnownGtin,
				lens: {
					recall: () => settings.current.lensId,
					remember: (lensId) => settings.change({ lensId })
				}
			});
		} catch {
			this.#notLoaded = true;
			return null;
		}
	}
}
