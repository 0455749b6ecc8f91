import { describe, expect, test } from 'vitest';
import { askForm, customForm, meForm, partnerForm } from './notice-forms.ts';

const custom = (changes: object) =>
	customForm.safeParse({ recipients: ['person:a'], subject: 'Objet', text: 'Texte', ...changes });

describe('a written message', () => {
	test.each([
		'Objet\r\nBcc: x@example.org',
		'Objet\nBcc: x@example.org',
		'Objet\r',
		'\nObjet',
		'Objet\u0000',
		'Objet\u2028Bcc: x@example.org',
		'Objet\u0085x'
	])('a subject %j is refused, not repaired', (subject) => {
		expect(custom({ subject }).error?.issues[0]?.path).toEqual(['subject']);
	});

	test.each(['عنوان الرسالة', '🎉 Vol avancé', '  Objet  ', 'a'.repeat(120), '🎉'.repeat(120)])(
		'a subject %s is taken',
		(subject) => {
			expect(custom({ subject }).data?.subject).toBe(subject.trim());
		}
	);

	test.each([
		['subject', { subject: ' ' }],
		['subject', { subject: '🎉'.repeat(121) }],
		['text', { text: '\r\n ' }],
		['text', { text: 'x'.repeat(5001) }],
		['recipients', { recipients: [] }]
	])('%s: too little and too much are said by name', (field, changes) => {
		expect(custom(changes).error?.issues[0]?.path).toEqual([field]);
	});

	test('lines of the text stay, whatever wrote them; characters that nobody sees go', () => {
		expect(custom({ text: 'a\r\nb\rc\n\td\u0000\u001b' }).data?.text).toBe('a\nb\nc\n\td');
	});
});

test.each([
	'x',
	'x@',
	'a@b.c\r\nBcc: d@e.f',
	'a@example.org,b@example.org',
	'A B <a@example.org>',
	`${'a'.repeat(250)}@example.org`
])('%j is no address', (email) => {
	expect(meForm.safeParse({ email, locale: 'fr' }).error?.issues[0]?.path).toEqual(['email']);
});

test('no address is an answer for oneself, not for a partner', () => {
	expect(meForm.safeParse({ email: ' ', locale: 'fr' }).data?.email).toBe('');
	const partner = { kind: 'late', scope: 'all', destinationId: '', reference: '', address: '', locale: 'fr' };
	expect(partnerForm.safeParse(partner).error?.issues[0]?.path).toEqual(['address']);
});

test.each([
	['destinationId', { scope: 'destination' }],
	['reference', { scope: 'shipment' }],
	['scope', { scope: 'shipment', kind: 'daily', reference: '260001' }],
	['kind', { kind: 'custom' }]
])('%s is asked for where the scope needs it', (field, changes) => {
	const asked = { kind: 'status', scope: 'all', destinationId: '', reference: '', ownToo: false, ...changes };
	expect(askForm.safeParse(asked).error?.issues[0]?.path).toEqual([field]);
});
