import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareZXingModule, writeBarcode, type WriterOptions } from 'zxing-wasm/writer';
import writerWasmUrl from 'zxing-wasm/writer/zxing_writer.wasm?url';

import { isStrong } from './acceptance.ts';
import { CameraSource } from './camera-source.ts';
import type { Sighting } from './decode-messages.ts';
import { openDecoder, type Decoder } from './decoder.ts';
import type { CameraOptions, Read, SourceState } from './ports.ts';
import { FallbackDecoder } from './zxing-fallback.ts';

/** What the camera looks at: a canvas whose picture is a live video track. */
class Scene {
	readonly canvas = document.createElement('canvas');
	#context = this.canvas.getContext('2d')!;
	#timer: ReturnType<typeof setInterval>;

	constructor() {
		this.canvas.width = 1920;
		this.canvas.height = 1080;
		this.show(null);
		// A canvas that is not drawn to gives no frames; a camera never stops.
		this.#timer = setInterval(() => this.#context.fillRect(0, 0, 1, 1), 30);
	}

	show(code: ImageBitmap | null, turn = 0): void {
		const { width, height } = this.canvas;
		this.#context.resetTransform();
		this.#context.fillStyle = '#d8d2c4';
		this.#context.fillRect(0, 0, width, height);
		if (!code) return;
		this.#context.translate(width / 2, height / 2);
		this.#context.rotate((turn * Math.PI) / 180);
		this.#context.drawImage(code, -code.width / 2, -code.height / 2);
		this.#context.resetTransform();
	}

	stream(): MediaStream {
		return this.canvas.captureStream(30);
	}

	close(): void {
		clearInterval(this.#timer);
	}
}

async function label(text: string, format: NonNullable<WriterOptions['format']>, options = ''): Promise<ImageBitmap> {
	prepareZXingModule({ overrides: { locateFile: () => writerWasmUrl } });
	const linear = format !== 'QRCode' && format !== 'DataMatrix';
	const { image, error } = await writeBarcode(text, { format, options, scale: linear ? 3 : 8, addQuietZones: true });
	if (!image) throw new Error(`no barcode: ${error}`);
	const bitmap = await createImageBitmap(image);
	if (!linear) return bitmap;
	return createImageBitmap(bitmap, { resizeHeight: 160, resizeWidth: bitmap.width, resizeQuality: 'pixelated' });
}

async function playing(stream: MediaStream): Promise<HTMLVideoElement> {
	const video = document.createElement('video');
	video.muted = true;
	video.srcObject = stream;
	document.body.append(video);
	await video.play();
	return video;
}

/** Looks until something is seen: one rung of the ladder each time. */
async function lookUntilSeen(decoder: Decoder, video: HTMLVideoElement): Promise<Sighting | undefined> {
	for (let attempt = 0; attempt < 24; attempt++) {
		const sighting = (await decoder.look(video)).find((seen) => seen.lineCount === null || isStrong(seen));
		if (sighting) return sighting;
	}
	return undefined;
}

let scene: Scene;

beforeEach(() => {
	scene = new Scene();
});

afterEach(() => {
	scene.close();
	document.body.innerHTML = '';
});

const CODES = [
	['CN-004217-K', 'QRCode', 'qr', ']Q1'],
	['CN-004217-K', 'DataMatrix', 'datamatrix', ']d1'],
	['CN-004217-K', 'Code128', 'code128', ']C0'],
	['9521234543213', 'EAN13', 'retail', ']E0'],
	['09521234543213', 'ITF', 'itf', ']I1'],
	['ZA-01-B', 'Code39', 'code39', ']A0']
] as const;

describe('engine', { timeout: 30_000 }, () => {
	it.each(CODES)('[scanner] %s as %s, upright and at any angle', async (text, format, family, symbology) => {
		const decoder = await openDecoder();
		expect(decoder.engine).toBe('camera');
		const code = await label(text, format);
		for (const turn of [0, 45, 110]) {
			scene.show(code, turn);
			const video = await playing(scene.stream());
			const sighting = await lookUntilSeen(decoder, video);
			expect(sighting).toMatchObject({ text, family });
			expect(sighting?.symbology?.slice(0, 2)).toBe(symbology.slice(0, 2));
			for (const corner of sighting?.position ?? []) {
				expect(Math.hypot(corner.x - 0.5, corner.y - 0.5)).toBeLessThan(0.45);
			}
		}
		decoder.close();
	});

	it('[scanner] nothing in view is nothing seen, on every rung', async () => {
		const decoder = await openDecoder();
		const video = await playing(scene.stream());
		expect(await lookUntilSeen(decoder, video)).toBeUndefined();
		decoder.close();
		await expect(decoder.look(video)).rejects.toThrow('closed');
	});

	it('[R4] GS1-128 comes with its identifier and its separators, from either engine', async () => {
		scene.show(await label('[01]09521234543213[10]A12[17]270331', 'Code128', 'gs1'));
		const video = await playing(scene.stream());
		for (const decoder of [await openDecoder(), new FallbackDecoder()]) {
			expect(await lookUntilSeen(decoder, video)).toMatchObject({
				text: '010952123454321310A12\x1d17270331',
				family: 'code128',
				symbology: ']C1'
			});
			decoder.close();
		}
	});

	it('[scanner] the fallback reads, counts no lines and keeps the console quiet', async () => {
		const warnings: unknown[] = [];
		const warn = console.warn;
		console.warn = (...args: unknown[]) => warnings.push(args);
		const decoder = new FallbackDecoder();
		const video = await playing(scene.stream());
		expect(await decoder.look(video)).toEqual([]);
		scene.show(await label('CN-004217-K', 'Code128'));
		expect(await lookUntilSeen(decoder, video)).toMatchObject({
			text: 'CN-004217-K',
			family: 'code128',
			lineCount: null
		});
		console.warn = warn;
		expect(warnings).toEqual([]);
	});
});

describe('camera', { timeout: 30_000 }, () => {
	/** A phone's camera by hand: gives streams of the scene, or refuses. */
	class FakeMedia {
		asked: MediaStreamConstraints[] = [];
		streams: MediaStream[] = [];
		refuse: string | null = null;

		getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
			this.asked.push(constraints);
			if (this.refuse) return Promise.reject(new DOMException('refused', this.refuse));
			const stream = scene.stream();
			this.streams.push(stream);
			return Promise.resolve(stream);
		}

		enumerateDevices(): Promise<MediaDeviceInfo[]> {
			return Promise.resolve([]);
		}
	}

	let media: FakeMedia;
	let camera: CameraSource;
	let reads: Read[];
	let states: SourceState[];
	let remembered: string | null;

	beforeEach(() => {
		media = new FakeMedia();
		reads = [];
		states = [];
		remembered = null;
		const video = document.createElement('video');
		video.muted = true;
		document.body.append(video);
		const options: CameraOptions = {
			video,
			isKnownGtin: () => false,
			lens: { recall: () => remembered, remember: (deviceId) => (remembered = deviceId) }
		};
		camera = new CameraSource(options, media as unknown as MediaDevices);
		camera.watch((state) => states.push(state));
	});

	afterEach(() => camera.stop());

	it('[scanner] opens once at 1920×1080 facing the surroundings, reads, and lets everything go', async () => {
		scene.show(await label('CN-004217-K', 'QRCode'), 30);
		await camera.start((read) => reads.push(read));
		await expect
			.poll(() => reads[0], { timeout: 15_000 })
			.toMatchObject({
				text: 'CN-004217-K',
				symbology: ']Q1',
				source: 'camera',
				unsure: false
			});
		expect(media.asked).toEqual([
			{ audio: false, video: { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: { ideal: 'environment' } } }
		]);
		expect(remembered).toBe(media.streams[0]?.getVideoTracks()[0]?.getSettings().deviceId ?? null);
		expect(camera.abilities).toEqual({ torch: false, zoom: null, lenses: [] });
		camera.stop();
		expect(media.streams[0]?.getVideoTracks()[0]?.readyState).toBe('ended');
		expect(states.map((state) => state.kind)).toEqual(['idle', 'starting', 'running', 'idle']);
	});

	it('[scanner] a track that the phone ends is opened again, and reads go on', async () => {
		await camera.start((read) => reads.push(read));
		const [track] = media.streams[0]?.getVideoTracks() ?? [];
		track?.stop();
		track?.dispatchEvent(new Event('ended'));
		await expect.poll(() => camera.state.kind, { timeout: 15_000 }).toBe('running');
		expect(states.map((state) => state.kind)).toContain('interrupted');
		scene.show(await label('CN-2', 'QRCode'));
		await expect.poll(() => reads[0]?.text, { timeout: 15_000 }).toBe('CN-2');
		expect(media.asked).toHaveLength(2);
	});

	it('[scanner] a camera that gives no frame is opened again', async () => {
		await camera.start((read) => reads.push(read));
		scene.close();
		media.streams[0]?.getVideoTracks()[0]?.stop();
		await expect.poll(() => media.asked.length, { timeout: 15_000 }).toBeGreaterThan(1);
		expect(states.map((state) => state.kind)).toContain('interrupted');
	});

	it.each([
		['NotAllowedError', 'denied'],
		['NotFoundError', 'no_camera'],
		['NotReadableError', 'in_use']
	])('[scanner] %s is told as %s, and it can be tried again', async (name, reason) => {
		media.refuse = name;
		await camera.start((read) => reads.push(read));
		expect(camera.state).toEqual({ kind: 'failed', reason });
		media.refuse = null;
		await camera.start((read) => reads.push(read));
		expect(camera.state).toEqual({ kind: 'running' });
	});

	it('[scanner] a remembered lens that is gone gives way to the one that faces the surroundings', async () => {
		remembered = 'gone';
		const { getUserMedia } = media;
		media.getUserMedia = (constraints) => {
			const gone = JSON.stringify(constraints).includes('gone');
			media.refuse = gone ? 'OverconstrainedError' : null;
			return getUserMedia.call(media, constraints);
		};
		await camera.start((read) => reads.push(read));
		expect(camera.state).toEqual({ kind: 'running' });
		expect(media.asked).toHaveLength(2);
	});
});
