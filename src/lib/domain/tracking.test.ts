import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import {
	SHIPMENT_STATUSES,
	TRACKING_STEPS,
	type CartonRow,
	type CartonStatus,
	type ShipmentRow,
	type ShipmentStatus,
	type TimelineRow,
	type TrackingStep
} from './rows.ts';
import {
	DISPUTED,
	minutes,
	sampleCarton,
	sampleContext,
	sampleShipment,
	sampleStep,
	sampleWorld
} from './sample-rows.ts';
import { nextSteps } from './ask.ts';

/** T1's table, written as the page prints it, apart from the code: a function of status and latest event. */
const MAY: Record<ShipmentStatus, (latest: TrackingStep | null) => string> = {
	draft: () => 'planning_ok',
	picking: () => 'planning_ok',
	packed: (latest) => (latest === 'planning_ok' ? 'planned' : 'planning_ok'),
	planned: (latest) => (latest === 'moved_export' ? 'boarding_ok' : 'moved_export boarding_ok'),
	shipped: () => 'received_correspondent',
	received_correspondent: () => 'received_recipient',
	delivered: () => ''
};
const BECOMES: Record<TrackingStep, ShipmentStatus> = {
	planning_ok: 'packed',
	planned: 'planned',
	moved_export: 'planned',
	boarding_ok: 'shipped',
	received_correspondent: 'received_correspondent',
	received_recipient: 'delivered'
};
const CARTONS: Record<string, CartonStatus[]> = {
	none: [],
	'still packing': ['labeled', 'packed'],
	'not labelled': ['labeled', 'assigned'],
	labelled: ['labeled', 'labeled'],
	shipped: ['shipped', 'shipped']
};
/** T2, in its order. */
const T2: Record<string, string | null> = {
	none: 'no_cartons',
	'still packing': 'cartons_not_assigned',
	'not labelled': 'cartons_not_labeled',
	labelled: null,
	shipped: null
};

interface Case {
	shipment: ShipmentRow;
	cartons: CartonRow[];
	timeline: TimelineRow[];
}

function made(
	status: ShipmentStatus,
	latest: TrackingStep | null,
	cartons: CartonStatus[],
	given: Partial<ShipmentRow> = {}
): Case {
	const shipment = sampleShipment({ status, latestStep: latest, latestStepAt: latest && minutes(7), ...given });
	return {
		shipment,
		cartons: cartons.map((each) => sampleCarton({ shipmentId: shipment.id, status: each })),
		timeline: latest ? [sampleStep(shipment, latest, 1)] : []
	};
}

const track = (at: Case, step: TrackingStep, given = {}, context = sampleContext()) =>
	decide(
		{
			name: 'shipment.track',
			args: {
				shipmentId: at.shipment.id,
				step,
				cycle: at.shipment.cycle,
				actorName: 'Chef de quai',
				actorStructure: 'ASF',
				...given
			}
		},
		sampleWorld({ shipments: [at.shipment], cartons: at.cartons, timeline: at.timeline }),
		context
	);

const answer = (decision: ReturnType<typeof decide>): string =>
	decision.kind === 'ok' ? 'ok' : decision.rejection.code;

describe('shipment.track', () => {
	for (const status of SHIPMENT_STATUSES)
		for (const latest of [null, ...TRACKING_STEPS])
			for (const [cartons, statuses] of Object.entries(CARTONS))
				for (const disputed of [false, true])
					it(`[T1, T2] ${status}, latest ${latest}, cartons ${cartons}${disputed ? ', disputed' : ''}: each step`, () => {
						for (const step of TRACKING_STEPS) {
							const at = made(status, latest, statuses, disputed ? DISPUTED : {});
							const allowed = MAY[status](latest).split(' ').includes(step);
							const early = step !== 'received_correspondent' && step !== 'received_recipient';
							const expected =
								!allowed && latest === step
									? 'already_recorded'
									: disputed
										? 'shipment_disputed'
										: !allowed
											? 'step_not_allowed'
											: ((early ? T2[cartons] : null) ?? 'ok');
							expect(answer(track(at, step)), step).toBe(expected);
						}
					});

	it('[T1] an accepted step makes its status, its entry and the latest step', () => {
		for (const status of SHIPMENT_STATUSES)
			for (const latest of [null, 'planning_ok', 'moved_export'] as const)
				for (const step of MAY[status](latest).split(' ').filter(Boolean) as TrackingStep[]) {
					const at = made(status, latest, ['labeled']);
					const decision = track(at, step, { comment: 'vol AF 520' });
					if (decision.kind !== 'ok') throw new Error(`${status} ${latest} ${step}`);
					expect(decision.changes.shipments[0]).toMatchObject({
						status: BECOMES[step],
						latestStep: step,
						latestStepAt: minutes(60)
					});
					expect(decision.changes.timeline).toEqual([
						expect.objectContaining({
							kind: 'step',
							step,
							cycle: 1,
							ordinal: at.timeline.length + 1,
							actorName: 'Chef de quai',
							actorStructure: 'ASF',
							comment: 'vol AF 520',
							personId: 'person',
							occurredAt: minutes(60),
							occurredUncertain: false
						})
					]);
				}
	});

	it('[T1] a refusal names the allowed steps; at the end of the road none', () => {
		const refused = track(made('planned', 'planned', ['labeled']), 'received_correspondent');
		expect(refused).toMatchObject({
			kind: 'rejected',
			rejection: { params: { allowed: 'moved_export,boarding_ok', status: 'planned' } }
		});
		const over = track(made('delivered', 'received_recipient', ['shipped']), 'planning_ok');
		expect(over.kind === 'rejected' && over.rejection.params['allowed']).toBe(undefined);
	});

	it('[T1] a step that the cycle has is a note, by whom and when', () => {
		const at = made('shipped', 'boarding_ok', ['shipped']);
		expect(track(at, 'boarding_ok')).toEqual({
			kind: 'noop',
			rejection: {
				code: 'already_recorded',
				params: { reference: at.shipment.reference, step: 'boarding_ok', by: 'Quai', at: minutes(7) },
				entities: [at.shipment.id]
			}
		});
	});

	it('[T1] disputes, resolutions and edits stand on the timeline but are not steps', () => {
		const at = made('shipped', 'boarding_ok', ['shipped']);
		const edit = sampleStep(at.shipment, 'planned', 2, { kind: 'edit' });
		at.timeline.push(edit);
		expect(answer(track(at, 'planned'))).toBe('step_not_allowed');
	});

	it('[D5] looks at the current cycle only: a step of the former one is not recorded', () => {
		const at = made('packed', null, ['labeled'], { cycle: 2 });
		at.timeline = [
			sampleStep(at.shipment, 'planning_ok', 1, { cycle: 1 }),
			sampleStep(at.shipment, 'planned', 2, { cycle: 1 })
		];
		expect(answer(track(at, 'planning_ok'))).toBe('ok');
		expect(answer(track(at, 'planned'))).toBe('step_not_allowed');
	});

	it('[D5] a step names the cycle its author saw', () => {
		const at = made('packed', null, ['labeled'], { cycle: 2 });
		expect(track(at, 'planning_ok', { cycle: 1 })).toMatchObject({
			rejection: { code: 'cycle_changed', params: { cycle: 2 } }
		});
		const recorded = made('planned', 'planned', ['labeled'], { cycle: 2 });
		expect(answer(track(recorded, 'planned', { cycle: 1 }))).toBe('cycle_changed');
	});

	it('[T2] names the cartons that are not labelled', () => {
		const at = made('picking', null, ['labeled', 'assigned', 'assigned']);
		const codes = at.cartons.slice(1).map((carton) => carton.code);
		expect(track(at, 'planning_ok')).toMatchObject({
			rejection: { params: { count: 2, codes: codes.sort().join(', ') } }
		});
		const many = made(
			'picking',
			null,
			Array.from({ length: 40 }, () => 'assigned' as const)
		);
		const decision = track(many, 'planning_ok');
		expect(decision.kind === 'rejected' && String(decision.rejection.params['codes']).length).toBeLessThan(400);
	});

	it('[S4] the first four steps need all parties, after T2', () => {
		const lacking = { shipper: null, correspondent: null };
		for (const [status, latest, step] of [
			['packed', null, 'planning_ok'],
			['packed', 'planning_ok', 'planned'],
			['planned', 'planned', 'moved_export'],
			['planned', 'planned', 'boarding_ok']
		] as const) {
			expect(track(made(status, latest, ['labeled'], lacking), step)).toMatchObject({
				rejection: { code: 'parties_incomplete', params: { missing: 'shipper,correspondent' } }
			});
			expect(answer(track(made(status, latest, ['assigned'], lacking), step))).toBe('cartons_not_labeled');
		}
		expect(answer(track(made('shipped', 'boarding_ok', ['shipped'], lacking), 'received_correspondent'))).toBe('ok');
	});

	it('[C8] boarding ships every carton, with its history, and counts them', () => {
		const at = made('planned', 'planned', ['labeled', 'labeled']);
		const decision = track(at, 'boarding_ok');
		if (decision.kind !== 'ok') throw new Error(answer(decision));
		expect(decision.changes.cartons.map((carton) => [carton.status, carton.statusBy, carton.statusAt])).toEqual([
			['shipped', 'Chef de quai', minutes(60)],
			['shipped', 'Chef de quai', minutes(60)]
		]);
		expect(decision.changes.shipments[0]).toMatchObject({ cartonsTotal: 2, cartonsLabeled: 0, cartonsShipped: 2 });
		expect(decision.changes.cartonEvents).toHaveLength(2);
		expect(decision.changes.cartonEvents[0]).toMatchObject({
			fromStatus: 'labeled',
			toStatus: 'shipped',
			shipmentBefore: at.shipment.id,
			shipmentAfter: at.shipment.id,
			reason: 'shipment.track:boarding_ok',
			personId: 'person',
			replicaId: 'replica'
		});
	});

	it('[C15] boarding names the cartons that nobody marked in this cycle', () => {
		const at = made('planned', 'planned', ['labeled', 'labeled', 'labeled'], { cycle: 2 });
		at.timeline = at.timeline.map((entry) => ({ ...entry, cycle: 2 }));
		const [loaded, before, never] = at.cartons as [CartonRow, CartonRow, CartonRow];
		loaded.loadedCycle = 2;
		before.loadedCycle = 1;
		const decision = track(at, 'boarding_ok');
		const codes = [before.code, never.code].sort().join(', ');
		expect(decision).toMatchObject({ kind: 'ok', notes: [{ code: 'not_loaded', params: { count: 2, codes } }] });
		for (const carton of at.cartons) carton.loadedCycle = 2;
		expect(track(at, 'boarding_ok')).toMatchObject({ kind: 'ok', notes: [] });
	});

	it('[R2] a draft that leaves `draft` by a step is numbered', () => {
		const at = made('draft', null, ['labeled'], {
			reference: null,
			temporaryReference: 'EXP-TEMP-01',
			temporary: true
		});
		const decision = track(at, 'planning_ok');
		expect(decision).toMatchObject({ kind: 'ok', assigned: { reference: '269001' } });
		expect(decision.kind === 'ok' && decision.changes.shipments[0]).toMatchObject({
			reference: '269001',
			temporaryReference: 'EXP-TEMP-01',
			status: 'packed',
			readyAt: minutes(60)
		});
	});
});

describe('nextSteps', () => {
	it('[T1] asks the same rule for every step', () => {
		const at = made('planned', 'planned', ['labeled']);
		const steps = nextSteps(
			{ ...at, shipment: { ...at.shipment, cartonsTotal: 1, cartonsLabeled: 1 } },
			sampleContext()
		);
		expect(Object.entries(steps).map(([step, each]) => [step, each.allowed || each.rejection.code])).toEqual([
			['planning_ok', 'step_not_allowed'],
			['planned', 'already_recorded'],
			['moved_export', true],
			['boarding_ok', true],
			['received_correspondent', 'step_not_allowed'],
			['received_recipient', 'step_not_allowed']
		]);
	});
});
