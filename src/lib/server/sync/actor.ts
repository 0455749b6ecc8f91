/**
 * Who a mutation acts as: someone with a grant on the device that sent it (I21), with the role that they have at commit
 * (I9). The session that made the grant may have ended long ago; the grant decides.
 */
import type { CommandArgs } from '#lib/domain/commands.ts';
import type { Context } from '#lib/domain/decision.ts';
import { cappedRole, type SignInKind } from '#lib/domain/roles.ts';
import type { Role } from '#lib/domain/rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** `personId` is null for the holder of a tracking link. */
export type Actor = Context['actor'];

/** Who acts for this person, under the sign-in that a mutation names; null when nobody may. */
export type ActorOf = (personId: string, signedInBy?: SignInKind) => Actor | null;

interface AccountRecord {
	name: string;
	structure: string;
	role: Role;
	active: 0 | 1;
}

/** An active person with an account; null otherwise. */
function account(db: Database, personId: string): AccountRecord | null {
	const row = sql<AccountRecord>(
		db,
		`SELECT person.name, person.structure, account.role, account.active AND person.active AS active FROM account JOIN person ON person.id = account.person_id WHERE account.person_id = ?`
	).get(personId);
	return row?.active ? row : null;
}

/** Someone working at the desk, with a session of their own that was opened like this; null when deactivated. */
export function deskActor(db: Database, personId: string, signedInBy: SignInKind): Actor | null {
	const found = account(db, personId);
	if (found === null) return null;
	return { personId, name: found.name, structure: found.structure, role: cappedRole(found.role, signedInBy) };
}

/**
 * [T5] Whoever holds the tracking link of this shipment and says who they are; null when the link was renewed meanwhile, or
 * is another shipment's.
 */
export function linkActor(
	db: Database,
	token: string,
	{ shipmentId, actorName, actorStructure }: CommandArgs['shipment.track']
): Actor | null {
	const own = sql(db, `SELECT 1 FROM shipment WHERE tracking_token = ? AND id = ?`).get(token, shipmentId);
	return own === undefined ? null : { personId: null, name: actorName, structure: actorStructure, role: 'link' };
}

/**
 * Someone on a device; null without a grant there, or deactivated. Who has signed in there both ways acts under the one that
 * the mutation names, so that taking a phone over by badge gives nobody more than operator, and takes nothing from what was
 * done before. The end of a shift is the phone's to keep: its clock decides nothing here (I25).
 */
export function deviceActor(
	db: Database,
	deviceId: string,
	personId: string,
	signedInBy: SignInKind | undefined
): Actor | null {
	const kinds = sql<{ kind: SignInKind }>(
		db,
		`SELECT kind FROM device_grant WHERE device_id = ? AND person_id = ? AND ended_at IS NULL`
	)
		.all(deviceId, personId)
		.map(({ kind }) => kind);
	if (kinds.length === 0) return null;
	const isByPassword = signedInBy !== 'pin' && kinds.includes('password');
	return deskActor(db, personId, isByPassword ? 'password' : 'pin');
}
