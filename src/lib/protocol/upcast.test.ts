import { expect, test } from 'vitest';
import { commandVersion, isKnownVersion, upcast, type Upcast } from './upcast.ts';

/** A command that changed twice. */
const rename: Upcast = (args) => ({ ...(args as object), cartonId: (args as { carton: string }).carton });
const count: Upcast = (args) => ({ ...(args as object), cycle: 1 });
const UPCASTS = { 'carton.load': [rename, count] };

test('[I22] arguments of an older version become those of today, one step after the other', () => {
	expect(upcast('carton.load', 1, { carton: 'c-1' }, UPCASTS)).toEqual({ carton: 'c-1', cartonId: 'c-1', cycle: 1 });
	expect(upcast('carton.load', 2, { cartonId: 'c-1' }, UPCASTS)).toEqual({ cartonId: 'c-1', cycle: 1 });
	expect(upcast('carton.load', 3, { cartonId: 'c-1', cycle: 2 }, UPCASTS)).toEqual({ cartonId: 'c-1', cycle: 2 });
	expect(upcast('carton.label', 1, { cartonId: 'c-1' }, UPCASTS)).toEqual({ cartonId: 'c-1' });
});

test('[I22] a version that was never written is none of ours', () => {
	expect(commandVersion('carton.load', UPCASTS)).toBe(3);
	expect([0, 1, 3, 4].map((version) => isKnownVersion('carton.load', version, UPCASTS))).toEqual([false, true, true, false]); // prettier-ignore
	expect([1, 2].map((version) => isKnownVersion('carton.label', version, UPCASTS))).toEqual([true, false]);
});
