import { flushSync } from 'svelte';
import { describe, expect, test } from 'vitest';
import type { Live } from '#lib/sync/client.ts';
import { currentOf } from '#lib/sync/current-of.ts';
import { LiveValue } from './live.svelte.ts';

/** A live value that the test moves; `late` answers the first time only when told. */
function source(first: number, late = false) {
	const listeners = new Set<(value: number) => void>();
	const live: Live<number> = (listener) => {
		listeners.add(listener);
		if (!late) listener(first);
		return () => listeners.delete(listener);
	};
	return { live, listeners, tell: (value: number) => listeners.forEach((listener) => listener(value)) };
}

describe('a live value on a screen', () => {
	test('[ux] is read at once, follows, and lets go when nobody reads it', async () => {
		const { live, listeners, tell } = source(1);
		const value = new LiveValue(live, 0);
		const seen: number[] = [];
		const stop = $effect.root(() => {
			$effect(() => void seen.push(value.current));
		});
		flushSync();
		tell(2);
		flushSync();
		expect(seen).toEqual([1, 2]);
		expect(listeners.size).toBe(1);
		stop();
		await Promise.resolve();
		await Promise.resolve();
		expect(listeners.size).toBe(0);
	});

	test('[ux] two readers share one subscription', () => {
		const { live, listeners } = source(1);
		const value = new LiveValue(live, 0);
		const stop = $effect.root(() => {
			$effect(() => void value.current);
			$effect(() => void value.current);
		});
		flushSync();
		expect(listeners.size).toBe(1);
		stop();
	});

	test('[ux] currentOf asks once and lets go, whether the answer comes at once or later', async () => {
		const now = source(5);
		await expect(currentOf(now.live)).resolves.toBe(5);
		expect(now.listeners.size).toBe(0);
		const later = source(0, true);
		const asked = currentOf(later.live);
		later.tell(7);
		await expect(asked).resolves.toBe(7);
		expect(later.listeners.size).toBe(0);
	});
});
