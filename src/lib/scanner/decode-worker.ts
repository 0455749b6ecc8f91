/**
 * The engine: reads codes out of frames with zxing-wasm, off the main thread. Runs as a module worker of the page; knows
 * neither the camera nor what a code means.
 */
import { prepareZXingModule, readBarcodes, type ReaderOptions, type ReadResult } from 'zxing-wasm/reader';
import { isStrong } from './acceptance.ts';
import type { CodeFamily, FromWorker, Sighting, ToWorker } from './decode-messages.ts';
import { Ladder, RETICLE, type Rung } from './ladder.ts';
import type { Point, Quad } from './ports.ts';

const FAMILIES: Partial<Record<ReadResult['symbology'], CodeFamily>> = {
	QRCode: 'qr',
	DataMatrix: 'datamatrix',
	Code128: 'code128',
	EANUPC: 'retail',
	ITF: 'itf',
	Code39: 'code39'
};

const OPTIONS: ReaderOptions = {
	formats: ['QRCode', 'DataMatrix', 'Code128', 'EAN13', 'EAN8', 'UPCA', 'UPCE', 'ITF', 'Code39'],
	textMode: 'Plain',
	tryRotate: true,
	maxNumberOfSymbols: 8
};

const ladder = new Ladder();
let canvas: OffscreenCanvas | null = null;
let context: OffscreenCanvasRenderingContext2D | null = null;

self.addEventListener('message', (event: MessageEvent<ToWorker>) => {
	const message = event.data;
	if (message.kind === 'open') void open(message.wasmUrl);
	else if (message.kind === 'restart') ladder.restart();
	else void look(message.bitmap);
});

function answer(message: FromWorker): void {
	self.postMessage(message);
}

async function open(wasmUrl: string): Promise<void> {
	try {
		await prepareZXingModule({
			// Its own default is a CDN.
			overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) },
			fireImmediately: true
		});
		// The first read compiles; better now than under a worker's first carton.
		await readBarcodes(new ImageData(32, 32), OPTIONS);
		answer({ kind: 'ready' });
	} catch (error) {
		answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
	}
}

async function look(bitmap: ImageBitmap): Promise<void> {
	const began = performance.now();
	const rung = ladder.rung;
	let sightings: Sighting[] = [];
	try {
		const view = viewOf(bitmap, rung);
		const results = await readBarcodes(draw(bitmap, view), {
			...OPTIONS,
			tryHarder: rung.harder,
			tryDownscale: rung.harder,
			tryInvert: rung.inverted
		});
		sightings = results.flatMap((result) => sighting(result, view, bitmap));
	} finally {
		bitmap.close();
		ladder.report(sightings.some(isStrong));
		answer({ kind: 'seen', sightings, ms: performance.now() - began });
	}
}

/** The part of the frame that is read: its top left corner and size in the frame, and the canvas it is turned on. */
interface View {
	x: number;
	y: number;
	width: number;
	height: number;
	/** Radians. */
	turn: number;
	canvasWidth: number;
	canvasHeight: number;
}

function viewOf(bitmap: ImageBitmap, rung: Rung): View {
	const share = rung.area === 'reticle' ? RETICLE : { width: 1, height: 1 };
	const width = Math.round(bitmap.width * share.width);
	const height = Math.round(bitmap.height * share.height);
	const turn = (rung.turn * Math.PI) / 180;
	return {
		x: Math.round((bitmap.width - width) / 2),
		y: Math.round((bitmap.height - height) / 2),
		width,
		height,
		turn,
		canvasWidth: Math.ceil(width * Math.abs(Math.cos(turn)) + height * Math.abs(Math.sin(turn))),
		canvasHeight: Math.ceil(width * Math.abs(Math.sin(turn)) + height * Math.abs(Math.cos(turn)))
	};
}

function draw(bitmap: ImageBitmap, view: View): ImageData {
	const { canvasWidth, canvasHeight } = view;
	if (!canvas || !context || canvas.width !== canvasWidth || canvas.height !== canvasHeight) {
		canvas = new OffscreenCanvas(canvasWidth, canvasHeight);
		context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
		if (!context) throw new Error('no 2d canvas in a worker');
	}
	context.resetTransform();
	context.fillStyle = '#fff';
	context.fillRect(0, 0, canvasWidth, canvasHeight);
	context.translate(canvasWidth / 2, canvasHeight / 2);
	context.rotate(view.turn);
	const { x, y, width, height } = view;
	context.drawImage(bitmap, x, y, width, height, -width / 2, -height / 2, width, height);
	return context.getImageData(0, 0, canvasWidth, canvasHeight);
}

function sighting(result: ReadResult, view: View, frame: ImageBitmap): Sighting[] {
	const family = FAMILIES[result.symbology];
	if (!family || !result.isValid || result.text === '') return [];
	const { topLeft, topRight, bottomRight, bottomLeft } = result.position;
	const corner = (point: Point): Point => inFrame(point, view, frame);
	const position: Quad = [corner(topLeft), corner(topRight), corner(bottomRight), corner(bottomLeft)];
	const symbology = result.symbologyIdentifier || null;
	return [{ text: result.text, family, symbology, lineCount: result.lineCount, position }];
}

/** Turns a point of the canvas back into the frame, 0…1. */
function inFrame(point: Point, view: View, frame: ImageBitmap): Point {
	const x = point.x - view.canvasWidth / 2;
	const y = point.y - view.canvasHeight / 2;
	const cos = Math.cos(-view.turn);
	const sin = Math.sin(-view.turn);
	return {
		x: (view.x + view.width / 2 + x * cos - y * sin) / frame.width,
		y: (view.y + view.height / 2 + x * sin + y * cos) / frame.height
	};
}
