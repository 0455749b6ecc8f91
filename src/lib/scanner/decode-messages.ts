/** What the page and its decode worker say to each other. One frame is in flight at a time, so answers need no number. */
import type { Quad } from './ports.ts';

/** The families of codes that a warehouse meets; everything else reads as nothing. */
export type CodeFamily = 'qr' | 'datamatrix' | 'code128' | 'retail' | 'itf' | 'code39';

/** One code as the engine saw it in one frame; not yet accepted. */
export interface Sighting {
	text: string;
	family: CodeFamily;
	/** AIM identifier. */
	symbology: string | null;
	/** Scan lines that agreed, 0 for two-dimensional codes; null: this engine does not count them. */
	lineCount: number | null;
	position: Quad | null;
}

export type ToWorker =
	| { kind: 'open'; wasmUrl: string }
	/** The bitmap is transferred and closed by the worker. */
	| { kind: 'frame'; bitmap: ImageBitmap }
	| { kind: 'restart' };

export type FromWorker =
	| { kind: 'ready' }
	| { kind: 'failed'; message: string }
	/** `ms`: how long the attempt took. */
	| { kind: 'seen'; sightings: Sighting[]; ms: number };
