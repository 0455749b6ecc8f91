import { fail } from '@sveltejs/kit';
import { peopleRefusal, whyNotDeactivate, whyNotRole, type PeopleRefusal } from '#lib/domain/people.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { detailText, readAuditOf } from '#lib/server/access/audit-log.ts';
import { readDevicesOf } from '#lib/server/access/device-list.ts';
import { roleForm } from '#lib/server/access/people-forms.ts';
import { readUser } from '#lib/server/access/users.ts';
import { qrSymbol } from '#lib/server/documents/qr-symbol.ts';
import { addresseeOf, mailLink, whyNotMailed } from '#lib/server/mail/link-letters.ts';
import { error } from '../../../expected-error.server.ts';
import { told, untold } from '../../acted.server.ts';
import { adminOnly } from '../../admin-only.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	event.depends('escale:people');
	const { world, person } = adminOnly(event);
	const user = await readUser(world.reader, event.params.id);
	if (user === null) error(404, peopleRefusal('unknown', getLocale()));
	const say = (why: PeopleRefusal | null) => (why === null ? null : peopleRefusal(why, getLocale()));
	const [devices, acts] = await Promise.all([
		readDevicesOf(world.reader, user.personId, { now: world.clock(), release: null }),
		readAuditOf(world.reader, user.personId)
	]);
	const { badgeCode, ...shown } = user;
	return {
		user: shown,
		isMe: user.personId === person.personId,
		symbol: badgeCode === null ? null : qrSymbol(badgeCode),
		devices,
		acts: acts.map(({ detail, ...row }) => ({ ...row, detail: detailText(detail) })),
		whyNotMailed: user.active ? whyNotMailed(world, user.email) : null,
		whyNotDeactivate: user.active ? say(whyNotDeactivate(user, user.activeAdmins)) : null,
		/** Asked for the lowest role: whoever may become that may become any. */
		whyNotDemote: user.role === 'admin' ? say(whyNotRole(user, 'viewer', user.activeAdmins)) : null
	};
};

const asking = (event: RequestEvent) => {
	const { world, person } = adminOnly(event);
	return { world, users: world.access.users, by: person.personId, id: event.params.id, origin: world.settings.origin };
};

export const actions: Actions = {
	role: async (event) => {
		const { users, by, id } = asking(event);
		const form = roleForm.safeParse(Object.fromEntries(await event.request.formData()));
		if (!form.success) return untold(m.people_field_role());
		return told(await users.setRole(by, id, form.data.role), m.people_done_role());
	},
	deactivate: async (event) => {
		const { users, by, id } = asking(event);
		return told(await users.deactivate(by, id), m.people_done_deactivated());
	},
	reactivate: async (event) => {
		const { users, by, id } = asking(event);
		return told(await users.reactivate(by, id), m.people_done_reactivated());
	},
	badge: async (event) => {
		const { users, by, id } = asking(event);
		return told(await users.replaceBadge(by, id), m.people_done_badge());
	},
	password: async (event) => {
		const { users, by, id, origin } = asking(event);
		const acted = await users.resetPassword(by, id);
		event.setHeaders({ 'cache-control': 'no-store' });
		const answer = told(acted, m.people_done_link());
		return acted.kind === 'ok' ? { ...answer, link: `${origin}/welcome/${acted.token}` } : answer;
	},
	mailPassword: async (event) => {
		const { world, users, by, id } = asking(event);
		const who = addresseeOf(world, id);
		const why = whyNotMailed(world, who?.to ?? null);
		if (who === null || why !== null) return fail(409, { answer: { kind: 'no' as const, text: why ?? '' } });
		const acted = await users.resetPassword(by, id, mailLink(world.settings, 'password', who));
		return told(acted, m.mail_link_sent({ address: who.to }));
	}
};
