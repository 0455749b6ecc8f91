/** A one-time link: its holder chooses the first password, then signs in with it. */
import { fail, redirect } from '@sveltejs/kit';
import { setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { z } from 'zod';
import { SHORTEST } from '#lib/server/access/password-rules.ts';
import { passwordFaultWords } from '#lib/server/access/password-words.ts';
import type { Actions, PageServerLoad } from './$types';

/** Made per request: its message is in the reader's language. What is longer is not even looked at. */
const chosen = () => z.object({ password: z.string().max(1_000, passwordFaultWords('too_long')) });

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
	const holder = locals.world.access.oneTimeLinks.find(params.token);
	setHeaders({ 'referrer-policy': 'no-referrer' });
	const who = holder && { name: holder.name, login: holder.login };
	return { who, shortest: SHORTEST, form: await superValidate(zod4(chosen()), { errors: false }) };
};

export const actions: Actions = {
	default: async ({ locals, params, request, url }) => {
		const form = await superValidate(request, zod4(chosen()));
		const { password } = form.data;
		form.data.password = '';
		if (!form.valid) return fail(400, { form });
		const outcome = await locals.world.access.oneTimeLinks.setPassword(params.token, password);
		if (outcome.kind === 'refused') return setError(form, 'password', passwordFaultWords(outcome.fault));
		// Used meanwhile: the page says so itself.
		redirect(303, outcome.kind === 'ok' ? '/login' : url.pathname);
	}
};
