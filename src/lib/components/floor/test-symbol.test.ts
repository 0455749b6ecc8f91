import { expect, test } from 'vitest';
import { qrSymbol } from '#lib/server/documents/qr-symbol.ts';
import { TEST_CODE } from '#lib/state/scanner-check.svelte.ts';
import { TEST_SYMBOL } from './test-symbol.ts';

test('[scanner] the symbol shown for the self-test holds the test code', () => {
	const { size, path } = qrSymbol(TEST_CODE);
	expect(TEST_SYMBOL).toEqual({ size, path });
});
