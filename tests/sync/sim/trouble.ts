/**
 * What goes wrong, each kind by its name (sync §8): on the way, on the phone, at the server, among people. A kind that
 * cannot happen now does nothing and is not counted.
 */
import { SEEDED } from '../../support/world.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { changeReplica } from '#lib/sync/state.ts';
import { BAD_LINE, NO_FAULTS } from '../faulty-line.ts';
import type { SimPhone } from '../sim-phone.ts';
import { MANAGER, OPERATOR, type Simulation } from '../simulation.ts';
import { failStatement } from './failing-statement.ts';
import { accessOf, unreportedFaults } from './restored.ts';
import type { Run } from './run.ts';
import { PHONES } from './script.ts';
import { deskGives } from './work.ts';

const DAY_MS = 86_400_000;
/** False: it could not happen now. */
type Trouble = (run: Run, phone: SimPhone) => Promise<void | false> | void | false;

/** Another copy of the same profile. */
const twinOf = ({ phones }: Simulation, phone: SimPhone): SimPhone | undefined =>
	phones.find((other) => other !== phone && other.line.deviceId === phone.line.deviceId);

export const TROUBLES = {
	offline: (_run, phone) => void (phone.line.online = false),
	online: (_run, phone) => void (phone.line.online = true),
	'bad line': (_run, phone) => void (phone.line.faults = BAD_LINE),
	'good line': (_run, phone) => void (phone.line.faults = NO_FAULTS),
	'answer lost after commit': (_run, phone) => void (phone.line.faults = { ...NO_FAULTS, answerLost: 0.6 }),
	'everything twice': (_run, phone) => void (phone.line.faults = { ...NO_FAULTS, duplicated: 0.8 }),
	'captive portal': (_run, phone) => void (phone.line.faults = { ...NO_FAULTS, portal: 1 }),
	'snapshot torn': (_run, phone) => {
		phone.line.faults = { ...NO_FAULTS, torn: 1 };
		return changeReplica(phone.store, () => ({ needsSnapshot: 'behind' })).then(() => undefined);
	},
	/** Slow enough that rows change again from one page to the next (I12). */
	'small pages': ({ sim }, phone) => {
		phone.line.pageRows = sim.random.pick([1, 2, 5, Infinity]);
		phone.line.faults = { ...NO_FAULTS, slow: 1500 };
	},
	/** A queue builds up, and arrives without its first mutation. */
	'push torn': (_run, phone) => {
		phone.line.online = false;
		phone.line.tearsPush = true;
	},
	'event stream lost': (_run, phone) => phone.tabs.forEach((tab) => tab.streamLost()),
	'profile copied': async ({ sim }, phone) => {
		if (sim.phones.length > PHONES.length || phone.isRevoked) return false;
		await sim.copyOf(phone);
	},
	/** Two phones of one storage take the same back, and neither has heard of the other (I38). */
	'taken back twice': async ({ sim }, phone) => {
		const known = phone.store.content('mutations').filter(({ verdict, undoes }) => verdict?.status === 'ok' && !undoes);
		if (known.length === 0 || phone.isRevoked) return false;
		const twin = twinOf(sim, phone);
		if (!twin && sim.phones.length > PHONES.length) return false;
		const { uid } = sim.random.pick(known);
		const both = [phone, twin ?? (await sim.copyOf(phone))];
		for (const each of both) each.line.online = false;
		for (const each of both) if (each.tabs.length > 0) await each.replica.undo(uid).catch(() => undefined);
		for (const each of both) each.line.online = true;
	},
	/** Somebody changes a carton while a phone that is away takes its own last change of it back (I38). */
	'taken back late': async (run, phone) => {
		const known = phone.store.content('mutations').filter(({ verdict, undo }) => verdict?.status === 'ok' && undo);
		const last = known.at(-1);
		if (!last || phone.tabs.length === 0) return false;
		phone.line.online = false;
		await phone.replica.undo(last.uid).catch(() => undefined);
		const name = run.sim.random.pick(['carton.label', 'carton.removeLabel', 'carton.remove'] as const);
		await deskGives(run, { name, args: { cartonId: last.undo!.cartonId } });
		phone.line.online = true;
	},
	'clock wrong': ({ sim }, phone) =>
		void (phone.clockError = sim.random.pick([0, 400 * DAY_MS, -400 * DAY_MS, 90_000])),
	'storage full': ({ sim }, phone) => void (phone.store.failAfter = sim.random.between(0, 5)),
	'storage again': (_run, phone) => void (phone.store.failAfter = Infinity),
	'phone killed': async (_run, phone) => {
		phone.kill();
		await phone.open();
	},
	'second tab': (_run, phone) => (phone.tabs.length < 3 ? phone.open().then(() => undefined) : false),
	/** The holder of the lock is frozen, not stopped: both drain for a while (I20), and their calls overtake each other (I13). */
	'lock stolen': async ({ sim }, phone) => {
		phone.line.faults = { ...NO_FAULTS, slow: 3000 };
		if (phone.tabs.length < 2) await phone.open();
		phone.tabs[1]!.hold();
		if (sim.random.chance(0.5)) phone.tabs[0]!.lose();
	},
	/** Nobody works; what is done and old is forgotten by each phone afterwards (I30). */
	'a week passes': async ({ sim }) => {
		for (const each of sim.phones) each.kill();
		sim.time.skip(8 * DAY_MS);
		for (const each of sim.phones) await each.open().catch(() => undefined);
	},
	'other worker': ({ sim }, phone) =>
		phone.tabs.length > 0 ? phone.replica.setOperator(sim.random.pick([OPERATOR, MANAGER])) : false,
	'moved to another warehouse': async ({ sim }, phone) => {
		// Two copies of one profile in two warehouses take it from each other until one of them works and gets a name of its own.
		if (twinOf(sim, phone)) return false;
		const warehouseId = sim.random.pick(SEEDED.warehouses);
		await changeReplica(phone.store, () => ({ warehouseId }));
		phone.kill();
		await phone.open();
	},
	'app too old': ({ sim }, phone) => {
		// A copy of the profile has the same mutation, from the same release.
		if (twinOf(sim, phone)) return false;
		const queue = phone.store.content('mutations').filter(({ stands, mid }) => stands === 'queued' && mid > phone.state().sentThrough); // prettier-ignore
		if (queue.length === 0) return false;
		const { uid } = sim.random.pick(queue);
		return phone.store.transaction('write', ['mutations'], async (tx) => {
			const [mutation] = await tx.find('mutations', 'uid', [uid]);
			if (mutation?.stands !== 'queued') return;
			phone.made.set(uid, { ...mutation, version: 99 });
			await tx.put('mutations', [{ ...mutation, version: 99 }]);
		});
	},
	'server killed before commit': ({ sim }) => void (sim.server.crashAt = 'before commit'),
	'server killed after commit': ({ sim }) => void (sim.server.crashAt = 'after commit'),
	'server disk full': async ({ sim }) => {
		await sim.world.store.write((db) => db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`)); // prettier-ignore
	},
	/** In the midst of a group, as a disk or the memory would have it. */
	'server statement fails': ({ sim: { random, world } }) =>
		failStatement({
			database: world.store.read((db) => db),
			after: random.between(0, 12),
			code: random.pick(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_NOMEM'] as const),
			endsTransaction: random.chance(0.5)
		}),
	'server disk freed': async ({ sim }) => freeDisk(sim.world.store),
	'server restarted': async ({ sim }) => {
		await sim.time.busy(sim.world.reopen(sim.world.image().bytes));
	},
	'backup made': ({ sim }) => sim.server.backUp(),
	'backup restored': async ({ sim, faults }) => {
		const { backups } = sim.server;
		if (backups.length === 0) return false;
		const before = accessOf(sim);
		await sim.time.busy(sim.server.restore(sim.random.pick(backups)));
		faults.push(...unreportedFaults(sim, before));
	},
	'feed compacted': async ({ sim }) => {
		const floor = sim.random.between(0, sim.headSeq());
		await sim.world.raw('UPDATE sync_meta SET floor_seq = max(floor_seq, ?)', floor);
		await sim.world.raw('DELETE FROM change WHERE seq <= (SELECT floor_seq FROM sync_meta)');
	},
	'role changed': async ({ sim, ledger }) => {
		const role = sim.random.pick(['viewer', 'operator', 'manager'] as const);
		await sim.world.raw('UPDATE account SET role = ? WHERE person_id = ?', role, SEEDED.people.operator);
		ledger.byHand((model) => model.roles.set(SEEDED.people.operator, role));
	},
	'account deactivated': async ({ sim, ledger }) => {
		const isActive = sim.random.chance(0.6);
		const id = SEEDED.people.operator;
		await sim.world.raw('UPDATE account SET active = ? WHERE person_id = ?', isActive ? 1 : 0, id);
		ledger.byHand((model) => void (isActive ? model.inactive.delete(id) : model.inactive.add(id)));
	},
	'signed out there': async ({ sim, ledger }, phone) => {
		const isEnded = sim.random.chance(0.4);
		const { deviceId } = phone.line;
		const id = SEEDED.people.operator;
		await sim.world.raw(
			'UPDATE device_grant SET ended_at = ? WHERE device_id = ? AND person_id = ?',
			...[isEnded ? sim.world.at() : null, deviceId, id]
		);
		ledger.byHand((model) => void (isEnded ? model.ended.add(`${deviceId} ${id}`) : model.ended.delete(`${deviceId} ${id}`))); // prettier-ignore
	},
	'product put aside': async ({ sim, ledger }) => {
		const id = sim.random.pick(SEEDED.products);
		const product = { id, sku: `SKU-${id}`, name: id, brand: '', gtin: null, barcode: null, weightGrams: 500, perishable: false, active: sim.random.chance(0.6) }; // prettier-ignore
		await sim.time.busy(sim.world.store.saveReference('products', [product]));
		ledger.byHand((model) => void model.world.products.set(id, product));
	},
	'phone lost': async ({ sim }, phone) => {
		if (sim.active().length < 3 || sim.server.backups.length > 0) return false;
		await sim.world.raw(`UPDATE device SET status = 'revoked' WHERE id = ?`, phone.line.deviceId);
		for (const each of sim.phones.filter(({ line }) => line.deviceId === phone.line.deviceId)) {
			each.isRevoked = true;
			each.revokedResults = sim.server.results();
		}
	}
} satisfies Record<string, Trouble>;

export type TroubleName = keyof typeof TROUBLES;
export const TROUBLE_NAMES = Object.keys(TROUBLES) as TroubleName[];

const freeDisk = async (store: Store): Promise<void> => {
	store.read((db) => db.pragma('max_page_count = 1000000'));
};

/** Everything is well again: what now waits must be decided within a minute (I19, I35). */
export async function heal({ sim }: Run, phone: SimPhone): Promise<void> {
	phone.line.online = true;
	phone.line.faults = NO_FAULTS;
	phone.line.pageRows = Infinity;
	phone.store.failAfter = Infinity;
	failStatement(null);
	await freeDisk(sim.world.store);
	sim.server.crashAt = null;
	if (phone.tabs.length === 0) await phone.open();
}
