import { expect, test } from 'vitest';
import { safeError, safeText } from './safe-error.ts';

test('an error keeps its kind, code and place, and nothing of what it quotes', () => {
	const error = Object.assign(new TypeError('"Awa Diallo" is not an address of awa@example.org'), {
		code: 'E_ADDRESS'
	});
	const safe = safeError(error);
	expect(safe).toMatchObject({ type: 'TypeError', code: 'E_ADDRESS', message: '… is not an address of …' });
	expect(safe.frames[0]).toContain('safe-error.test.ts');
	expect(JSON.stringify(safe)).not.toMatch(/Awa|Diallo|example/);
});

test('what a parser quotes of its text is left out', () => {
	let thrown: unknown;
	try {
		JSON.parse('{"name": Diallo}');
	} catch (error) {
		thrown = error;
	}
	expect(thrown).toBeInstanceOf(SyntaxError);
	expect(JSON.stringify(safeError(thrown))).not.toContain('Diallo');
});

test.for([
	["near 'Dakar': syntax error", 'near …: syntax error'],
	['calling +33 6 12 34 56 78 failed', 'calling … failed'],
	['token Qre1YIeFhJSiwAiZ-MAQkTEKuvRBg_Pysi07lhT_TxQ is void', 'token … is void'],
	['UNIQUE constraint failed: carton.held_code', 'UNIQUE constraint failed: carton.held_code']
] as const)('%s', ([text, safe]) => {
	expect(safeText(text)).toBe(safe);
});

test('causes are told, but not without end', () => {
	const loop = new Error('outer');
	loop.cause = loop;
	expect(safeError(loop, 1)).toMatchObject({ message: 'outer', cause: { message: 'outer' } });
	expect(safeError('Awa Diallo')).toEqual({ type: 'string', message: '', frames: [] });
});
