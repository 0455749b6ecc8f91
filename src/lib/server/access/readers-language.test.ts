import type { RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { inReadersLanguage, wishedLocale } from './readers-language.ts';

describe('the language that a browser asks for', () => {
	test.each([
		['en-GB,en;q=0.9,fr;q=0.8', 'en'],
		['fr-CA', 'fr'],
		['de-DE,de;q=0.9,en;q=0.5', 'en'],
		['en;q=0.2, fr;q=0.7', 'fr'],
		['en;q=0', 'fr'],
		['ar, *;q=0.5', 'fr'],
		['english', 'fr'],
		['', 'fr'],
		[';;;,,,q=', 'fr']
	])('"%s" is %s', (header, locale) => {
		expect(wishedLocale(header)).toBe(locale);
	});
});

describe('[T5] a page is read', () => {
	function cookieOf(path: string, chosen?: string): string | null {
		const headers = new Headers({ 'accept-language': 'en', cookie: 'escale_theme=dark' });
		const event = {
			request: new Request(`https://escale.example.org${path}`, { headers }),
			url: new URL(path, 'https://escale.example.org'),
			cookies: { get: () => chosen }
		} as unknown as RequestEvent;
		return inReadersLanguage(event).headers.get('cookie');
	}

	test('in the language that the stranger’s browser asks for', () => {
		expect(cookieOf('/track/x')).toBe('escale_theme=dark; PARAGLIDE_LOCALE=en');
	});

	test('in the language that was chosen, and a colleague’s page only in that', () => {
		expect(cookieOf('/track/x', 'fr')).toBe('escale_theme=dark');
		expect(cookieOf('/login')).toBe('escale_theme=dark');
	});
});
