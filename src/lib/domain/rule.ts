/**
 * How every command is judged: the stages of §10, in order, written once. A rule says what it names, when its effect
 * already holds, which obstacles it passes and what else it needs; the first stage that objects is the answer.
 */
import type { CommandArgs, CommandName } from './commands.ts';
import type { Context, Decision, World } from './decision.ts';
import { Draft } from './draft.ts';
import { isLocked } from './readiness.ts';
import { byWhom, isRejection, referenceOf, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import { ROLE_NEEDED, roleAllows } from './roles.ts';
import type { CartonRow, ShipmentRow } from './rows.ts';

/** What a command is about, once everything it names was found. */
export interface Subject {
	carton: CartonRow | null;
	/** [C10] The shipments concerned, the carton's own first. */
	shipments: readonly ShipmentRow[];
}

/** What stands in a command's way whatever it does, in §10's order. */
export type Obstacle = 'archived' | 'closed' | 'disputed' | 'locked';

/** What the guards of one command look at. Each guard answers null to let it pass. */
export interface Rule<N extends CommandName, S extends Subject> {
	name: N;
	/** Arguments that do not go together: the name of the field, or null. */
	contradiction?: (args: CommandArgs[N], world: World) => string | null;
	/** Everything named exists. */
	find: (args: CommandArgs[N], world: World) => S | Rejection;
	/** The wanted effect already holds. */
	already?: (subject: S, args: CommandArgs[N], world: World) => Rejection | null;
	/** The carton is where its author saw it, and in the shipment named. */
	elsewhere?: (subject: S, args: CommandArgs[N], world: World) => Rejection | null;
	passes?: readonly Obstacle[];
	/** link → `was` → cycle and dispute named → status → cartons → parties → content, in this order. */
	needs?: readonly ((subject: S, args: CommandArgs[N], scope: Scope) => Rejection | null)[];
	/** The happy path. */
	act: (subject: S, args: CommandArgs[N], draft: Draft) => void;
	/** Whose name stands on what it changes; the operator's where absent. */
	by?: (args: CommandArgs[N]) => string;
	reason?: (args: CommandArgs[N]) => string;
}

export interface Scope {
	world: World;
	context: Context;
}

/** A rule behind one signature: what `decide` keeps by command name. */
export type Judge<N extends CommandName> = (args: CommandArgs[N], world: World, context: Context) => Decision;

export const judgeBy =
	<N extends CommandName, S extends Subject>(rule: Rule<N, S>): Judge<N> =>
	(args, world, context) =>
		judge(rule, args, world, context);

const rejected = (rejection: Rejection): Decision => ({ kind: 'rejected', rejection });

/** [§10] Asks every stage in order; the first that objects is the answer. */
export function judge<N extends CommandName, S extends Subject>(
	rule: Rule<N, S>,
	args: CommandArgs[N],
	world: World,
	context: Context
): Decision {
	const field = rule.contradiction?.(args, world);
	if (field) return rejected(refuse('invalid_args', { field }));
	if (!roleAllows(context.actor.role, { name: rule.name, args } as never))
		return rejected(refuse('forbidden', { role: ROLE_NEEDED[rule.name] }));
	const subject = rule.find(args, world);
	if (isRejection(subject)) return rejected(subject);
	const already = rule.already?.(subject, args, world);
	if (already) return { kind: 'noop', rejection: already };
	const passes = rule.passes ?? [];
	const objection =
		obstacle('archived', subject, passes) ??
		rule.elsewhere?.(subject, args, world) ??
		obstacle('closed', subject, passes) ??
		obstacle('disputed', subject, passes) ??
		obstacle('locked', subject, passes);
	if (objection) return rejected(objection);
	for (const need of rule.needs ?? []) {
		const lacking = need(subject, args, { world, context });
		if (lacking) return rejected(lacking);
	}
	const draft = new Draft(world, context, rule.reason?.(args) ?? rule.name, rule.by?.(args));
	rule.act(subject, args, draft);
	draft.finish();
	return { kind: 'ok', changes: draft.changes, assigned: draft.assigned, notes: draft.notes, undo: draft.undo };
}

function obstacle(kind: Obstacle, subject: Subject, passes: readonly Obstacle[]): Rejection | null {
	if (passes.includes(kind)) return null;
	for (const shipment of subject.shipments) {
		const rejection = OBSTACLES[kind](shipment, subject.carton);
		if (rejection) return rejection;
	}
	return null;
}

/** [C10] What a shipment's state forbids. */
const OBSTACLES: Record<Obstacle, (shipment: ShipmentRow, carton: CartonRow | null) => Rejection | null> = {
	archived: (shipment) => {
		if (shipment.archivedAt === null) return null;
		const { archivedBy, archivedAt } = shipment;
		return refuse(
			'shipment_archived',
			{ reference: referenceOf(shipment), ...byWhom(archivedBy, archivedAt) },
			shipment.id
		);
	},
	closed: (shipment) => {
		if (shipment.closedAt === null) return null;
		const { closedBy, closedAt } = shipment;
		return refuse('case_closed', { reference: referenceOf(shipment), ...byWhom(closedBy, closedAt) }, shipment.id);
	},
	disputed: (shipment) => {
		if (shipment.disputeId === null) return null;
		const { disputedBy, disputedAt } = shipment;
		const params = {
			reference: referenceOf(shipment),
			reason: shipment.disputeReason ?? '',
			...byWhom(disputedBy, disputedAt)
		};
		return refuse('shipment_disputed', params, shipment.id);
	},
	locked: (shipment, carton) => {
		const reference = referenceOf(shipment);
		if (carton?.status === 'shipped' && carton.shipmentId === shipment.id)
			return refuse('carton_shipped', { code: carton.code, reference }, carton.id, shipment.id);
		return isLocked(shipment) ? refuse('shipment_locked', { reference, status: shipment.status }, shipment.id) : null;
	}
};
