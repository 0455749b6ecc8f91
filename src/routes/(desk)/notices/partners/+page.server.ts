import { redirect, type RequestEvent } from '@sveltejs/kit';
import { message, setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress, managersOnly } from '#lib/server/desk/desk.ts';
import type { Answer } from '#lib/server/desk/run.ts';
import { askToConfirm } from '#lib/server/mail/addresses.ts';
import { confirmationAnswer } from '#lib/server/mail/confirmation-answer.ts';
import { partnerForm, type Partner } from '#lib/server/notices/notice-forms.ts';
import { readAsked, readPlaces, scopeIdOf } from '#lib/server/notices/notice-pages.ts';
import { listedAddress, subscribe, unsubscribe } from '#lib/server/notices/subscribers.ts';
import { error } from '../../expected-error.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Whose session it is; only a manager gets further. */
function manager({ locals, url }: Pick<RequestEvent, 'locals' | 'url'>) {
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	const refusal = managersOnly(locals.person.role);
	if (refusal !== null) error(403, refusal);
	return { ...locals.world, personId: locals.person.personId };
}

export const load: PageServerLoad = async (event) => {
	event.depends('escale:desk');
	const { reader } = manager(event);
	const [asked, places] = await Promise.all([readAsked(reader, 'addresses'), readPlaces(reader)]);
	return { asked, places };
};

const say = (kind: Answer['kind'], text: string): Answer => ({ kind, text });

export const actions: Actions = {
	add: async (event) => {
		const { reader, store, settings, clock, personId } = manager(event);
		const sent = await event.request.formData();
		const form = await superValidate<Partner, Answer>(sent, zod4(partnerForm), { id: 'partner' });
		if (!form.valid) return message(form, say('no', m.desk_form_incomplete()), { status: 400 });
		const { kind, scope, address, locale } = form.data;
		const scopeId = await scopeIdOf(reader, form.data);
		if (scopeId === null)
			return scope === 'shipment'
				? setError(form, 'reference', m.notices_shipment_missing())
				: setError(form, 'destinationId', m.notices_destination_missing());
		const asked = { who: { address, locale }, kind, scope, scopeId, ownToo: false, by: personId };
		if (!(await subscribe(store, asked, clock())))
			return message(form, say('no', m.notices_too_many()), { status: 409 });
		const confirmation = await store.write((db) =>
			askToConfirm(db, { address, locale, by: personId }, settings, clock())
		);
		return message(
			form,
			confirmation === 'confirmed' ? say('ok', m.notices_added()) : confirmationAnswer(address, confirmation)
		);
	},
	again: async (event) => {
		const { store, settings, clock, personId } = manager(event);
		const sent = await event.request.formData();
		const id = String(sent.get('id') ?? '');
		const answer = await store.write((db) => {
			const one = listedAddress(db, id);
			if (one === null) return say('no', m.notices_gone());
			const confirmation = askToConfirm(db, { ...one, by: personId }, settings, clock());
			return confirmation === 'confirmed'
				? say('ok', m.notices_saved())
				: confirmationAnswer(one.address, confirmation);
		});
		return { answer };
	},
	remove: async (event) => {
		const { store } = manager(event);
		const sent = await event.request.formData();
		await unsubscribe(store, String(sent.get('id') ?? ''), 'addresses');
		return { answer: say('ok', m.notices_removed()) };
	}
};
