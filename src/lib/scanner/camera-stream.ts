/**
 * The phone's camera as a stream that stays alive: one `getUserMedia` per session, restarted when the phone takes it away,
 * with the abilities that its track really has. Knows nothing of codes.
 */
import type { CameraAbilities, CameraOptions, Lens, SourceFailure } from './ports.ts';

/** Below 2 pixels per module nothing reads. */
const SIZE = { width: { ideal: 1920 }, height: { ideal: 1080 } } as const;

/** Not yet in TypeScript's DOM: the Image Capture constraints that phones implement. */
interface LightAndLens {
	torch?: boolean;
	zoom?: { min: number; max: number; step?: number };
}

export const NO_ABILITIES: CameraAbilities = { torch: false, zoom: null, lenses: [] };

export class CameraStream {
	#lens: CameraOptions['lens'];
	#media: MediaDevices | undefined;
	#stream: MediaStream | null = null;
	#onLost: () => void;
	#forget: AbortController | null = null;

	/** `onLost`: the phone has ended or muted the track. `media` is undefined on a page that is not secure. */
	constructor(lens: CameraOptions['lens'], media: MediaDevices | undefined, onLost: () => void) {
		this.#lens = lens;
		this.#media = media;
		this.#onLost = onLost;
	}

	get stream(): MediaStream | null {
		return this.#stream;
	}

	get track(): MediaStreamTrack | null {
		return this.#stream?.getVideoTracks()[0] ?? null;
	}

	/** Opens the remembered lens, else the one that faces the surroundings; closes what was open. Never rejects. */
	async open(): Promise<SourceFailure | null> {
		this.close();
		if (!this.#media?.getUserMedia) return globalThis.isSecureContext ? 'unsupported' : 'insecure';
		const remembered = this.#lens.recall();
		try {
			this.#hold(await this.#ask(this.#media, remembered));
			return null;
		} catch (error) {
			const failure = failureOf(error);
			// The remembered lens may be gone: ids change when site data is cleared.
			if (failure !== 'no_camera' || remembered === null) return failure;
		}
		try {
			this.#hold(await this.#ask(this.#media, null));
			return null;
		} catch (error) {
			return failureOf(error);
		}
	}

	close(): void {
		this.#forget?.abort();
		for (const track of this.#stream?.getTracks() ?? []) track.stop();
		this.#stream = null;
	}

	async abilities(): Promise<CameraAbilities> {
		const track = this.track;
		if (!track || !this.#media) return NO_ABILITIES;
		// Firefox has no getCapabilities.
		const can: MediaTrackCapabilities & LightAndLens = track.getCapabilities?.() ?? {};
		const zoom = can.zoom && can.zoom.max > can.zoom.min ? can.zoom : null;
		return {
			torch: can.torch === true,
			zoom: zoom && { min: zoom.min, max: zoom.max, step: zoom.step ?? 0.1 },
			lenses: await lensesOf(this.#media)
		};
	}

	/** `false`: the phone refused. */
	async apply(setting: { torch: boolean } | { zoom: number }): Promise<boolean> {
		try {
			await this.track?.applyConstraints({ advanced: [setting as MediaTrackConstraintSet] });
			return this.track !== null;
		} catch {
			return false;
		}
	}

	#ask(media: MediaDevices, deviceId: string | null): Promise<MediaStream> {
		const which = deviceId === null ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: deviceId } };
		return media.getUserMedia({ audio: false, video: { ...SIZE, ...which } });
	}

	#hold(stream: MediaStream): void {
		this.#stream = stream;
		this.#forget = new AbortController();
		const track = this.track;
		for (const event of ['ended', 'mute'] as const) {
			track?.addEventListener(event, () => this.#onLost(), { signal: this.#forget.signal });
		}
		// The track that `facingMode` gave is the lens to come back to, never the first label with "back".
		const deviceId = track?.getSettings().deviceId;
		if (deviceId) this.#lens.remember(deviceId);
	}
}

async function lensesOf(media: MediaDevices): Promise<Lens[]> {
	const devices = await media.enumerateDevices().catch(() => []);
	return devices
		.filter((device) => device.kind === 'videoinput' && device.deviceId !== '')
		.map(({ deviceId, label }) => ({ deviceId, label }));
}

function failureOf(error: unknown): SourceFailure {
	switch (error instanceof DOMException ? error.name : '') {
		case 'NotAllowedError':
		case 'SecurityError':
			return 'denied';
		case 'NotFoundError':
		case 'OverconstrainedError':
			return 'no_camera';
		case 'NotReadableError':
		case 'AbortError':
			return 'in_use';
		default:
			return 'unsupported';
	}
}
