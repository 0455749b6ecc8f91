/** Somebody without an account asks for one. Whoever has one hears the same. */
import { fail } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { accountRequestForm, type AccountRequestFields } from '#lib/server/access/people-forms.ts';
import type { Answer } from '#lib/server/desk/run.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => ({
	form: await superValidate<AccountRequestFields, Answer>(zod4(accountRequestForm), { errors: false })
});

export const actions: Actions = {
	default: async (event) => {
		const { locals, request, setHeaders } = event;
		const form = await superValidate<AccountRequestFields, Answer>(request, zod4(accountRequestForm));
		if (!form.valid) return fail(400, { form });
		const { world } = locals;
		const seconds = await world.access.requests.submit(
			{ ...form.data, locale: getLocale() },
			clientAddress(event),
			world.settings.accountRequestThrottleSeconds
		);
		if (seconds > 0) {
			setHeaders({ 'retry-after': String(seconds) });
			return message(
				form,
				{ kind: 'no', text: m.people_ask_wait({ minutes: Math.ceil(seconds / 60) }) },
				{ status: 429 }
			);
		}
		return message(form, { kind: 'ok', text: m.people_ask_done() });
	}
};
