import { expect, it } from 'vitest';

import { GS1_SYMBOLOGIES, splitAim, textForMeaning } from './aim.ts';

it('[scanner] an AIM identifier is taken off and kept', () => {
	expect(splitAim(']C10109521234543213')).toEqual({ text: '0109521234543213', symbology: ']C1' });
	expect(splitAim(']E09521234543213')).toEqual({ text: '9521234543213', symbology: ']E0' });
	expect(GS1_SYMBOLOGIES.has(']C1')).toBe(true);
	expect(GS1_SYMBOLOGIES.has(']C0')).toBe(false);
});

it('[scanner] separators and line breaks after it stay in the text', () => {
	expect(splitAim(']d210A12\x1d17270331').text).toBe('10A12\x1d17270331');
});

it('[scanner] text without one, and a bracket that is none, stay whole', () => {
	for (const text of ['CN-004217-K', ']x', ']C1', '][', '']) expect(splitAim(text)).toEqual({ text, symbology: null });
});

it('[R4] only a GS1 identifier goes along to the meaning of a read', () => {
	expect(textForMeaning({ text: '10A12', symbology: ']d2' })).toBe(']d210A12');
	expect(textForMeaning({ text: 'CN-1', symbology: ']C0' })).toBe('CN-1');
	expect(textForMeaning({ text: 'CN-1', symbology: null })).toBe('CN-1');
});
