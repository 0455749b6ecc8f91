/**
 * [I26] What revoked phones had not sent: written once by the phone, read by nobody but an admin, applied never. An admin hands
 * it to the office, where a person decides what of it to do, or discards it.
 */
import { isCommandName } from '#lib/protocol/command-args.ts';
import { toldArguments } from '#lib/domain/refusal.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Mutation } from '#lib/protocol/envelope.ts';
import type { SalvageInput, SalvageOutput } from '#lib/protocol/salvage.ts';
import { readRefusals, saveRefusal } from '#lib/server/store/refusal-rows.ts';
import { sql } from '#lib/server/store/sql.ts';
import type { Database, Store } from '#lib/server/store/store-port.ts';
import { act, refusedAct, type Acted, type ActorId } from './acting.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { recordAudit } from './audit.ts';
import type { Device } from './devices.ts';

/** [I30] What is kept of one device, in mutations and in bytes of their JSON. */
const MOST = 2_000;
const MOST_BYTES = 2_000_000;

export interface SalvagedMutation {
	uid: string;
	mid: number;
	/** The command's name. */
	name: string;
	/** Who did it; null: nobody known. */
	by: string | null;
	/** By the device's own clock. */
	deviceTime: string;
	receivedAt: string;
	/** Null: nobody has looked. */
	settlement: 'handed' | 'discarded' | null;
	body: Mutation;
}

export class Salvage {
	constructor(
		readonly store: Store,
		readonly clock: () => Date
	) {}

	/**
	 * What the phone itself hands back.
	 * @param by a device that is revoked; or an active one, for a replica of a revoked one: a browser that signed in anew
	 * @throws TransportError `device_unknown`: neither it nor the replica's device is revoked, there is nothing to hand back
	 */
	async offer(by: Device, { replicaId, mutations, cleared }: SalvageInput): Promise<SalvageOutput> {
		const at = this.clock().toISOString();
		const deviceId = by.status === 'revoked' ? by.id : this.store.read((db) => revokedDeviceOf(db, replicaId));
		if (deviceId === null) throw new TransportError('device_unknown', 'This is for browsers that were revoked.');
		const offered = await this.keep(deviceId, replicaId, mutations);
		await this.store.write((db) => {
			sql(db, `UPDATE device SET last_seen_at = ? WHERE id = ?`).run(at, deviceId);
			if (cleared) sql(db, `UPDATE device SET cleared_at = coalesce(cleared_at, ?) WHERE id = ?`).run(at, deviceId);
		});
		return offered;
	}

	/** Keeping the same again keeps it once. @param deviceId of a device that is revoked */
	keep(deviceId: string, replicaId: string, mutations: readonly Mutation[]): Promise<SalvageOutput> {
		const at = this.clock().toISOString();
		return this.store.write((db) => {
			const held = sql<{ n: number; bytes: number }>(
				db,
				`SELECT count(*) AS n, coalesce(sum(length(CAST(body AS BLOB))), 0) AS bytes FROM salvaged_mutation WHERE device_id = ?`
			).get(deviceId) ?? { n: 0, bytes: 0 };
			let kept = 0;
			let full = false;
			for (const mutation of mutations) {
				const body = JSON.stringify(mutation);
				if (!isWorthKeeping(db, mutation)) continue;
				held.n++;
				held.bytes += Buffer.byteLength(body);
				full = held.n > MOST || held.bytes > MOST_BYTES;
				if (full) break;
				sql(
					db,
					`INSERT INTO salvaged_mutation (uid, device_id, replica_id, mid, body, received_at) VALUES (?, ?, ?, ?, ?, ?)`
				).run(mutation.uid, deviceId, replicaId, mutation.mid, body, at);
				kept++;
			}
			return { kept, full };
		});
	}

	/** In the order in which it was done. */
	list(deviceId: string): SalvagedMutation[] {
		return this.store.read((db) => rowsOf(db, deviceId));
	}

	/** Each becomes an entry of the office's inbox; the office does it or not. @returns how many there were */
	handOver(by: ActorId, deviceId: string): Promise<Acted<{ count: number }>> {
		return this.#settle(by, deviceId, 'handed', (db, at, { uid, by: name, body }) => {
			if (!isCommandName(body.name) || readRefusals(db, [uid]).length > 0) return;
			saveRefusal(db, {
				...{ id: uid, command: body.name, arguments: argumentsOf(body), code: 'forbidden' },
				note: body.undoes === undefined ? m.people_salvage_note() : m.people_salvage_note_undo(),
				...{ handedBy: name ?? body.actorId, handedAt: at, settledBy: null, settledAt: null, settlement: null }
			});
		});
	}

	discard(by: ActorId, deviceId: string): Promise<Acted<{ count: number }>> {
		return this.#settle(by, deviceId, 'discarded', () => undefined);
	}

	#settle(
		by: ActorId,
		deviceId: string,
		settlement: 'handed' | 'discarded',
		each: (db: Database, at: string, salvaged: SalvagedMutation) => void
	): Promise<Acted<{ count: number }>> {
		return act(this, by, (db, at) => {
			const open = rowsOf(db, deviceId).filter((row) => row.settlement === null);
			if (open.length === 0) return refusedAct('unknown');
			for (const salvaged of open) each(db, at, salvaged);
			sql(
				db,
				`UPDATE salvaged_mutation SET settlement = ?, settled_at = ?, settled_by = ? WHERE device_id = ? AND settlement IS NULL`
			).run(settlement, at, by, deviceId);
			const done = settlement === 'handed' ? 'salvage.hand_over' : 'salvage.discard';
			const detail = { mutations: open.length };
			recordAudit(db, { at, actorId: by, act: done, subjectKind: 'device', subjectId: deviceId, detail });
			return { kind: 'ok', count: open.length };
		});
	}
}

const revokedDeviceOf = (db: Database, replicaId: string): string | null =>
	sql<{ id: string }>(
		db,
		`SELECT device.id FROM replica JOIN device ON device.id = replica.device_id WHERE replica.id = ? AND status = 'revoked'`
	).get(replicaId)?.id ?? null;

/** Not what was decided before it was revoked, what its person took back, or what is here already. */
const isWorthKeeping = (db: Database, { uid, dismissed }: Mutation): boolean =>
	dismissed === undefined &&
	sql(db, `SELECT 1 FROM mutation_result WHERE uid = ? UNION ALL SELECT 1 FROM salvaged_mutation WHERE uid = ?`).get(
		uid,
		uid
	) === undefined;

const rowsOf = (db: Database, deviceId: string): SalvagedMutation[] =>
	sql<Omit<SalvagedMutation, 'body' | 'name' | 'by' | 'deviceTime'> & { body: string; person: string | null }>(
		db,
		`SELECT uid, mid, body, received_at AS receivedAt, settlement, person.name AS person FROM salvaged_mutation
		 LEFT JOIN person ON person.id = json_extract(body, '$.actorId') WHERE device_id = ? ORDER BY replica_id, mid`
	)
		.all(deviceId)
		.map(({ body, person, ...row }) => {
			const mutation = JSON.parse(body) as Mutation;
			return { ...row, name: mutation.name, by: person, deviceTime: mutation.deviceTime, body: mutation };
		});

/** What came from a phone is believed only where it has the form. */
function argumentsOf({ args }: Mutation): Record<string, unknown> {
	try {
		const parsed: unknown = JSON.parse(args);
		return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? toldArguments(parsed) : {};
	} catch {
		return {};
	}
}
