import { fail } from '@sveltejs/kit';
import { message, setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { peopleRefusal } from '#lib/domain/people.ts';
import { newUserForm, type Invited, type NewUserFields } from '#lib/server/access/people-forms.ts';
import { mailLink, whyNotMailed } from '#lib/server/mail/link-letters.ts';
import { doesMailArrive } from '#lib/server/mail/open-transport.ts';
import { adminOnly } from '../../admin-only.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { world } = adminOnly(event);
	const blank = { role: 'operator', locale: getLocale(), byMail: false } as const;
	return {
		mailArrives: doesMailArrive(world),
		form: await superValidate<NewUserFields, Invited>(blank, zod4(newUserForm), { errors: false })
	};
};

export const actions: Actions = {
	default: async (event) => {
		const { world, person } = adminOnly(event);
		const form = await superValidate<NewUserFields, Invited>(event.request, zod4(newUserForm));
		if (!form.valid) return fail(400, { form });
		const { email, byMail, ...fields } = form.data;
		if (byMail && email === '') return setError(form, 'email', m.mail_link_needs_address());
		const why = byMail ? whyNotMailed(world, email) : null;
		if (why !== null) return message(form, { kind: 'no', text: why }, { status: 409 });
		const mailed = byMail ? mailLink(world.settings, 'invitation', { ...fields, to: email }) : undefined;
		const made = await world.access.users.create(person.personId, { ...fields, email: email || null }, mailed);
		if (made.kind === 'refused') {
			if (made.why === 'login_taken')
				return setError(form, 'login', peopleRefusal(made.why, getLocale()), { status: 409 });
			return message(form, { kind: 'no', text: peopleRefusal(made.why, getLocale()) }, { status: 403 });
		}
		const { personId } = made;
		if (mailed)
			return message(form, { kind: 'ok', text: m.people_new_mailed({ name: fields.name, address: email }), personId });
		const link = `${world.settings.origin}/welcome/${made.token}`;
		event.setHeaders({ 'cache-control': 'no-store' });
		return message(form, { kind: 'ok', text: m.people_new_done({ name: fields.name }), link, personId });
	}
};
