/**
 * The second engine: @zxing/browser on the main thread, for phones that refuse WebAssembly or workers. Reads less and
 * slower; what it is known to get wrong is switched off here.
 */
import { BrowserMultiFormatReader } from '@zxing/browser';
import { BarcodeFormat, DecodeHintType, type Result } from '@zxing/library';
import { splitAim } from './aim.ts';
import type { CodeFamily, Sighting } from './decode-messages.ts';
import type { Decoder } from './decoder.ts';

/** UPC-E is not offered: this engine never decodes it. */
const FAMILIES: ReadonlyMap<BarcodeFormat, CodeFamily> = new Map<BarcodeFormat, CodeFamily>([
	[BarcodeFormat.QR_CODE, 'qr'],
	[BarcodeFormat.DATA_MATRIX, 'datamatrix'],
	[BarcodeFormat.CODE_128, 'code128'],
	[BarcodeFormat.EAN_13, 'retail'],
	[BarcodeFormat.EAN_8, 'retail'],
	[BarcodeFormat.UPC_A, 'retail'],
	[BarcodeFormat.ITF, 'itf'],
	[BarcodeFormat.CODE_39, 'code39']
]);

/** An attempt takes up to a tenth of a second here: the screen needs the rest. */
const PAUSE_MS = 120;
/** Enough for a label that fills the reticle, and what the main thread can bear. */
const MAX_WIDTH = 1024;

export class FallbackDecoder implements Decoder {
	readonly engine = 'camera-fallback';
	#canvas = document.createElement('canvas');
	#reader = new BrowserMultiFormatReader(
		new Map<DecodeHintType, unknown>([
			[DecodeHintType.POSSIBLE_FORMATS, [...FAMILIES.keys()]],
			[DecodeHintType.TRY_HARDER, true],
			// Without it FNC1 is dropped, and a lot number merges with what follows it: wrong data.
			[DecodeHintType.ASSUME_GS1, true]
		])
	);

	async look(video: HTMLVideoElement): Promise<Sighting[]> {
		const sightings = this.#read(video);
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		return sightings;
	}

	restart(): void {}

	close(): void {
		this.#canvas.width = 0;
	}

	#read(video: HTMLVideoElement): Sighting[] {
		const scale = Math.min(1, MAX_WIDTH / video.videoWidth);
		this.#canvas.width = Math.round(video.videoWidth * scale);
		this.#canvas.height = Math.round(video.videoHeight * scale);
		this.#canvas
			.getContext('2d', { willReadFrequently: true })
			?.drawImage(video, 0, 0, this.#canvas.width, this.#canvas.height);
		try {
			return withoutWarnings(() => sighting(this.#reader.decodeFromCanvas(this.#canvas)));
		} catch {
			// Nothing found is an exception here, and so is a code that could not be read to its end.
			return [];
		}
	}
}

function sighting(result: Result): Sighting[] {
	const family = FAMILIES.get(result.getBarcodeFormat());
	if (!family) return [];
	const { text, symbology } = splitAim(result.getText());
	return [{ text, family, symbology, lineCount: null, position: null }];
}

/** This engine warns on every miss, several times a second. */
function withoutWarnings<T>(read: () => T): T {
	const warn = console.warn;
	console.warn = () => undefined;
	try {
		return read();
	} finally {
		console.warn = warn;
	}
}
