/**
 * [C12, S1, T1, K1] A month of work of three roles, at random, through the real API: phones push, the desk commands. Beside
 * the server walks a model, the pure rule book over plain maps; after every step both say the same, the rows that changed are
 * the same, and nothing that must always be true is broken. A failing seed replays:
 * `SEED=123 npx vitest run tests/sync/through-the-api.test.ts`.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import { decide } from '#lib/domain/decide.ts';
import type { Changes, Context, Decision, World } from '#lib/domain/decision.ts';
import { invariants } from '#lib/domain/invariants.ts';
import { commandFor, type Attempt } from '#lib/domain/sample-attempts.ts';
import { sampleWorld } from '#lib/domain/sample-rows.ts';
import type { SyncedTable } from '#lib/domain/rows.ts';
import { undo, type Original } from '#lib/domain/undo.ts';
import { applyChanges, emptyWorld } from '#lib/domain/world.ts';
import { checkArgs } from '#lib/protocol/command-args.ts';
import type { Verdict } from '#lib/protocol/envelope.ts';
import { PROTOCOL_VERSION, SCHEMA_CURRENT } from '#lib/protocol/version.ts';
import { createCaller } from '#lib/server/api/router.ts';
import { readMany } from '#lib/server/store/rows.ts';
import { openServer, type TestServer } from '../support/server.ts';
import { testId } from '../support/world.ts';
import { Seeded } from './scheduler.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const STEPS = Number(process.env['STEPS'] ?? 10_000);
const ROLES = ['operator', 'manager', 'admin'] as const;
const TABLES = ['cartons', 'shipments', 'timeline', 'contacts', 'destinations'] as const satisfies SyncedTable[];

/** One person at work: on a phone of their own, or at the desk. */
class Colleague {
	readonly actor: Context['actor'];
	readonly #server: TestServer;
	readonly #caller: ReturnType<typeof createCaller>;
	#epoch = '';
	#mid = 0;
	leases: Context['leases'] = [];

	constructor(server: TestServer, role: (typeof ROLES)[number], token: string, credential: string) {
		const { world } = server;
		this.#server = server;
		this.actor = { personId: role, name: `Test ${role}`, structure: 'Entrepôt', role };
		this.#caller = createCaller({
			world,
			person: world.access.sessions.find(token),
			device: world.access.devices.find(credential),
			requestId: 'request',
			address: () => '192.0.2.1',
			userAgent: 'Test browser',
			renewDevice: () => undefined,
			keepSession: () => undefined
		});
	}

	get phone(): string {
		return `phone-${this.actor.personId}`;
	}

	async hello(): Promise<void> {
		const { epoch, leases } = await this.#caller.sync.hello({
			...{ replicaId: this.phone, lastLmid: 0, cookie: null, warehouseId: 'warehouse', queueDepth: 0, leases: [] },
			...{ schema: SCHEMA_CURRENT, protocol: PROTOCOL_VERSION, appVersion: 'test' },
			clientNow: this.#server.now.toISOString()
		});
		this.#epoch = epoch;
		this.leases = leases;
	}

	async onPhone(uid: string, { name, args }: Command, undoes?: string): Promise<Verdict> {
		const mutation = {
			...{ uid, mid: ++this.#mid, name, version: 1, schema: SCHEMA_CURRENT, args: JSON.stringify(args) },
			...{ actorId: this.actor.personId!, deviceTime: this.#server.now.toISOString(), clockOffset: 0 },
			...(undoes === undefined ? {} : { undoes })
		};
		const push = { epoch: this.#epoch, replicaId: this.phone, mutations: [mutation] };
		const { results } = await this.#caller.sync.push(push);
		return results[0]!;
	}

	atDesk(uid: string, { name, args }: Command, undoes?: string): Promise<Verdict> {
		return this.#caller.command.run({ uid, name, args: { ...args }, ...(undoes === undefined ? {} : { undoes }) });
	}
}

async function open(): Promise<{ server: TestServer; people: Colleague[] }> {
	const server = await openServer({ DEVICE_CALLS_PER_MINUTE: '100000000', DEFAULT_SHIPPER: 'none of these' });
	const rows = sampleWorld();
	for (const table of ['warehouses', 'locations', 'products', 'destinations', 'contacts'] as const)
		await server.world.store.saveReference(table, [...rows[table].values()] as never);
	const people: Colleague[] = [];
	for (const role of ROLES) {
		await server.account(role, role);
		const { token, deviceCredential } = await server.signIn(role);
		const person = new Colleague(server, role, token, deviceCredential!);
		await person.hello();
		people.push(person);
	}
	return { server, people };
}

const attempt = (random: Seeded): Attempt => ({
	what: random.between(0, 999),
	carton: random.between(0, 25),
	shipment: random.between(0, 7),
	detail: random.between(0, 99),
	knows: random.between(0, 99),
	who: random.between(0, 2)
});

/** What chance alone hardly meets: a labelled carton of a planned shipment, about to be loaded. */
function loading({ cartons, shipments }: World): Command | null {
	for (const { id: cartonId, status, shipmentId, loadedCycle } of cartons.values()) {
		const shipment = shipmentId === null ? undefined : shipments.get(shipmentId);
		if (status === 'labeled' && loadedCycle === null && shipment?.status === 'planned')
			return { name: 'carton.load', args: { cartonId, shipmentId: shipment.id, cycle: shipment.cycle } };
	}
	return null;
}

const outcomeOf = (decision: Decision) =>
	decision.kind === 'ok'
		? { status: 'ok', rejection: null, notes: decision.notes }
		: { status: decision.kind, rejection: decision.rejection, notes: [] };

test(`[C12, S1, T1, K1] ${STEPS} steps of three roles through the API agree with the rule book and break nothing (SEED=${SEED})`, async () => {
	const { server, people } = await open();
	try {
		const random = new Seeded(SEED);
		const model = sampleWorld();
		const done: { uid: string; original: Original }[] = [];
		const reached = new Map<string, number>();
		for (let step = 1; step <= STEPS; step++) {
			server.advance(random.between(1, 90_000));
			const at = attempt(random);
			const person = people[at.who]!;
			const taken = random.chance(0.1) ? (random.chance(0.7) ? done.at(-1) : done[at.detail]) : undefined;
			const command = taken
				? taken.original.command
				: ((random.chance(0.05) ? loading(model) : null) ?? commandFor(model, at, step));
			const uid = testId(step, 9);
			const isOnPhone = random.chance(0.5);
			const verdict = await (isOnPhone
				? person.onPhone(uid, command, taken?.uid)
				: person.atDesk(uid, command, taken?.uid));

			const now = server.now.toISOString();
			const context: Context = {
				side: 'server',
				actor: person.actor,
				uid,
				replicaId: isOnPhone ? person.phone : `desk:${person.actor.personId}`,
				deviceAt: now,
				receivedAt: now,
				leases: isOnPhone ? person.leases : null,
				// What the server gave out; where it gave nothing, nothing may be used.
				numbers: {
					finalReference: verdict.assigned.reference ?? 'none',
					temporaryReference: verdict.assigned.temporaryReference ?? 'none',
					trackingToken: verdict.assigned.trackingToken ?? 'none'
				},
				defaultShipperId: null
			};
			const parsed = checkArgs(command.name, command.args);
			const decision: Decision = !parsed.ok
				? { kind: 'rejected', rejection: parsed.rejection }
				: taken
					? undo(taken.original, model, context)
					: decide(parsed.command, model, context);
			const where = `SEED=${SEED} step ${step}: ${taken ? 'undo ' : ''}${JSON.stringify(command)}`;
			const { status, rejection, notes } = verdict;
			if (!isDeepStrictEqual({ status, rejection, notes }, outcomeOf(decision)))
				expect({ where, status, rejection, notes }).toEqual({ where, ...outcomeOf(decision) });
			const key = `${taken ? 'undo' : command.name} ${rejection?.code ?? 'ok'}`;
			reached.set(key, (reached.get(key) ?? 0) + 1);
			if (decision.kind !== 'ok') continue;

			applyChanges(model, decision.changes);
			for (const table of TABLES) sameRows(server, table, decision.changes[table], where);
			const faults = invariants(step % 250 === 0 ? model : around(model, decision.changes));
			if (faults.length > 0) expect({ where, faults }).toEqual({ where, faults: [] });
			if (taken) taken.original.undone = true;
			else
				done.push({
					uid,
					original: { command, actorId: person.actor.personId!, memo: decision.undo ?? null, undone: false }
				});
		}
		for (const table of TABLES) {
			sameRows(server, table, [...model[table].values()], `SEED=${SEED} at the end`);
			const names = { cartons: 'carton', shipments: 'shipment', timeline: 'timeline', contacts: 'contact', destinations: 'destination' }; // prettier-ignore
			expect(server.rows<{ n: number }>(`SELECT count(*) AS n FROM ${names[table]}`)[0]?.n, table).toBe(
				model[table].size
			);
		}
		console.info(`${STEPS} steps from seed ${SEED}: ${reached.size} kinds of answers`);
		// A walk is only worth something while it gets everywhere that matters.
		if (STEPS >= 10_000) {
			expect([...reached.keys()].join(' '), `SEED=${SEED}`).toContain(' shipment_locked');
			for (const needed of [
				'shipment.resolve ok',
				'shipment.close ok',
				'shipment.dispute ok',
				'shipment.track ok',
				'shipment.close forbidden',
				'carton.load ok',
				'undo ok',
				'contact.save ok'
			])
				expect([...reached.keys()], `SEED=${SEED}`).toContain(needed);
		}
	} finally {
		await server.close();
	}
}, 300_000);

/** The shipments that changed with all that is theirs, and the cartons that changed: a step breaks nothing elsewhere. */
function around(model: World, changes: Changes): World {
	const world = emptyWorld();
	const shipments = new Set([
		...changes.shipments.map(({ id }) => id),
		...changes.cartons.map((row) => row.shipmentId)
	]);
	const cartons = new Set(changes.cartons.map(({ id }) => id));
	for (const [id, row] of model.shipments) if (shipments.has(id)) world.shipments.set(id, row);
	for (const [id, row] of model.cartons)
		if (cartons.has(id) || shipments.has(row.shipmentId)) world.cartons.set(id, row);
	for (const [id, row] of model.timeline) if (shipments.has(row.shipmentId)) world.timeline.set(id, row);
	return world;
}

function sameRows(server: TestServer, table: (typeof TABLES)[number], rows: readonly { id: string }[], where: string) {
	const ids = rows.map(({ id }) => id);
	const stored = new Map(
		server.world.store.read((db) => readMany(db, table, ids)).map(({ row }) => [row.id, row] as const)
	);
	for (const row of rows)
		if (!isDeepStrictEqual({ ...stored.get(row.id) }, { ...row }))
			expect({ where, row: stored.get(row.id) }).toEqual({ where, row });
}
