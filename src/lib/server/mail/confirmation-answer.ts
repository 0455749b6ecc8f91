/** What a form says of an address that was given and is not confirmed. */
import { m } from '#lib/paraglide/messages.js';
import type { Answer } from '#lib/server/desk/run.ts';
import type { Confirmation } from './addresses.ts';

export function confirmationAnswer(address: string, confirmation: Exclude<Confirmation, 'confirmed'>): Answer {
	switch (confirmation) {
		case 'asked':
			return { kind: 'note', text: m.mail_address_asked({ address }) };
		case 'asked_before':
			return { kind: 'note', text: m.mail_address_asked_before({ address }) };
		case 'too_many':
			return { kind: 'no', text: m.mail_address_too_many() };
	}
}
