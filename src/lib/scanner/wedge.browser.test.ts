import { afterEach, beforeEach, expect, it } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';

import type { Read } from './ports.ts';
import { CUT_MS, QUIET_MS } from './wedge-buffer.ts';
import { Wedge } from './wedge.ts';

let wedge: Wedge;
let reads: Read[];
let submits: number;

beforeEach(async () => {
	reads = [];
	submits = 0;
	document.body.innerHTML = `<form><input id="field" value="ab"><input id="sink" inputmode="none"><select id="choice"><option>Alpha</option><option>Nice</option></select><button id="button">OK</button></form>`;
	document.querySelector('form')?.addEventListener('submit', (event) => {
		event.preventDefault();
		submits += 1;
	});
	wedge = new Wedge(window);
	await wedge.start((read) => reads.push(read));
	// What comes sooner may be the rest of a scan.
	await new Promise((resolve) => setTimeout(resolve, CUT_MS));
});

afterEach(() => {
	wedge.stop();
	document.body.innerHTML = '';
});

function input(id: string): HTMLInputElement {
	const element = document.getElementById(id);
	if (!(element instanceof HTMLInputElement)) throw new Error(`no input #${id}`);
	return element;
}

/** As a scanner types: real DOM events, 8 ms apart by their own clock, leaking into the focused field. */
function scan(text: string, gapMs = 8): void {
	const target = document.activeElement ?? document.body;
	let at = performance.now();
	for (const key of [...text, 'Enter']) {
		at += gapMs;
		const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
		Object.defineProperty(event, 'timeStamp', { value: at });
		const goesOn = target.dispatchEvent(event);
		if (!goesOn) continue;
		if (key === 'Enter') target.closest('form')?.requestSubmit();
		else if (target instanceof HTMLInputElement) document.execCommand('insertText', false, key);
	}
}

/** As an input method commits text: no keys, one `beforeinput`. */
async function commit(text: string): Promise<void> {
	await cdp().send('Input.insertText', { text });
}

it('[scanner] what is left of a scan that began before anybody listened is no code, and presses nothing', async () => {
	wedge.stop();
	await wedge.start((read) => reads.push(read));
	document.getElementById('button')?.focus();
	scan('079914');
	expect(reads).toEqual([]);
	expect(submits).toBe(0);
	scan('CN-004217-K');
	expect(reads).toMatchObject([{ text: 'CN-004217-K' }]);
});

it('[scanner] with no field focused a scan is read and nothing is pressed', () => {
	document.getElementById('button')?.focus();
	scan(']C0CN-004217-K');
	expect(reads).toMatchObject([{ text: 'CN-004217-K', symbology: ']C0', source: 'wedge', unsure: false }]);
	expect(submits).toBe(0);
});

it('[scanner] what leaked into a focused field is taken out, where the cursor stood', () => {
	const field = input('field');
	field.focus();
	field.setSelectionRange(1, 1);
	let told = '';
	field.addEventListener('input', () => (told = field.value));
	scan('CN-004217-K');
	expect(reads.map((read) => read.text)).toEqual(['CN-004217-K']);
	expect(field.value).toBe('ab');
	expect(field.selectionStart).toBe(1);
	expect(told).toBe('ab');
	expect(submits).toBe(0);
});

it('[scanner] a person typing keeps the text and the Enter', () => {
	input('field').focus();
	input('field').setSelectionRange(2, 2);
	scan('cd', 120);
	expect(reads).toEqual([]);
	expect(input('field').value).toBe('abcd');
	expect(submits).toBe(1);
});

it('[scanner] text put into the sink by the input method is read after a silence and the sink is empty again', async () => {
	input('sink').focus();
	await commit('CN-004217-K');
	await expect.poll(() => reads.map((read) => read.text), { timeout: QUIET_MS * 20 }).toEqual(['CN-004217-K']);
	expect(input('sink').value).toBe('');
});

it('[scanner] a sink that its owner has emptied meanwhile is not read a second time', async () => {
	input('sink').focus();
	await commit('CN-004217-K');
	input('sink').value = '';
	// A second scan proves that the first silence has passed.
	await commit('CN-1');
	await expect.poll(() => reads.map((read) => read.text), { timeout: QUIET_MS * 20 }).toEqual(['CN-1']);
});

it('[scanner] a real keyboard at full speed into a field is a scan', async () => {
	input('sink').focus();
	await userEvent.keyboard('CN-77{Enter}');
	expect(reads.map((read) => read.text)).toEqual(['CN-77']);
	expect(input('sink').value).toBe('');
	expect(submits).toBe(0);
});

it('[scanner] once stopped it hears nothing', () => {
	wedge.stop();
	scan('CN-004217-K');
	expect(reads).toEqual([]);
	expect(wedge.state).toEqual({ kind: 'idle' });
});
