/**
 * The interface sentences in both languages: the same keys, the same placeholders, nothing empty, each key in the file of its
 * prefix, and none that no screen uses. Run by `npm run verify`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDERS = [
	'common',
	'lan',
	'floor',
	'desk',
	'lists',
	'track',
	'modes',
	'contacts',
	'refusals',
	'drafts',
	'dashboard',
	'operators',
	'notices',
	'people',
	'jobs',
	'fleet',
	'device'
] as const;

function sentences(folder: string, locale: string): Map<string, unknown> {
	const file = JSON.parse(readFileSync(`messages/${folder}/${locale}.json`, 'utf8')) as Record<string, unknown>;
	return new Map(Object.entries(file).filter(([key]) => key !== '$schema'));
}

/** The names in braces, of plain sentences and of those with variants (plurals) alike. */
function placeholders(sentence: unknown): string[] {
	const found = JSON.stringify(sentence).matchAll(/\{([a-zA-Z_]\w*)\}/g);
	return [...new Set([...found].map((match) => match[1]!))].sort();
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
	.filter((path) => /\.(ts|svelte)$/.test(path) && !path.includes('paraglide'))
	.map((path) => readFileSync(join('src', path), 'utf8'))
	.join('\n');

describe.for(FOLDERS)('messages/%s', (folder) => {
	const fr = sentences(folder, 'fr');
	const en = sentences(folder, 'en');

	test('French and English have the same keys', () => {
		expect([...en.keys()].sort()).toEqual([...fr.keys()].sort());
	});

	test('each key is snake_case and begins with its folder', () => {
		const stray = [...fr.keys()].filter((key) => !new RegExp(`^${folder}_[a-z0-9_]+$`).test(key));
		expect(stray).toEqual([]);
	});

	test('no sentence is empty', () => {
		const empty = [...fr, ...en].filter(([, sentence]) => sentence === '').map(([key]) => key);
		expect(empty).toEqual([]);
	});

	test('both languages fill in the same names', () => {
		const differing = [...fr].filter(
			([key, sentence]) => `${placeholders(sentence)}` !== `${placeholders(en.get(key))}`
		);
		expect(differing.map(([key]) => key)).toEqual([]);
	});

	test('every sentence is used', () => {
		const unused = [...fr.keys()].filter((key) => !new RegExp(`\\b${key}\\b`).test(sources));
		expect(unused).toEqual([]);
	});
});
