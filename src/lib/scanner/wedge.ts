/**
 * A hardware scanner as keyboard: listens to the whole window, so that a worker need not focus anything. The thin half of
 * the wedge: it carries events to `wedge-buffer.ts` and does what the buffer answers; it decides nothing about timing.
 */
import { splitAim } from './aim.ts';
import type { Read, ReadSource, SourceState } from './ports.ts';
import { WedgeBuffer, type Focus, type WedgeAnswer, type WedgeSettings } from './wedge-buffer.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What a field held before a possible scan began to leak into it. */
interface Snapshot {
	field: Field;
	value: string;
	selection: [number, number] | null;
}

const RUNNING: SourceState = { kind: 'running' };
const IDLE: SourceState = { kind: 'idle' };
/** Inputs that take no text; keys pressed on them leak nowhere. */
const NOT_TEXT = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']);

export class Wedge implements ReadSource {
	#buffer: WedgeBuffer;
	#window: Window;
	#onRead: ((read: Read) => void) | null = null;
	#listeners = new Set<(state: SourceState) => void>();
	#snapshot: Snapshot | null = null;
	#quietTimer: number | undefined;
	#stopListening: AbortController | null = null;

	constructor(target: Window, settings: Partial<WedgeSettings> = {}) {
		this.#window = target;
		this.#buffer = new WedgeBuffer(settings);
	}

	get state(): SourceState {
		return this.#onRead ? RUNNING : IDLE;
	}

	start(onRead: (read: Read) => void): Promise<void> {
		if (this.#onRead) return Promise.resolve();
		this.#onRead = onRead;
		this.#buffer.listen(this.#window.performance.now());
		this.#stopListening = new AbortController();
		// Capturing, so that a dialog or a button that handles Enter itself does not see the end of a scan first.
		const options = { capture: true, signal: this.#stopListening.signal };
		this.#window.addEventListener('keydown', (event) => this.#key(event), options);
		this.#window.addEventListener('keyup', (event) => this.#keyUp(event), options);
		this.#window.addEventListener('beforeinput', (event) => this.#input(event), options);
		this.#window.addEventListener('compositionend', (event) => this.#composed(event), options);
		this.#window.addEventListener('focusin', () => this.#moved(), options);
		this.#window.addEventListener('blur', (event) => event.target === this.#window && this.#reset(), options);
		this.#tell();
		return Promise.resolve();
	}

	stop(): void {
		if (!this.#onRead) return;
		this.#stopListening?.abort();
		this.#reset();
		this.#onRead = null;
		this.#tell();
	}

	watch(listener: (state: SourceState) => void): () => void {
		this.#listeners.add(listener);
		listener(this.state);
		return () => this.#listeners.delete(listener);
	}

	#key(event: KeyboardEvent): void {
		if (event.isComposing) return;
		const { key, code, ctrlKey: ctrl, altKey: alt, metaKey: meta, repeat, timeStamp: at } = event;
		const focus = this.#focus();
		this.#obey(this.#buffer.key({ key, code, ctrl, alt, meta, repeat, at, focus }), event);
	}

	#keyUp(event: KeyboardEvent): void {
		if (event.key === 'Alt') this.#obey(this.#buffer.altUp(event.timeStamp, this.#focus()), event);
	}

	#input(event: InputEvent): void {
		if (event.inputType === 'insertText' && event.data) {
			if (this.#buffer.quietAt !== null && this.#isTaken()) this.#reset();
			this.#obey(this.#buffer.text(event.data, event.timeStamp, this.#focus()), event);
		} else if (event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph') {
			this.#obey(this.#buffer.lineBreak(event.timeStamp, this.#focus()), event);
		} else if (event.inputType === 'insertCompositionText') {
			// The text itself comes once, with compositionend; by then the field has it already.
			this.#snapshot ??= snapshotOf(this.#field());
		} else {
			this.#reset();
		}
	}

	#composed(event: CompositionEvent): void {
		if (event.data) this.#obey(this.#buffer.text(event.data, event.timeStamp, this.#focus()), event, true);
	}

	#obey(answer: WedgeAnswer, event: Event | null, snapshotTaken = false): void {
		if (answer.begins && !(snapshotTaken && this.#snapshot)) this.#snapshot = snapshotOf(this.#field());
		if (answer.consume && event) {
			event.preventDefault();
			event.stopImmediatePropagation();
		}
		this.#window.clearTimeout(this.#quietTimer);
		if (answer.scan !== null) {
			if (answer.takeBack) restore(this.#snapshot);
			this.#snapshot = null;
			this.#deliver(answer.scan);
			return;
		}
		const due = this.#buffer.quietAt;
		if (due === null) return;
		const wait = Math.max(0, due - this.#window.performance.now());
		this.#quietTimer = this.#window.setTimeout(() => {
			if (this.#isTaken()) this.#reset();
			else this.#obey(this.#buffer.quiet(Math.max(due, this.#window.performance.now())), null);
		}, wait);
	}

	#deliver(sent: string): void {
		const { text, symbology } = splitAim(sent.trim());
		if (text === '') return;
		this.#onRead?.({ text, symbology, at: Date.now(), source: 'wedge', position: null, unsure: false });
	}

	#moved(): void {
		if (this.#snapshot && this.#snapshot.field !== this.#field()) this.#reset();
	}

	#reset(): void {
		this.#window.clearTimeout(this.#quietTimer);
		this.#snapshot = null;
		this.#buffer.reset();
	}

	/** The field's owner has used or emptied it in the meantime: what was in it was theirs. */
	#isTaken(): boolean {
		return this.#snapshot !== null && this.#snapshot.field.value === this.#snapshot.value;
	}

	#tell(): void {
		for (const listener of this.#listeners) listener(this.state);
	}

	#focus(): Focus {
		const field = this.#field();
		if (!field) return 'none';
		return field.inputMode === 'none' ? 'sink' : 'field';
	}

	#field(): Field | null {
		const element = this.#window.document.activeElement;
		if (element instanceof HTMLTextAreaElement) return element.readOnly ? null : element;
		if (element instanceof HTMLSelectElement) return element;
		if (!(element instanceof HTMLInputElement) || element.readOnly) return null;
		return NOT_TEXT.has(element.type) ? null : element;
	}
}

function snapshotOf(field: Field | null): Snapshot | null {
	if (!field) return null;
	let selection: Snapshot['selection'] = null;
	// A sink is the scanner's own: whatever stands in it goes with the scan.
	if (field.inputMode === 'none') return { field, value: '', selection: null };
	if (!(field instanceof HTMLSelectElement) && field.selectionStart !== null && field.selectionEnd !== null) {
		selection = [field.selectionStart, field.selectionEnd];
	}
	return { field, value: field.value, selection };
}

/** Puts the field back and lets its owner know, as if the person had undone the typing. */
function restore(snapshot: Snapshot | null): void {
	if (!snapshot || !snapshot.field.isConnected) return;
	const { field, value, selection } = snapshot;
	if (field.value === value) return;
	field.value = value;
	if (selection && !(field instanceof HTMLSelectElement)) field.setSelectionRange(...selection);
	field.dispatchEvent(new Event('input', { bubbles: true }));
	if (field instanceof HTMLSelectElement) field.dispatchEvent(new Event('change', { bubbles: true }));
}
