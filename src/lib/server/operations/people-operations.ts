/** What the command line asks about people and devices: the same acts as the pages of /admin, recorded as the command line's. */
import { z } from 'zod';
import { LOCALES } from '#lib/domain/labels.ts';
import { ACCOUNT_ROLES, LOGIN_FORM, peopleRefusal } from '#lib/domain/people.ts';
import { accountOf, type Acted } from '#lib/server/access/acting.ts';
import { DeviceActs } from '#lib/server/access/device-acts.ts';
import { readDevices, type DeviceRow } from '#lib/server/access/device-list.ts';
import { tryingOnly } from '#lib/server/access/dry-run.ts';
import { LINK_HOURS } from '#lib/server/access/one-time-links.ts';
import { UserActs, type MailedLink } from '#lib/server/access/user-acts.ts';
import { readAccounts, type UserRow } from '#lib/server/access/users.ts';
import { addresseeOf, mailLink, type Addressee, type LinkOccasion } from '#lib/server/mail/link-letters.ts';
import { doesMailArrive } from '#lib/server/mail/open-transport.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { sql } from '#lib/server/store/sql.ts';
import { operation, OperationRefusal, type Outcome } from './operation.ts';

const login = z.string().trim().toLowerCase().regex(LOGIN_FORM, 'a login has 3 to 80 of: letters, digits, . _ @ + -');
const text = (max: number) => z.string().trim().max(max);
const nothing = z.object({});
const dryRun = z.boolean();

export const PEOPLE_OPERATIONS = {
	'people.list': operation(z.object({ all: z.boolean() }), async ({ reader, clock }, { all }) => {
		const users = (await readAccounts(reader, null, clock())).filter(({ active }) => all || active);
		return { exitCode: 0, lines: users.map(lineOf), json: { users: users.map(factsOf) } };
	}),
	'people.inactive': operation(
		z.object({ days: z.number().int().min(1).max(3650) }),
		async ({ reader, clock }, { days }) => {
			const users = (await readAccounts(reader, days, clock())).filter(({ active }) => active);
			const lines = [...users.map(lineOf), `${users.length} active accounts were not seen for ${days} days.`];
			return { exitCode: users.length === 0 ? 0 : 1, lines, json: { days, users: users.map(factsOf) } };
		}
	),
	'people.create': operation(
		z.object({
			login,
			name: text(120).min(1, 'a name is missing'),
			structure: text(120),
			role: z.enum(ACCOUNT_ROLES),
			email: z.union([z.literal(''), z.email().max(254)]),
			locale: z.enum(LOCALES),
			mail: z.boolean(),
			dryRun
		}),
		async (world, { dryRun: isDry, mail, email, ...user }) => {
			const mailed = mail ? mailedTo(world, 'invitation', email === '' ? null : { ...user, to: email }) : undefined;
			const made = unwrap(await usersOf(world, isDry).create(null, { ...user, email: email || null }, mailed));
			const line = `${user.login} is made, as ${user.role}.`;
			if (mail && !isDry) return inQueue(line, { personId: made.personId });
			return isDry ? tried(line) : withLink(world, made.token, line, { personId: made.personId });
		}
	),
	'people.admin': operation(
		z.object({ login, name: text(120), structure: text(120), dryRun }),
		async (world, { login: of, name, structure, dryRun: isDry }) => {
			const users = usersOf(world, isDry);
			const id = idOf(world, of);
			const isNew = id === null;
			if (isNew && name === '') throw new OperationRefusal('wrong_use', '--name is missing.');
			if (!isNew && !isActiveAdmin(world, id))
				throw new OperationRefusal('refused', `${of} has an account that is no active admin's. Choose another login.`);
			const user = { login: of, name, structure, role: 'admin', email: null, locale: 'fr' } as const;
			const { token } = unwrap(isNew ? await users.create(null, user) : await users.resetPassword(null, id));
			const line = isNew ? `${name} is an admin, login ${of}.` : `${of} is an admin already; this is another link.`;
			return isDry ? tried(line) : withLink(world, token, line, { login: of, isNew });
		}
	),
	'people.set-role': operation(
		z.object({ login, role: z.enum(ACCOUNT_ROLES), dryRun }),
		async (world, { login: of, role, dryRun: isDry }) => {
			unwrap(await usersOf(world, isDry).setRole(null, known(world, of), role));
			return done(isDry, `${of} is ${role} now.`, { login: of, role });
		}
	),
	'people.deactivate': operation(z.object({ login, dryRun }), async (world, { login: of, dryRun: isDry }) => {
		unwrap(await usersOf(world, isDry).deactivate(null, known(world, of)));
		const line = `${of} is deactivated: sessions and grants have ended. Devices are revoked separately.`;
		return done(isDry, line, { login: of });
	}),
	'people.reactivate': operation(z.object({ login, dryRun }), async (world, { login: of, dryRun: isDry }) => {
		unwrap(await usersOf(world, isDry).reactivate(null, known(world, of)));
		return done(isDry, `${of} may sign in again.`, { login: of });
	}),
	'people.reset-password': operation(
		z.object({ login, mail: z.boolean(), dryRun }),
		async (world, { login: of, mail, dryRun: isDry }) => {
			const id = known(world, of);
			const mailed = mail ? mailedTo(world, 'password', addresseeOf(world, id)) : undefined;
			const { token } = unwrap(await usersOf(world, isDry).resetPassword(null, id, mailed));
			const line = `${of} keeps the former password until the link is used.`;
			if (mail && !isDry) return inQueue(line, { login: of });
			return isDry ? tried(line) : withLink(world, token, line, { login: of });
		}
	),
	'people.requests': operation(nothing, ({ access }) => {
		const requests = access.requests.list('pending');
		const lines = requests.map(({ id, createdAt, takenBy }) =>
			[id, createdAt, ...(takenBy ? [`an account has this address: ${takenBy}`] : [])].join('  ')
		);
		const json = { requests: requests.map(({ id, createdAt, takenBy }) => ({ id, createdAt, takenBy })) };
		lines.push(`${requests.length} requests wait; who they are and what they say is on the page /admin/requests.`);
		return Promise.resolve({ exitCode: 0, lines, json });
	}),
	'devices.list': operation(z.object({ all: z.boolean() }), async ({ reader, clock }, { all }) => {
		const devices: DeviceRow[] = [];
		const seen = { now: clock(), release: null };
		for (let page = 1, pages = 1; page <= pages; page++) {
			const read = await readDevices(reader, { search: '', state: all ? 'all' : 'active', trouble: null, page }, seen);
			devices.push(...read.rows);
			pages = read.pages;
		}
		return { exitCode: 0, lines: devices.map(deviceLine), json: { devices } };
	}),
	'devices.confirm': operation(
		z.object({ id: z.string().min(1).max(80).nullable(), dryRun }),
		async ({ store, clock }, { id, dryRun: isDry }) => {
			const devices = new DeviceActs(isDry ? tryingOnly(store) : store, clock);
			if (id === null) {
				const { devices: count } = unwrap(await devices.confirmAll(null));
				return done(isDry, `${count} devices are confirmed.`, { devices: count });
			}
			unwrap(await devices.confirm(null, id));
			return done(isDry, `${id} is confirmed.`, { id });
		}
	),
	'devices.revoke': operation(
		z.object({ id: z.string().min(1).max(80), reason: text(200).min(1, 'a reason is missing'), dryRun }),
		async ({ store, clock }, { id, reason, dryRun: isDry }) => {
			const devices = new DeviceActs(isDry ? tryingOnly(store) : store, clock);
			unwrap(await devices.revoke(null, id, reason));
			const line = `${id} is revoked: what it sends has no effect, and at its next contact it clears its data.`;
			return done(isDry, line, { id });
		}
	)
};

const usersOf = ({ access, store, clock }: ServerWorld, isDry: boolean): UserActs =>
	isDry ? new UserActs(tryingOnly(store), clock, access.oneTimeLinks) : access.users;

const tried = (line: string): Outcome => ({
	exitCode: 0,
	lines: [`It would be so, and nothing was done: ${line}`],
	json: { dryRun: true }
});

const done = (isDry: boolean, line: string, json: Outcome['json']): Outcome =>
	isDry ? tried(line) : { exitCode: 0, lines: [line], json };

const isActiveAdmin = ({ store }: ServerWorld, id: string): boolean =>
	store.read((db) => {
		const account = accountOf(db, id);
		return account !== null && account.active && account.role === 'admin';
	});

function withLink({ settings }: ServerWorld, token: string, line: string, json: Outcome['json']): Outcome {
	const link = `${settings.origin}/welcome/${token}`;
	const lines = [
		line,
		`Open it within ${LINK_HOURS} hours to choose a password; it works once and is shown this once:`,
		link
	];
	return { exitCode: 0, lines, json: { ...json, link } };
}

/** The link is in the message alone. */
const inQueue = (line: string, json: Outcome['json']): Outcome => ({
	exitCode: 0,
	lines: [line, 'The link is queued to go to their address: npm run -s ops -- email-queue'],
	json: { ...json, mailed: true }
});

/** @throws OperationRefusal where no message would arrive */
function mailedTo(world: ServerWorld, occasion: LinkOccasion, who: Addressee | null): MailedLink {
	if (who === null) throw new OperationRefusal('wrong_use', '--mail needs an address, and the account has none.');
	if (!doesMailArrive(world))
		throw new OperationRefusal(
			'refused',
			'This server sends no mail: leave --mail away and hand on the link yourself.'
		);
	return mailLink(world.settings, occasion, who);
}

/** @throws OperationRefusal */
function unwrap<T extends object>(acted: Acted<T>): T {
	if (acted.kind === 'refused') throw new OperationRefusal('refused', peopleRefusal(acted.why, 'en'));
	return acted;
}

const idOf = ({ store }: ServerWorld, of: string): string | null =>
	store.read(
		(db) => sql<{ id: string }>(db, `SELECT person_id AS id FROM account WHERE login = ?`).get(of)?.id ?? null
	);

/** @throws OperationRefusal */
function known(world: ServerWorld, of: string): string {
	const id = idOf(world, of);
	if (id === null) throw new OperationRefusal('refused', `There is no account "${of}".`);
	return id;
}

const factsOf = ({ personId, login: of, role, active, lastSeenAt }: UserRow) => ({
	...{ personId, login: of, role, active, lastSeenAt }
});

const lineOf = ({ login: of, role, active, lastSeenAt }: UserRow): string =>
	[of.padEnd(24), role.padEnd(9), active ? 'active     ' : 'deactivated', lastSeenAt ?? 'never signed in'].join(' ');

const deviceLine = ({ id, name, revoked, lastSeenAt, troubles, ...row }: DeviceRow): string =>
	[
		...[id, revoked ? 'revoked' : 'active ', lastSeenAt, name],
		...(row.reportedQueue > 0 ? [`${row.reportedQueue} to send since ${row.oldestUnsentAt ?? lastSeenAt}`] : []),
		...(row.lostAt === null ? [] : [`${row.lostScans} may be lost`]),
		...(row.salvaged > 0 ? [`${row.salvaged} salvaged`] : []),
		...(troubles.length > 0 ? [`trouble: ${troubles.join(', ')}`] : [])
	].join('  ');
