import { redirect } from '@sveltejs/kit';
import { message, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { ROLE_NEEDED, roleReaches } from '#lib/domain/roles.ts';
import { refuse } from '#lib/domain/refuse.ts';
import { follows } from '#lib/protocol/desk-topics.ts';
import { m } from '#lib/paraglide/messages.js';
import { loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { settleForm, type Settle } from '#lib/server/desk/forms.ts';
import { readInbox } from '#lib/server/desk/refusals.ts';
import { deskOf, runAtDesk, type Answer } from '#lib/server/desk/run.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('refusals', 'photos'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store, photos } = locals.world;
	const { open, more, settled } = await readInbox(reader, photos, store.siteTimeZone);
	const needed = ROLE_NEEDED['refusal.settle'];
	return {
		/** Each form is its own mutation. */
		open: open.map((refusal) => ({ ...refusal, uid: newUuid() })),
		more,
		settled,
		/** Why this person cannot settle; null: they can. */
		refusal: roleReaches(locals.person.role, needed)
			? null
			: sayingIn(store.siteTimeZone)(refuse('forbidden', { role: needed }))
	};
};

export const actions: Actions = {
	settle: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		const sent = await request.formData();
		const refusalId = String(sent.get('refusalId') ?? '');
		const form = await superValidate<Settle, Answer>(sent, zod4(settleForm), { id: `settle-${refusalId}` });
		if (!form.valid) return message(form, { kind: 'no', text: m.desk_form_incomplete() }, { status: 400 });
		const outcome = await runAtDesk(
			deskOf(locals.world.store, locals.person),
			String(sent.get('uid') ?? ''),
			'refusal.settle',
			{ refusalId, note: form.data.note },
			m.refusals_done()
		);
		return message(form, outcome.answer, outcome.status === 200 ? {} : { status: outcome.status });
	}
};
