import { expect, test } from 'vitest';
import { singleKeysAreOn } from './single-keys.ts';

test('[WCAG 2.1.4] keys by themselves do something unless this browser was told otherwise', () => {
	expect(singleKeysAreOn('')).toBe(true);
	expect(singleKeysAreOn('escale_theme=dark; escale_keys=on')).toBe(true);
	expect(singleKeysAreOn('escale_keys=off')).toBe(false);
	expect(singleKeysAreOn('a=b; escale_keys=off; c=d')).toBe(false);
	expect(singleKeysAreOn('not_escale_keys=off')).toBe(true);
});
