/**
 * Tells a hardware scanner from a person by how the keys come: keys in, scans out. Pure: every key carries its time and
 * where the focus was, and the DOM binding (`wedge.ts`) does what the answers say. It knows no layout and no element.
 *
 * ```
 *            key (no field focused) ────────────┐
 *  idle ─────────────────────────────▶ collecting ── Enter/Tab, ≥ 3 keys ──▶ scan
 *            key (field focused)        │   ▲  └──── silence, shortcut, held key ──▶ idle
 *            text (input method)  ──────┘   └─ more
 * ```
 */

/** `none`: no editable field has the focus. `field`: one has. `sink`: a field that is the scanner's own (`inputmode="none"`). */
export type Focus = 'none' | 'field' | 'sink';

export interface WedgeKey {
	/** As `KeyboardEvent.key` and `.code`. */
	key: string;
	code: string;
	ctrl: boolean;
	alt: boolean;
	meta: boolean;
	/** Held down by a finger. */
	repeat: boolean;
	/** Monotonic milliseconds. */
	at: number;
	focus: Focus;
}

export interface WedgeAnswer {
	/** A complete scan, as sent: AIM identifier and separators included. */
	scan: string | null;
	/** The page must not see this key. */
	consume: boolean;
	/** Remember what the focused field holds: what comes now may be a scan. */
	begins: boolean;
	/** Take the characters that leaked into the field out again. */
	takeBack: boolean;
}

export interface WedgeSettings {
	/** Characters or names of keys (`F8`) that this scanner sends where GS1 has its separator; Ctrl+] is always one. */
	separators: readonly string[];
}

const GS = '\x1d';
const MIN_KEYS = 3;
/** Faster than any typist: the median gap between keys, terminator included. */
const MAX_MEDIAN_GAP_MS = 35;
/** Keys further apart than this belong to different scans. A Bluetooth scanner hiccups, a person pauses. */
const SILENCE_MS: Record<Focus, number> = { none: 1000, field: 300, sink: 300 };
/** DataWedge may be set up without Enter: text that came whole through the input method ends by silence. */
export const QUIET_MS = 120;
/** Keys that come within this time after listening began, or after one another from then on, may be the rest of a scan. */
export const CUT_MS = 60;
const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'Fn', 'Dead']);

const NOTHING: WedgeAnswer = { scan: null, consume: false, begins: false, takeBack: false };

export class WedgeBuffer {
	#separators: ReadonlySet<string>;
	#text = '';
	#times: number[] = [];
	#focus: Focus = 'none';
	/** Digits typed on the number pad while Alt is held: some scanners spell every character so. */
	#altDigits = '';
	/** The browser answers a real key with an input event of the same character; that one must not count twice. */
	#echoes = 0;
	/** All of it came through the input method, none as keys. */
	#typedWhole = false;
	/** Until then keys belong to a scan whose beginning nobody heard. */
	#cutUntil = -Infinity;

	constructor(settings: Partial<WedgeSettings> = {}) {
		this.#separators = new Set(settings.separators ?? []);
	}

	/**
	 * Listening begins. A page that was still opening heard nothing of a scan's first keys, and what is left of a code may be
	 * another code: it is no scan.
	 */
	listen(at: number): void {
		this.#cutUntil = at + CUT_MS;
	}

	key(event: WedgeKey): WedgeAnswer {
		if (event.at < this.#cutUntil) return this.#rest(event);
		if (event.repeat) return this.#drop();
		if (event.key === 'Unidentified' || event.key === 'Process') {
			// keydown 229: the input method will say what it was, in `text()`.
			return NOTHING;
		}
		if (event.alt && /^Numpad\d$/.test(event.code)) {
			this.#altDigits += event.code.slice(-1);
			return NOTHING;
		}
		if (MODIFIERS.has(event.key)) return NOTHING;

		const key = this.#asScannerKey(event);
		if (key === 'Enter' || key === 'Tab') return this.#end(event);
		if (key.length !== 1) return this.#drop();
		const begins = this.#add(key, event.at, event.focus, false);
		if (event.focus !== 'none' && key === event.key) this.#echoes += 1;
		// A space or a separator in the middle of a scan would press the focused button or run a browser command.
		const consume = key !== event.key || (event.focus === 'none' && key === ' ' && !begins);
		return { ...NOTHING, begins, consume: consume && !begins };
	}

	/** Alt was let go: what was spelled on the number pad is one character. */
	altUp(at: number, focus: Focus): WedgeAnswer {
		const digits = this.#altDigits;
		this.#altDigits = '';
		const charCode = Number(digits);
		if (digits === '' || charCode < 1 || charCode > 126) return NOTHING;
		if (charCode === 13 || charCode === 9) return this.#end({ at, focus });
		return { ...NOTHING, begins: this.#add(String.fromCharCode(charCode), at, focus, false) };
	}

	/** Text that the input method put into the focused field (DataWedge), or the echo of a key. */
	text(text: string, at: number, focus: Focus): WedgeAnswer {
		if (this.#echoes > 0 && text.length === 1) {
			this.#echoes -= 1;
			return NOTHING;
		}
		// Into another field an on-screen keyboard types through the input method too, whole words at a time.
		if (focus !== 'sink') return this.#drop();
		const body = text.replace(/[\r\n\t]+$/, '');
		const begins = body !== '' && this.#add(body, at, focus, true);
		if (body === text) return { ...NOTHING, begins };
		return { ...this.#end({ at, focus }), begins };
	}

	/** The field got a line break through the input method. */
	lineBreak(at: number, focus: Focus): WedgeAnswer {
		return this.#end({ at, focus });
	}

	/** When `quiet()` is to be called, or null: nothing waits for silence. */
	get quietAt(): number | null {
		const last = this.#times.at(-1);
		return this.#typedWhole && this.#text.length >= MIN_KEYS && last !== undefined ? last + QUIET_MS : null;
	}

	quiet(at: number): WedgeAnswer {
		const due = this.quietAt;
		if (due === null || at < due) return NOTHING;
		const scan = this.#text;
		this.#clear();
		return { scan, consume: false, begins: false, takeBack: true };
	}

	/** The focus moved, the window lost it: what was collected is not a scan. */
	reset(): void {
		this.#clear();
		this.#altDigits = '';
	}

	#rest({ key, at }: WedgeKey): WedgeAnswer {
		const ends = key === 'Enter' || key === 'Tab';
		this.#cutUntil = ends ? -Infinity : at + CUT_MS;
		return { ...NOTHING, consume: ends };
	}

	#asScannerKey(event: WedgeKey): string {
		if (this.#separators.has(event.key)) return GS;
		// AltGr is Ctrl+Alt to the browser and makes ordinary characters; Ctrl alone makes control characters.
		if (event.ctrl && !event.alt) {
			if (event.key === ']' || event.code === 'BracketRight') return GS;
			if (this.#text !== '' && /^[mj]$/i.test(event.key)) return 'Enter';
			if (this.#text !== '' && /^i$/i.test(event.key)) return 'Tab';
			return 'Shortcut';
		}
		return event.meta ? 'Shortcut' : event.key;
	}

	/** `true`: this is the first of a possible scan. */
	#add(text: string, at: number, focus: Focus, whole: boolean): boolean {
		const last = this.#times.at(-1);
		const begins = last === undefined || focus !== this.#focus || at - last > SILENCE_MS[focus];
		if (begins) this.#clear();
		this.#focus = focus;
		this.#typedWhole = whole && (begins || this.#typedWhole);
		this.#text += text;
		this.#times.push(at);
		return begins;
	}

	#end({ at, focus }: { at: number; focus: Focus }): WedgeAnswer {
		const last = this.#times.at(-1);
		const fresh = last !== undefined && focus === this.#focus && at - last <= SILENCE_MS[focus];
		const isScan =
			fresh &&
			this.#text.length >= MIN_KEYS &&
			(focus === 'none' || this.#typedWhole || medianGap([...this.#times, at]) <= MAX_MEDIAN_GAP_MS);
		const scan = isScan ? this.#text : null;
		this.#clear();
		return { scan, consume: isScan, begins: false, takeBack: isScan && focus !== 'none' };
	}

	#drop(): WedgeAnswer {
		this.#clear();
		return NOTHING;
	}

	#clear(): void {
		this.#text = '';
		this.#times = [];
		this.#echoes = 0;
		this.#typedWhole = false;
	}
}

function medianGap(times: number[]): number {
	const gaps = times.slice(1).map((at, n) => at - (times[n] ?? at));
	gaps.sort((a, b) => a - b);
	const middle = gaps.length >> 1;
	const upper = gaps[middle] ?? Infinity;
	return gaps.length % 2 === 1 ? upper : (upper + (gaps[middle - 1] ?? upper)) / 2;
}
