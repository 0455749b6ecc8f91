import { fail } from '@sveltejs/kit';
import { message, setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { peopleRefusal } from '#lib/domain/people.ts';
import { newUserForm, type Invited, type NewUserFields } from '#lib/server/access/people-forms.ts';
import { adminOnly } from '../../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	adminOnly(event);
	const blank = { role: 'operator', locale: getLocale() } as const;
	return { form: await superValidate<NewUserFields, Invited>(blank, zod4(newUserForm), { errors: false }) };
};

export const actions: Actions = {
	default: async (event) => {
		const { world, person } = adminOnly(event);
		const form = await superValidate<NewUserFields, Invited>(event.request, zod4(newUserForm));
		if (!form.valid) return fail(400, { form });
		const { email, ...fields } = form.data;
		const made = await world.access.users.create(person.personId, { ...fields, email: email || null });
		if (made.kind === 'refused') {
			if (made.why === 'login_taken')
				return setError(form, 'login', peopleRefusal(made.why, getLocale()), { status: 409 });
			return message(form, { kind: 'no', text: peopleRefusal(made.why, getLocale()) }, { status: 403 });
		}
		const link = `${world.settings.origin}/welcome/${made.token}`;
		event.setHeaders({ 'cache-control': 'no-store' });
		return message(form, { kind: 'ok', text: m.people_new_done({ name: fields.name }), link, personId: made.personId });
	}
};
