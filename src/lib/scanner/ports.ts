/**
 * What every scanner is to the rest of the program: a source of reads. Sources turn light or key strokes into text; what
 * a text means (R4) is decided elsewhere. Runs on the phone; nothing here knows a carton.
 */

/** `wedge`: a hardware scanner that types. `camera`: zxing-wasm. `camera-fallback`: @zxing/browser. `typed`: a person. */
export type ReadSourceName = 'wedge' | 'camera' | 'camera-fallback' | 'typed';

export interface Point {
	x: number;
	y: number;
}

/** The corners of a code in the picture, each coordinate 0…1 of the frame's width and height, clockwise from top left. */
export type Quad = readonly [Point, Point, Point, Point];

/** One accepted reading of one code. */
export interface Read {
	/** Without AIM identifier; GS1 separators are `\x1d`. */
	text: string;
	/** AIM symbology identifier (`]C1`, `]d2`, `]E0`, …), which tells GS1 apart; null when the scanner does not send it. */
	symbology: string | null;
	/** Milliseconds since 1970, this device's clock. */
	at: number;
	source: ReadSourceName;
	/** Where it stood in the picture; null for everything but a camera. */
	position: Quad | null;
	/** A retail code that no known product has: it may be a misreading, ask before acting on it. */
	unsure: boolean;
}

/** Why a camera cannot be had. `insecure`: the page is not served over HTTPS. */
export type SourceFailure = 'denied' | 'no_camera' | 'in_use' | 'insecure' | 'unsupported';

/**
 * ```
 * idle ─start─▶ starting ─▶ running ◀──▶ interrupted (a call, another app, the background: it comes back by itself)
 *                  └─▶ failed             any ─stop─▶ idle
 * ```
 */
export type SourceState =
	{ kind: 'idle' | 'starting' | 'running' | 'interrupted' } | { kind: 'failed'; reason: SourceFailure };

export interface ReadSource {
	readonly state: SourceState;
	/** Resolves when reads can come, or when it failed (see `state`); never rejects. A second call while started does nothing. */
	start(onRead: (read: Read) => void): Promise<void>;
	stop(): void;
	/** Calls back now and after every change, until the returned function is called. */
	watch(listener: (state: SourceState) => void): () => void;
}

/** What this phone's camera can do; what it lacks is not shown. */
export interface CameraAbilities {
	torch: boolean;
	zoom: { min: number; max: number; step: number } | null;
	/** How many lenses there are to choose from. */
	lenses: readonly Lens[];
}

export interface Lens {
	deviceId: string;
	label: string;
}

export interface Camera extends ReadSource {
	/** Valid while running. */
	readonly abilities: CameraAbilities;
	/** What the decoder runs on; null until it is ready. */
	readonly engine: 'camera' | 'camera-fallback' | null;
	/** `false`: the phone refused. */
	setTorch(on: boolean): Promise<boolean>;
	setZoom(factor: number): Promise<boolean>;
	/** Switches to this lens and remembers it on this device. */
	useLens(deviceId: string): Promise<void>;
}

export interface CameraOptions {
	/** Shows the picture; the camera sets `srcObject` and takes it away again. Needs `muted` and `playsinline`. */
	video: HTMLVideoElement;
	/** Is there a product with this GTIN, padded to 14 digits? Asked for each retail code seen. */
	isKnownGtin: (gtin14: string) => boolean;
	/** The lens used last, per device; null: the one that faces the surroundings. */
	lens: { recall: () => string | null; remember: (deviceId: string) => void };
}
