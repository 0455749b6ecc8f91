import { describe, expect, it } from 'vitest';
import type { Command, CommandName } from './commands.ts';
import { decide } from './decide.ts';
import { roleAllows, roleReaches, ROLE_NEEDED } from './roles.ts';
import { ROLES, TRACKING_STEPS, type Role } from './rows.ts';
import { sampleContext, sampleWorld } from './sample-rows.ts';

/** §9, written as the page prints it. */
const OPERATOR =
	'carton.create carton.pack carton.takeOut carton.setStatus carton.assign carton.remove carton.label carton.removeLabel carton.load carton.unload carton.move carton.unpack carton.discard label.printed shipment.track shipment.dispute refusal.handOver';
const MANAGER =
	'shipment.create shipment.edit shipment.resolve shipment.close shipment.archive contact.save destination.save refusal.settle';
const ADMIN = 'shipment.renewLink';

const commandOf = (name: string): Command =>
	({
		name,
		args: {
			cartonId: 'x',
			shipmentId: 'x',
			items: [],
			ids: ['x'],
			kind: 'carton',
			changes: {},
			step: 'planned',
			code: 'X',
			roles: [],
			destinationIds: [],
			linkedShipperIds: []
		}
	}) as unknown as Command;

describe('roles', () => {
	it('[§9] every command by every role', () => {
		const may = (role: Role) => Object.keys(ROLE_NEEDED).filter((name) => roleAllows(role, commandOf(name)));
		expect(may('viewer')).toEqual([]);
		expect(may('operator').sort()).toEqual(OPERATOR.split(' ').sort());
		expect(may('manager').sort()).toEqual([...OPERATOR.split(' '), ...MANAGER.split(' ')].sort());
		expect(may('admin').sort()).toEqual([...OPERATOR.split(' '), ...MANAGER.split(' '), ADMIN].sort());
		expect(may('link')).toEqual([]);
	});

	it('[T5] a tracking link records the two reception steps and nothing else', () => {
		const steps = TRACKING_STEPS.filter((step) =>
			roleAllows('link', {
				name: 'shipment.track',
				args: { shipmentId: 'x', step, cycle: 1, actorName: 'A', actorStructure: 'B' }
			})
		);
		expect(steps).toEqual(['received_correspondent', 'received_recipient']);
	});

	it('[§9] a refusal names the role that is needed, before anything is looked up', () => {
		for (const name of Object.keys(ROLE_NEEDED) as CommandName[])
			for (const role of ROLES) {
				const decision = decide(
					commandOf(name),
					sampleWorld(),
					sampleContext({ actor: { ...sampleContext().actor, role } })
				);
				const code = decision.kind === 'ok' ? 'ok' : decision.rejection.code;
				if (roleAllows(role, commandOf(name))) expect(code).not.toBe('forbidden');
				else
					expect(decision).toMatchObject({
						kind: 'rejected',
						rejection: { code: 'forbidden', params: { role: ROLE_NEEDED[name] } }
					});
			}
	});

	it('[§9] roles include the lower ones; a link stands outside', () => {
		const reach = (role: Role) => ROLES.filter((needed) => roleReaches(role, needed));
		expect(reach('viewer')).toEqual(['viewer', 'link']);
		expect(reach('admin')).toEqual([...ROLES]);
		expect(reach('link')).toEqual([]);
	});
});
