import { describe, expect, test } from 'vitest';
import { FakeReplica } from '../../../tests/support/fake-replica.ts';
import { contentLines, contentWeight } from './contents.ts';
import { packPath, readInAddress } from './pack-address.ts';
import { DEFAULT_SETTINGS, FloorSettings } from './settings.svelte.ts';
import { ageWords, expiryWords, timeWords, weightWords } from './words.ts';

const NOW = Date.parse('2026-11-22T10:52:00.000Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;

describe('times', () => {
	test('[ux] ages are minutes, then hours, then days; nothing under a minute', () => {
		expect(
			[59_000, 14 * MINUTE, 90 * MINUTE, 47 * 60 * MINUTE, 49 * 60 * MINUTE].map((ms) => ageWords(ago(ms), NOW))
		).toEqual([null, '14 min', '1 h', '47 h', '2 j']);
	});

	test('[T4] the site’s zone decides the hour and the day', () => {
		expect(timeWords('2026-11-22T10:38:00.000Z', 'Europe/Paris', NOW)).toBe('11:38');
		expect(timeWords('2026-11-22T10:38:00.000Z', 'Africa/Abidjan', NOW)).toBe('10:38');
		expect(timeWords('2026-11-21T23:30:00.000Z', 'Europe/Paris', NOW)).toBe('00:30');
		expect(timeWords('2026-11-21T23:30:00.000Z', 'Africa/Abidjan', NOW)).toContain('21 nov.');
		expect(timeWords('nonsense', 'Europe/Paris', NOW)).toBe('');
	});

	test('[L2] an expiry at the end of a month is the month, as boxes print it', () => {
		expect(['2027-03-31', '2027-02-28', '2028-02-28', '2027-03-12'].map(expiryWords)).toEqual([
			'03/2027',
			'02/2027',
			'28/02/2028',
			'12/03/2027'
		]);
	});
});

describe('a carton’s content', () => {
	test('[C13] the last packed stands on top; a product that is not here is still shown', () => {
		const replica = new FakeReplica();
		const product = replica.addProduct({ id: 'p1', name: 'Compresses', weightGrams: 100 });
		const carton = replica.addCarton({
			id: 'c1',
			code: 'BOX-1',
			items: [
				{ productId: 'p1', quantity: 24, lotCode: 'A12', expiresOn: '2027-03-31' },
				{ productId: 'gone', quantity: 2, lotCode: null, expiresOn: null }
			]
		});
		const lines = contentLines(carton, [product]);
		expect(lines.map(({ quantity, detail }) => [quantity, detail])).toEqual([
			[2, ''],
			[24, 'Lot A12 · Expire 03/2027']
		]);
		expect(contentWeight(carton, [product])).toBe('≥ 2,4 kg · 2 articles');
		expect(weightWords(340)).toBe('340 g');
	});
});

describe('what travels and what stays', () => {
	test('[ux] a product in hand survives in the address', () => {
		const read = { productId: 'p1', lotCode: 'A/1&2', expiresOn: '2027-03-31', quantity: 12 };
		const path = packPath('c1', read);
		expect(path.startsWith('/scan/pack/c1?')).toBe(true);
		expect(readInAddress(new URL(path, 'https://x.test').searchParams)).toEqual(read);
		expect(readInAddress(new URLSearchParams('product=p1&quantity=-3'))?.quantity).toBeNull();
		expect(readInAddress(new URLSearchParams())).toBeNull();
	});

	test('[ux] settings are remembered, and what is not understood is left out', () => {
		const stored = new Map<string, string>();
		const storage = {
			getItem: (key: string) => stored.get(key) ?? null,
			setItem: (key: string, value: string) => void stored.set(key, value)
		} as Storage;
		new FloorSettings(storage).change({ cameraOpen: true, rearmMs: 3000 });
		expect(new FloorSettings(storage).current).toEqual({ ...DEFAULT_SETTINGS, cameraOpen: true, rearmMs: 3000 });
		for (const key of stored.keys()) stored.set(key, '{"rearmMs":"soon","volume":0.2,"other":1}');
		expect(new FloorSettings(storage).current).toEqual({ ...DEFAULT_SETTINGS, volume: 0.2 });
		for (const key of stored.keys()) stored.set(key, 'not json');
		expect(new FloorSettings(storage).current).toEqual(DEFAULT_SETTINGS);
	});
});
