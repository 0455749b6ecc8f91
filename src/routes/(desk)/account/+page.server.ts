import { fail, redirect } from '@sveltejs/kit';
import { message, setError, superValidate } from 'sveltekit-superforms';
import { zod4 } from 'sveltekit-superforms/adapters';
import { z } from 'zod';
import type { PinWeakness } from '#lib/domain/badge.ts';
import { browserName } from '#lib/domain/browser-name.ts';
import { m } from '#lib/paraglide/messages.js';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { changeOwnPassword } from '#lib/server/access/own-password.ts';
import { SHORTEST } from '#lib/server/access/password-rules.ts';
import { passwordFaultWords } from '#lib/server/access/password-words.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { qrSymbol } from '#lib/server/documents/qr-symbol.ts';
import type { Answer } from '#lib/server/desk/run.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const ID = 'own-pin';
/** The PIN is looked at by the rule; to remove it, none is typed. */
const pinForm = z.object({
	password: z
		.string()
		.min(1, { error: () => m.operators_field_password() })
		.max(200),
	pin: z.string().trim().max(20)
});

const PASSWORD_ID = 'own-password';
const passwordForm = z.object({
	current: z
		.string()
		.min(1, { error: () => m.operators_field_password() })
		.max(200),
	chosen: z.string().max(1_000, { error: () => passwordFaultWords('too_long') })
});

const WEAKNESSES = {
	form: m.operators_field_pin_form,
	repeated: m.operators_field_pin_repeated,
	run: m.operators_field_pin_run,
	badge: m.operators_field_pin_badge
} as const satisfies Record<PinWeakness, () => string>;

export const load: PageServerLoad = ({ locals, cookies, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	const { personId, login, signedInBy, expiresAt } = locals.person;
	const { sessions } = locals.world.access;
	const holder = locals.world.access.pins.holder(personId);
	return {
		login,
		hasSingleKeys: cookies.get('escale_keys') !== 'off',
		/** By badge and PIN: when this session ends. */
		cappedUntil: signedInBy === 'pin' ? expiresAt : null,
		name: holder?.name ?? '',
		structure: holder?.structure ?? '',
		hasPin: holder?.hasPin ?? false,
		shortest: SHORTEST,
		sessions: sessions
			.listOf(personId, locals.cookies.session(cookies))
			.map(({ userAgent, ...session }) => ({ ...session, browser: browserName(userAgent) })),
		symbol: holder?.badgeCode ? qrSymbol(holder.badgeCode) : null
	};
};

/** Sets the PIN, or removes it, for who types their password with it. Neither is ever sent back. */
async function change(event: RequestEvent, isRemoval: boolean) {
	const { locals, request, url } = event;
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	const form = await superValidate<z.infer<typeof pinForm>, Answer>(await request.formData(), zod4(pinForm), {
		id: ID
	});
	const { password, pin } = form.data;
	form.data = { password: '', pin: '' };
	if (!form.valid) return fail(400, { form });
	const { personId, login } = locals.person;
	const { pins } = locals.world.access;
	const by = { personId, login, password, address: clientAddress(event) };
	const outcome = isRemoval ? await pins.clear(by) : await pins.set(by, pin);
	switch (outcome.kind) {
		case 'weak':
			return setError(form, 'pin', WEAKNESSES[outcome.weakness]());
		case 'wrong_password':
			return setError(form, 'password', m.operators_field_password_wrong(), { status: 403 });
		case 'wait':
			event.setHeaders({ 'retry-after': String(outcome.seconds) });
			return message(form, { kind: 'no', text: m.common_login_wait({ seconds: outcome.seconds }) }, { status: 429 });
		case 'ok':
			return message(form, { kind: 'ok', text: isRemoval ? m.operators_pin_removed() : m.operators_pin_saved() });
	}
}

/** The old one is asked for; whoever else is signed in as this person is not any more. */
async function changePassword(event: RequestEvent) {
	const { locals, request, cookies, url } = event;
	if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
	const form = await superValidate<z.infer<typeof passwordForm>, Answer>(await request.formData(), zod4(passwordForm), {
		id: PASSWORD_ID
	});
	const { current, chosen } = form.data;
	form.data = { current: '', chosen: '' };
	if (!form.valid) return fail(400, { form });
	const { personId, login, name } = locals.person;
	const token = locals.cookies.session(cookies);
	const by = { personId, login, name, password: current, address: clientAddress(event), token };
	const { access, store, clock } = locals.world;
	const outcome = await changeOwnPassword(
		{ store, clock, limits: access.limits, sessions: access.sessions },
		by,
		chosen
	);
	switch (outcome.kind) {
		case 'refused':
			return setError(form, 'chosen', passwordFaultWords(outcome.fault));
		case 'wrong_password':
			return setError(form, 'current', m.operators_field_password_wrong(), { status: 403 });
		case 'wait':
			return message(form, { kind: 'no', text: m.common_login_wait({ seconds: outcome.seconds }) }, { status: 429 });
		case 'ok':
			return message(form, { kind: 'ok', text: m.people_own_password_saved() });
	}
}

export const actions: Actions = {
	password: changePassword,
	endSession: async ({ locals, request, url }) => {
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		const sent = await request.formData();
		await locals.world.access.sessions.endOne(locals.person.personId, String(sent.get('id') ?? ''));
		redirect(303, '/account');
	},
	endOthers: async ({ locals, cookies, url }) => {
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		await locals.world.access.sessions.endOthers(locals.person.personId, locals.cookies.session(cookies));
		redirect(303, '/account');
	},
	set: (event) => change(event, false),
	remove: (event) => change(event, true),
	badge: async ({ locals, url }) => {
		if (!locals.person) redirect(303, loginAddress(new URL(url.pathname, url)));
		await locals.world.access.pins.giveBadges([locals.person.personId]);
		redirect(303, '/account');
	}
};
