/**
 * Taking over a phone by badge and PIN while it is online (§9, I21): the device asks, whoever has a session there or none.
 * Knows nothing of cookies; what the phone keeps for the time without network is the phone's.
 */
import { normalizeCode } from '#lib/domain/codes.ts';
import { cappedRole } from '#lib/domain/roles.ts';
import type { Role } from '#lib/domain/rows.ts';
import type { SwitchOutput } from '#lib/protocol/envelope.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { pinCounters, type LoginLimits } from './login-limits.ts';
import { isPassword } from './passwords.ts';
import type { Sessions } from './sessions.ts';

export interface SwitchRequest {
	badgeCode: string;
	pin: string;
	deviceId: string;
	address: string;
	userAgent: string;
}

/** `token`: of the new person's session on this device, where there is one. */
export interface Switched {
	output: SwitchOutput;
	token: string | null;
}

interface Holder {
	personId: string;
	name: string;
	structure: string;
	role: Role;
	hash: string | null;
	generation: number;
	active: 0 | 1;
}

export class BadgeSwitch {
	constructor(
		readonly store: Store,
		readonly sessions: Sessions,
		readonly limits: LoginLimits,
		readonly clock: () => Date,
		readonly shiftMs: number
	) {}

	/**
	 * Checks within the limits of badge, device and address; then ends the device's sessions, opens one that is operator at
	 * most and ends with the shift, and renews the grant. An unknown badge, one without a PIN and a wrong PIN are answered
	 * alike, after the same work.
	 */
	async switchTo({ badgeCode, pin, deviceId, address, userAgent }: SwitchRequest): Promise<Switched> {
		const badge = normalizeCode(badgeCode);
		const counters = pinCounters(badge, deviceId, address);
		const wait = await this.limits.begin(counters);
		if (wait > 0) return refused({ kind: 'wait', seconds: wait });
		const holder = this.store.read((db) => holderOf(db, badge));
		if (!(await isPassword(holder?.hash ?? null, pin)) || holder === null) {
			const seconds = this.limits.secondsToWait(counters);
			return refused(seconds > 0 ? { kind: 'wait', seconds } : { kind: 'wrong' });
		}
		await this.limits.succeeded(counters);
		const { personId, name, structure, role, generation } = holder;
		const now = this.clock();
		const until = new Date(now.getTime() + this.shiftMs).toISOString();
		const token = await this.store.write((db) => {
			// The person may have been deactivated, or the PIN changed, while it was being checked.
			const still = holderOf(db, badge);
			if (!still?.active || still.hash !== holder.hash) return null;
			return this.sessions.takeOver(db, personId, deviceId, userAgent, until);
		});
		if (token === null) return refused({ kind: holder.active ? 'wrong' : 'inactive' });
		const operator = { personId, name, structure, role: cappedRole(role, 'pin') };
		return {
			output: { kind: 'ok', operator, until, pinGeneration: generation, serverNow: now.toISOString() },
			token
		};
	}
}

const refused = (output: SwitchOutput): Switched => ({ output, token: null });

/** Null for a badge that nobody has, or that two have: codes compare without case (R4). */
function holderOf(db: Database, badge: string): Holder | null {
	const holders = sql<Holder>(
		db,
		`SELECT person.id AS personId, person.name, person.structure, account.role, pin_hash AS hash,
		        pin_generation AS generation, account.active AND person.active AS active
		 FROM person JOIN account ON account.person_id = person.id WHERE upper(badge_code) = ?`
	).all(badge);
	return holders.length === 1 ? (holders[0] ?? null) : null;
}

/** Who may take a device over without network now: their shift there is not over, their PIN stands, they are active. */
export const badgeSignIns = (
	db: Database,
	deviceId: string,
	at: string
): { personId: string; pinGeneration: number }[] =>
	sql<{ personId: string; pinGeneration: number }>(
		db,
		`SELECT account.person_id AS personId, account.pin_generation AS pinGeneration
		 FROM device_grant JOIN account ON account.person_id = device_grant.person_id JOIN person ON person.id = account.person_id
		 WHERE device_id = ? AND kind = 'pin' AND ended_at IS NULL AND until > ?
		   AND account.active AND person.active AND pin_hash IS NOT NULL
		 ORDER BY account.person_id`
	).all(deviceId, at);
