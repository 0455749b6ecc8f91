import { expect, test } from 'vitest';
import { writeLetter, type Letter } from './letter.ts';

const LETTER: Letter = {
	subject: 'Objet',
	headline: 'Titre',
	facts: [{ name: 'Destination', value: 'ABJ' }],
	paragraphs: [],
	link: { name: 'Ouvrir', href: 'https://escale.example.org/x?a=1&b=2' },
	footer: { text: 'Pied.', href: 'https://escale.example.org' }
};

test('the same parts stand in text and in HTML', () => {
	const { text, html } = writeLetter(LETTER, 'fr');
	expect(text).toBe(
		'Titre\n\nDestination : ABJ\n\nOuvrir : \nhttps://escale.example.org/x?a=1&b=2\n\n-- \nPied.\nhttps://escale.example.org\n'
	);
	for (const part of [
		'Titre',
		'Destination',
		'ABJ',
		'Ouvrir',
		'Pied.',
		'href="https://escale.example.org/x?a=1&amp;b=2"'
	])
		expect(html).toContain(part);
});

test.each([
	['a header', 'Objet\r\nBcc: everybody@example.org'],
	['a bare line feed', 'Objet\nBcc: everybody@example.org'],
	['a bare carriage return', 'Objet\rBcc: everybody@example.org'],
	['a line separator', 'Objet\u2028Bcc: everybody@example.org']
])('%s in a subject stays text on one line', (_what, subject) => {
	const written = writeLetter({ ...LETTER, subject }, 'en');
	expect(written.subject).toBe('Objet Bcc: everybody@example.org');
	expect(written.html).toContain('<title>Objet Bcc: everybody@example.org</title>');
});

test('what people wrote is never markup, in any place', () => {
	const evil = `"><script>alert('x')</script>&`;
	const { html } = writeLetter(
		{
			...{ subject: evil, headline: evil, facts: [{ name: evil, value: evil }], paragraphs: [evil] },
			...{ link: { name: evil, href: `https://x/${evil}` }, footer: { text: evil, href: evil } }
		},
		'fr'
	);
	expect(html).not.toMatch(/<script|'x'/);
	expect(html.match(/&lt;script&gt;/g)).toHaveLength(10);
});

test('a long subject is cut between characters, never inside an emoji', () => {
	const { subject } = writeLetter({ ...LETTER, subject: '🎉'.repeat(400) }, 'fr');
	expect([...subject]).toHaveLength(150);
	expect(subject).toBe('🎉'.repeat(150));
});
