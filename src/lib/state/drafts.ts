/**
 * Has somebody typed what a reload would lose? Watches the forms of one page. Knows no form in particular: what counts is a
 * form to be sent that was touched and is still there, or a field that is being typed in.
 */

const LOOK_AGAIN_MS = 500;

export class Drafts {
	#document: Document;
	#touched: HTMLFormElement | null = null;

	constructor(target: Document) {
		this.#document = target;
	}

	/** @returns what ends the watching. */
	start(): () => void {
		const watching = new AbortController();
		const options = { signal: watching.signal, capture: true };
		this.#document.addEventListener('input', ({ target }) => this.#touch(target), options);
		this.#document.addEventListener('submit', () => (this.#touched = null), options);
		this.#document.addEventListener('reset', () => (this.#touched = null), options);
		return () => watching.abort();
	}

	get pending(): boolean {
		if (this.#touched?.isConnected) return true;
		const field = this.#document.activeElement;
		return (
			(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && isText(field) && field.value !== ''
		);
	}

	/** Resolves when nothing would be lost (any more). */
	async settled(): Promise<void> {
		while (this.pending) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
	}

	#touch(target: EventTarget | null): void {
		const form = target instanceof Element ? target.closest('form') : null;
		// A search or a filter stands in the address and survives.
		if (form?.method === 'post') this.#touched = form;
	}
}

function isText(field: HTMLInputElement | HTMLTextAreaElement): boolean {
	return !['checkbox', 'radio', 'range', 'button', 'submit'].includes(field.type);
}
