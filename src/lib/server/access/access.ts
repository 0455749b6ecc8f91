/**
 * Signing in and being recognised: passwords, limits, sessions and devices as one thing that a request can ask. Knows
 * nothing of cookies or pages.
 */
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { AccountRequests } from './account-requests.ts';
import { DeviceActs } from './device-acts.ts';
import { Devices } from './devices.ts';
import { LoginLimits, passwordCounters } from './login-limits.ts';
import { BadgeSwitch } from './badge-switch.ts';
import { isPassword } from './passwords.ts';
import { Pins } from './pins.ts';
import { OneTimeLinks } from './one-time-links.ts';
import { QueueImports } from './queue-import.ts';
import { RestoreActs } from './restore-acts.ts';
import { Salvage } from './salvage.ts';
import { Sessions } from './sessions.ts';
import { UserActs } from './user-acts.ts';

export type LoginOutcome =
	| {
			kind: 'ok';
			personId: string;
			token: string;
			deviceId: string;
			/** Only of a browser that was not known. */ deviceCredential: string | null;
			locale: 'fr' | 'en';
	  }
	| { kind: 'wrong' }
	| { kind: 'inactive' }
	/** Too many tries: how long until the next one. */
	| { kind: 'wait'; seconds: number };

export interface LoginRequest {
	login: string;
	password: string;
	address: string;
	userAgent: string;
	/** The device credential that the browser already has. */
	credential: string | undefined;
}

export class Access {
	readonly devices: Devices;
	readonly sessions: Sessions;
	readonly limits: LoginLimits;
	readonly oneTimeLinks: OneTimeLinks;
	readonly pins: Pins;
	readonly badges: BadgeSwitch;
	readonly users: UserActs;
	readonly requests: AccountRequests;
	readonly deviceActs: DeviceActs;
	readonly restores: RestoreActs;
	readonly salvage: Salvage;
	readonly queueImports: QueueImports;

	/** @param shiftHours how long a sign-in by badge and PIN lasts */
	constructor(
		readonly store: Store,
		secret: string,
		clock: () => Date,
		shiftHours: number
	) {
		this.devices = new Devices(store, secret, clock);
		this.sessions = new Sessions(store, secret, clock);
		this.limits = new LoginLimits(store, clock);
		this.oneTimeLinks = new OneTimeLinks(store, secret, clock);
		this.pins = new Pins(store, this.limits);
		this.users = new UserActs(store, clock, this.oneTimeLinks);
		this.requests = new AccountRequests(store, secret, clock, this.users);
		this.deviceActs = new DeviceActs(store, clock);
		this.restores = new RestoreActs(store, clock);
		this.salvage = new Salvage(store, clock);
		this.queueImports = new QueueImports(store, clock, this.salvage);
		this.badges = new BadgeSwitch(store, this.sessions, this.limits, clock, shiftHours * 3_600_000);
	}

	/** Checks a password within the limits; opens a session, registers the browser where it is new, grants it the person. */
	async signIn(request: LoginRequest): Promise<LoginOutcome> {
		const { password, address, userAgent, credential } = request;
		const login = request.login.trim().toLowerCase();
		const counters = passwordCounters(login, address);
		const wait = await this.limits.begin(counters);
		if (wait > 0) return { kind: 'wait', seconds: wait };
		const account = this.store.read((db) =>
			sql<{ personId: string; hash: string; active: 0 | 1; locale: 'fr' | 'en' }>(
				db,
				`SELECT person_id AS personId, password_hash AS hash, account.active AND person.active AS active, locale
				 FROM account JOIN person ON person.id = account.person_id WHERE login = ?`
			).get(login)
		);
		if (!(await isPassword(account?.hash || null, password))) {
			const seconds = this.limits.secondsToWait(counters);
			return seconds > 0 ? { kind: 'wait', seconds } : { kind: 'wrong' };
		}
		await this.limits.succeeded(counters);
		if (!account?.active) return { kind: 'inactive' };
		const known = this.devices.find(credential);
		// A revoked browser signs in as a new one: what it had before stays without effect (I26).
		const device =
			known?.status === 'active' ? { id: known.id, credential: null } : await this.devices.register(userAgent);
		const token = await this.sessions.open(account.personId, device.id, userAgent);
		return {
			kind: 'ok',
			personId: account.personId,
			token,
			deviceId: device.id,
			deviceCredential: device.credential,
			locale: account.locale
		};
	}

	/** The language that a new device of this person speaks. */
	async rememberLocale(personId: string, locale: 'fr' | 'en'): Promise<void> {
		await this.store.write((db) => sql(db, `UPDATE account SET locale = ? WHERE person_id = ?`).run(locale, personId));
	}
}
