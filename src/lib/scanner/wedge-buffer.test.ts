import { describe, expect, it } from 'vitest';

import { CUT_MS, QUIET_MS, WedgeBuffer, type Focus, type WedgeAnswer, type WedgeKey } from './wedge-buffer.ts';

const GS = '\x1d';

/** A scanner or a person at the keyboard: `gap` ms between keys. */
class Typist {
	at = 1000;
	constructor(
		readonly buffer: WedgeBuffer,
		readonly focus: Focus,
		readonly gap: number
	) {}

	press(key: string, more: Partial<WedgeKey> = {}): WedgeAnswer {
		this.at += this.gap;
		return this.buffer.key({
			key,
			code: '',
			ctrl: false,
			alt: false,
			meta: false,
			repeat: false,
			at: this.at,
			focus: this.focus,
			...more
		});
	}

	/** Returns the answer to the last key. */
	type(text: string, end: string | null = 'Enter'): WedgeAnswer {
		let answer: WedgeAnswer | null = null;
		for (const key of text) {
			answer = this.press(key);
			// The browser echoes each key into a focused field.
			if (this.focus !== 'none') this.buffer.text(key, this.at, this.focus);
		}
		if (end !== null) answer = this.press(end);
		if (!answer) throw new Error('nothing typed');
		return answer;
	}
}

function typist(focus: Focus, gap: number, separators: string[] = []): Typist {
	return new Typist(new WedgeBuffer({ separators }), focus, gap);
}

describe('wedge, no field focused', () => {
	it.each(['Enter', 'Tab'])(
		'[scanner] three or more keys then %s are a scan, and the page does not see the end',
		(end) => {
			expect(typist('none', 10).type('ABC', end)).toEqual({
				scan: 'ABC',
				consume: true,
				begins: false,
				takeBack: false
			});
		}
	);

	it('[scanner] slow keys are a scan too: nothing else can be meant', () => {
		expect(typist('none', 400).type('CN-004217-K').scan).toBe('CN-004217-K');
	});

	it('[scanner] two keys then Enter belong to the page', () => {
		expect(typist('none', 10).type('AB')).toMatchObject({ scan: null, consume: false });
	});

	it('[scanner] a key pressed long before is not put in front of a code', () => {
		const scanner = typist('none', 10);
		scanner.press('x');
		scanner.at += 5000;
		expect(scanner.type('CN-1').scan).toBe('CN-1');
	});

	it('[scanner] Enter long after the last key is no end of a scan', () => {
		const scanner = typist('none', 10);
		scanner.type('ABCDEF', null);
		scanner.at += 5000;
		expect(scanner.press('Enter').scan).toBeNull();
	});

	it('[scanner] the next scan begins clean', () => {
		const scanner = typist('none', 10);
		expect(scanner.type('AAA').scan).toBe('AAA');
		expect(scanner.type('BBB').scan).toBe('BBB');
	});

	it('[scanner] a held key, an arrow or a shortcut is a person', () => {
		for (const [key, more] of [
			['C', { repeat: true }],
			['ArrowDown', {}],
			['c', { ctrl: true }],
			['r', { meta: true }]
		] as const) {
			const scanner = typist('none', 10);
			scanner.type('ABC', null);
			scanner.press(key, more);
			expect(scanner.press('Enter').scan).toBeNull();
		}
	});

	it('[scanner] modifiers and AltGr characters are part of a code', () => {
		const scanner = typist('none', 10);
		scanner.press('Shift');
		scanner.press('A');
		scanner.press('AltGraph', { ctrl: true, alt: true });
		scanner.press('#', { ctrl: true, alt: true });
		scanner.press('CapsLock');
		expect(scanner.type('B9').scan).toBe('A#B9');
	});

	it('[scanner] a space in the middle does not press the focused button', () => {
		const scanner = typist('none', 10);
		scanner.type('LOT', null);
		expect(scanner.press(' ').consume).toBe(true);
		expect(scanner.type('A12').scan).toBe('LOT A12');
		expect(scanner.press(' ').consume).toBe(false);
	});
});

describe('wedge, a field focused', () => {
	it('[scanner] a median gap of 35 ms is a scan, taken out of the field again', () => {
		expect(typist('field', 35).type('CN-004217-K')).toMatchObject({
			scan: 'CN-004217-K',
			consume: true,
			takeBack: true
		});
	});

	it('[scanner] 36 ms is a person, whose Enter submits the form', () => {
		expect(typist('field', 36).type('CN-004217-K')).toEqual({
			scan: null,
			consume: false,
			begins: false,
			takeBack: false
		});
	});

	it('[scanner] one hiccup does not cut a code in two', () => {
		const scanner = typist('field', 8);
		scanner.type('CN-00', null);
		scanner.at += 250;
		expect(scanner.type('4217-K').scan).toBe('CN-004217-K');
	});

	it('[scanner] only the first key of a possible scan asks for a snapshot', () => {
		const scanner = typist('field', 10);
		expect([scanner.press('A').begins, scanner.press('B').begins, scanner.press('C').begins]).toEqual([
			true,
			false,
			false
		]);
	});

	it('[scanner] what a person typed before the trigger stays with the person', () => {
		const scanner = typist('field', 200);
		scanner.type('no', null);
		scanner.at += 400;
		const burst = new Typist(scanner.buffer, 'field', 5);
		burst.at = scanner.at;
		expect(burst.press('C').begins).toBe(true);
		expect(burst.type('N-1').scan).toBe('CN-1');
	});

	it('[scanner] a focus that moves in the middle ends the collecting', () => {
		const scanner = typist('field', 5);
		scanner.type('ABC', null);
		scanner.buffer.reset();
		expect(scanner.press('Enter').scan).toBeNull();
	});

	it('[scanner] an on-screen keyboard that commits words is no scanner', () => {
		const buffer = new WedgeBuffer();
		buffer.text('compresses', 1000, 'field');
		expect(buffer.quietAt).toBeNull();
		expect(new Typist(buffer, 'field', 5).press('Enter').scan).toBeNull();
	});
});

describe('wedge through the input method (DataWedge)', () => {
	const unknown = { key: 'Unidentified', code: '', ctrl: false, alt: false, meta: false, repeat: false };

	it('[scanner] keydown 229 and whole text, then Enter', () => {
		const buffer = new WedgeBuffer();
		buffer.key({ ...unknown, at: 1000, focus: 'sink' });
		expect(buffer.text('CN-004217-K', 1001, 'sink').begins).toBe(true);
		expect(new Typist(buffer, 'sink', 15).press('Enter', { at: 1020 })).toMatchObject({
			scan: 'CN-004217-K',
			takeBack: true
		});
	});

	it('[scanner] character by character, however slow', () => {
		const buffer = new WedgeBuffer();
		for (const [n, char] of [...'CN-12'].entries()) {
			buffer.key({ ...unknown, at: 1000 + n * 60, focus: 'sink' });
			buffer.text(char, 1001 + n * 60, 'sink');
		}
		expect(buffer.lineBreak(1300, 'sink').scan).toBe('CN-12');
	});

	it('[scanner] without a terminator, silence ends it', () => {
		const buffer = new WedgeBuffer();
		buffer.text('CN-004217-K', 1000, 'sink');
		expect(buffer.quietAt).toBe(1000 + QUIET_MS);
		expect(buffer.quiet(1000 + QUIET_MS - 1).scan).toBeNull();
		expect(buffer.quiet(1000 + QUIET_MS)).toMatchObject({ scan: 'CN-004217-K', takeBack: true });
		expect(buffer.quietAt).toBeNull();
	});

	it('[scanner] a terminator inside the text', () => {
		expect(new WedgeBuffer().text('CN-1\n', 1000, 'sink')).toMatchObject({ scan: 'CN-1', consume: true });
	});

	it('[scanner] keys with their echoes are counted once, and never end by silence', () => {
		const scanner = typist('sink', 10);
		scanner.type('ABCD', null);
		expect(scanner.buffer.quietAt).toBeNull();
		expect(scanner.press('Enter').scan).toBe('ABCD');
	});
});

describe('wedge separators', () => {
	it('[scanner] GS as itself, as Ctrl+] and as the configured substitute', () => {
		for (const [key, more] of [
			[GS, {}],
			[']', { ctrl: true }],
			['$', { ctrl: true, code: 'BracketRight' }],
			['F8', {}],
			['|', {}]
		] as const) {
			const scanner = typist('none', 10, ['F8', '|']);
			scanner.type('10A12', null);
			expect(scanner.press(key, more).scan).toBeNull();
			expect(scanner.type('17270331').scan).toBe(`10A12${GS}17270331`);
		}
	});

	it('[scanner] Ctrl+] is kept from the page, F8 without a setting is no separator', () => {
		const scanner = typist('none', 10);
		scanner.type('10A', null);
		expect(scanner.press(']', { ctrl: true }).consume).toBe(true);
		scanner.press('F8');
		expect(scanner.type('X').scan).toBeNull();
	});

	it('[scanner] Alt and the number pad spell characters, GS and Enter included', () => {
		const scanner = typist('none', 10);
		for (const char of `A1${GS}B\r`) {
			scanner.press('Alt', { alt: true });
			for (const digit of String(char.charCodeAt(0)).padStart(4, '0')) {
				scanner.press(digit, { alt: true, code: `Numpad${digit}` });
			}
			const answer = scanner.buffer.altUp(scanner.at, 'none');
			if (char === '\r') expect(answer.scan).toBe(`A1${GS}B`);
			else expect(answer.scan).toBeNull();
		}
	});

	it('[scanner] Ctrl+M in the middle of a scan is its Enter, alone it is the browser’s', () => {
		const scanner = typist('none', 10);
		expect(scanner.press('m', { ctrl: true })).toMatchObject({ scan: null, consume: false });
		scanner.type('ABC', null);
		expect(scanner.press('m', { ctrl: true })).toMatchObject({ scan: 'ABC', consume: true });
	});
});

describe('wedge, listening began in the middle of a scan', () => {
	it('[scanner] its rest is dropped up to its end, whatever it spells; the next scan is read', () => {
		const scanner = typist('none', 10);
		scanner.buffer.listen(scanner.at);
		expect(scanner.type('079914')).toMatchObject({ scan: null, consume: true });
		expect(scanner.type('ABC-1')).toMatchObject({ scan: 'ABC-1' });
	});

	it('[scanner] a scan that begins after a pause is whole', () => {
		const scanner = typist('none', 10);
		scanner.buffer.listen(scanner.at);
		scanner.at += CUT_MS;
		expect(scanner.type('ABC-1')).toMatchObject({ scan: 'ABC-1' });
	});
});
