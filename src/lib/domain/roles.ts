/**
 * [§9] Who may do what, by command: one table that phone, desk and server read. A tracking link's holder acts as role
 * `link`: the two reception steps of its own shipment, which is checked where the link is opened.
 */
import type { Command, CommandName } from './commands.ts';
import { ROLES, type Role } from './rows.ts';

/** The least role that a command needs. */
export const ROLE_NEEDED = {
	'carton.create': 'operator',
	'carton.pack': 'operator',
	'carton.takeOut': 'operator',
	'carton.setStatus': 'operator',
	'carton.assign': 'operator',
	'carton.remove': 'operator',
	'carton.label': 'operator',
	'carton.removeLabel': 'operator',
	'carton.load': 'operator',
	'carton.unload': 'operator',
	'carton.move': 'operator',
	'carton.unpack': 'operator',
	'carton.discard': 'operator',
	'label.printed': 'operator',
	'shipment.create': 'manager',
	'shipment.edit': 'manager',
	'shipment.track': 'operator',
	'shipment.dispute': 'operator',
	'shipment.resolve': 'manager',
	'shipment.close': 'manager',
	'shipment.archive': 'manager',
	'shipment.renewLink': 'admin',
	'refusal.handOver': 'operator',
	'refusal.settle': 'manager',
	'contact.save': 'manager',
	'destination.save': 'manager'
} as const satisfies Record<CommandName, Role>;

/** What a holder of a tracking link may record (T5). */
export const LINK_STEPS: readonly string[] = ['received_correspondent', 'received_recipient'];

/** viewer < operator < manager < admin. `link` stands outside of that order. */
const RANK: Record<Role, number> = { link: -1, viewer: ROLES.indexOf('viewer'), operator: 1, manager: 2, admin: 3 };

/** Does this role include that one? */
export const roleReaches = (role: Role, needed: Role): boolean => role !== 'link' && RANK[role] >= RANK[needed];

/** How somebody signed in: with their password, or with badge and PIN on a phone that is shared. */
export type SignInKind = 'password' | 'pin';

/** [§9] A badge-and-PIN sign-in gives at most operator. */
export const cappedRole = <R extends Role>(role: R, signedInBy: SignInKind): R | 'operator' =>
	signedInBy === 'pin' && roleReaches(role, 'operator') ? 'operator' : role;

/** [§9] May this role give this command? */
export function roleAllows(role: Role, command: Command): boolean {
	if (role === 'link') return command.name === 'shipment.track' && LINK_STEPS.includes(command.args.step);
	return roleReaches(role, ROLE_NEEDED[command.name]);
}
