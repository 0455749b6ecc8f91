import { redirect, type RequestEvent } from '@sveltejs/kit';
import { message, setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress } from '#lib/server/desk/desk.ts';
import type { Answer } from '#lib/server/desk/run.ts';
import type { Confirmation } from '#lib/server/mail/addresses.ts';
import { confirmationAnswer } from '#lib/server/mail/confirmation-answer.ts';
import { askForm, meForm, type AskNotice, type Me } from '#lib/server/notices/notice-forms.ts';
import { readAsked, readMe, readPlaces, saveMe, scopeIdOf } from '#lib/server/notices/notice-pages.ts';
import { subscribe, unsubscribe } from '#lib/server/notices/subscribers.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	const { personId } = locals.person;
	const { reader } = locals.world;
	const [me, asked, places] = await Promise.all([
		readMe(reader, personId),
		readAsked(reader, { personId }),
		readPlaces(reader)
	]);
	return { me, asked, places };
};

/** Who sent which form; a person whose session ended comes back after signing in. */
async function sentForm({ locals, request, url }: RequestEvent) {
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	return { ...locals.world, personId: locals.person.personId, sent: await request.formData() };
}

const say = (kind: Answer['kind'], text: string): Answer => ({ kind, text });

/** What is said of an address that was given. Null: none. */
function asked(address: string, confirmation: Confirmation | null): Answer {
	if (confirmation === null || confirmation === 'confirmed') return say('ok', m.notices_saved());
	return confirmationAnswer(address, confirmation);
}

export const actions: Actions = {
	me: async (event) => {
		const { store, settings, clock, personId, sent } = await sentForm(event);
		const form = await superValidate<Me, Answer>(sent, zod4(meForm), { id: 'me' });
		if (!form.valid) return message(form, say('no', m.desk_form_incomplete()), { status: 400 });
		return message(form, asked(form.data.email, await saveMe(store, personId, form.data, settings, clock())));
	},
	again: async (event) => {
		const { store, reader, settings, clock, personId } = await sentForm(event);
		const me = await readMe(reader, personId);
		return { answer: asked(me.email, await saveMe(store, personId, me, settings, clock())) };
	},
	add: async (event) => {
		const { store, reader, clock, personId, sent } = await sentForm(event);
		const form = await superValidate<AskNotice, Answer>(sent, zod4(askForm), { id: 'add' });
		if (!form.valid) return message(form, say('no', m.desk_form_incomplete()), { status: 400 });
		const { kind, scope, ownToo } = form.data;
		const scopeId = await scopeIdOf(reader, form.data);
		if (scopeId === null)
			return scope === 'shipment'
				? setError(form, 'reference', m.notices_shipment_missing())
				: setError(form, 'destinationId', m.notices_destination_missing());
		const isAdded = await subscribe(store, { who: { personId }, kind, scope, scopeId, ownToo, by: personId }, clock());
		return isAdded
			? message(form, say('ok', m.notices_added()))
			: message(form, say('no', m.notices_too_many()), { status: 409 });
	},
	remove: async (event) => {
		const { store, personId, sent } = await sentForm(event);
		await unsubscribe(store, String(sent.get('id') ?? ''), { personId });
		return { answer: say('ok', m.notices_removed()) };
	}
};
