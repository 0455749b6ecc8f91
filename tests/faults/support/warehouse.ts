/**
 * A real server process and whole phones that work against it, each over a line of its own that can be made bad. It remembers
 * every scan that a phone called saved, and holds server and phones to sync §8: none lost, none twice, no rule broken, nothing
 * stuck, every refusal to be seen.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import { verifyDatabase } from '#lib/server/verify/verify-database.ts';
import type { StoredMutation } from '#lib/sync/records.ts';
import type { AppServer } from '../../e2e/support/server.ts';
import { startFleet, type FleetPhone } from '../../support/fleet.ts';
import { HttpPhone, type HttpPhoneOptions } from '../../support/http-phone.ts';
import type { Seeded } from '../../sync/scheduler.ts';
import { BadLine, type Mishap } from './bad-line.ts';

/** Within so long of its healing, nothing waits any more (sync §8); what a busy test machine adds is no part of it. */
export const HEALED_MS = 60_000;

const SETTINGS = { DEVICE_CALLS_PER_MINUTE: '1000000' };

/** Environment for a server that is started with trouble inside (`server-trouble.mjs`); null: without. */
export const inServer = (trouble: Record<string, unknown> | null): Record<string, string> =>
	trouble === null
		? { NODE_OPTIONS: '', TROUBLE: '{}' }
		: {
				NODE_OPTIONS: `--import ${new URL('server-trouble.mjs', import.meta.url).href}`,
				TROUBLE: JSON.stringify(trouble)
			};

export interface WarehouseOptions {
	phones: number;
	cartonsEach: number;
	random: Seeded;
	settings?: Record<string, string>;
	/** Of the n-th phone's clock, in milliseconds. */
	clockOff?: (n: number) => number;
}

interface Result {
	uid: string;
	replicaId: string;
	mid: number;
	status: string;
	code: string | null;
}

export class Warehouse {
	readonly app: AppServer;
	readonly fleet: FleetPhone[];
	readonly phones: HttpPhone[] = [];
	readonly lines: BadLine[] = [];
	/** uid of every scan that a phone called saved → what it was. */
	readonly saved = new Map<string, Command>();
	readonly #random: Seeded;

	private constructor(app: AppServer, fleet: FleetPhone[], random: Seeded) {
		this.app = app;
		this.fleet = fleet;
		this.#random = random;
	}

	static async open(options: WarehouseOptions): Promise<Warehouse> {
		const { phones, cartonsEach, random, settings, clockOff } = options;
		const { app, fleet } = await startFleet(phones, cartonsEach, { ...SETTINGS, ...settings });
		const warehouse = new Warehouse(app, fleet, random);
		// A few at a time: all phones of a fleet are this one process, and each has time limits of its own.
		for (let n = 0; n < phones; n++) {
			const line = await new BadLine(app.origin).start();
			warehouse.lines.push(line);
			warehouse.phones.push(await warehouse.phone(n, line, { now: () => Date.now() + (clockOff?.(n) ?? 0) }));
			if (n % 10 === 9) await warehouse.settle(warehouse.phones.slice(-10));
		}
		await warehouse.settle();
		return warehouse;
	}

	/** Another browser of the n-th device. */
	async phone(n: number, line: BadLine, more: Partial<HttpPhoneOptions> = {}): Promise<HttpPhone> {
		const { cookie, personId } = this.fleet[n]!;
		return new HttpPhone({
			...{ origin: line.origin, cookie, warehouseId: 'bench-warehouse', fraction: () => this.#random.fraction() },
			operator: { personId, name: 'Bench', structure: 'Bench', role: 'manager' },
			...more
		}).open();
	}

	async close(): Promise<void> {
		for (const phone of this.phones) phone.replica.stop();
		for (const line of this.lines) await line.stop();
		await this.app.remove();
	}

	/** @returns the uid, where the phone called it saved */
	async submit(n: number, command: Command): Promise<string | null> {
		const submitted = await this.phones[n]!.replica.submit(command, { code: '' });
		if (submitted.kind !== 'saved') return null;
		this.saved.set(submitted.uid, command);
		return submitted.uid;
	}

	/** Takes back what was saved last. @returns whether that was saved */
	async undo(n: number, uid: string): Promise<boolean> {
		const submitted = await this.phones[n]!.replica.undo(uid);
		if (submitted.kind === 'saved') this.saved.set(submitted.uid, this.saved.get(uid)!);
		return submitted.kind === 'saved';
	}

	/** One scan of the n-th phone: a label on or off, mostly on a carton of its own, sometimes on one that others scan too. */
	async scan(n: number): Promise<void> {
		const owner = this.#random.chance(0.2) ? this.#random.between(0, this.fleet.length - 1) : n;
		const { cartonIds } = this.fleet[owner]!;
		const cartonId = cartonIds[this.#random.between(0, cartonIds.length - 1)]!;
		if (await this.submit(n, { name: 'carton.label', args: { cartonId } })) return;
		await this.submit(n, { name: 'carton.removeLabel', args: { cartonId } });
	}

	/** Every phone scans, `each` times. */
	async scanAll(each: number, pauseMs = 0): Promise<void> {
		await Promise.all(
			this.phones.map(async (_, n) => {
				for (let i = 0; i < each; i++) {
					await this.scan(n);
					if (pauseMs > 0) await sleep(this.#random.between(0, 2 * pauseMs));
				}
			})
		);
	}

	/** Every phone scans until it is told to stop. */
	load(pauseMs: number): { stop(): Promise<void> } {
		let isOn = true;
		const work = this.phones.map(async (_, n) => {
			while (isOn) {
				await this.scan(n);
				await sleep(this.#random.between(1, 2 * pauseMs));
			}
		});
		return {
			stop: async () => {
				isOn = false;
				await Promise.all(work);
			}
		};
	}

	/** From now on these befall this share of the requests of all phones, in turn, so that few requests meet each of them. */
	afflict(mishaps: readonly Mishap[], share: number): void {
		let met = 0;
		for (const line of this.lines)
			line.mishap = () => (this.#random.chance(share) ? mishaps[met++ % mishaps.length]! : null);
	}

	heal(): void {
		for (const line of this.lines) line.mishap = () => null;
	}

	injected(): Record<string, number> {
		const sum: Record<string, number> = {};
		for (const line of this.lines)
			for (const [mishap, times] of Object.entries(line.injected)) sum[mishap] = (sum[mishap] ?? 0) + times;
		return sum;
	}

	queued = (): number => this.phones.reduce((sum, phone) => sum + waiting(phone.mutations()), 0);

	/** Phones are left alone until nothing waits. @throws when something still does after {@link HEALED_MS} */
	async drained(phones: readonly HttpPhone[] = this.phones): Promise<void> {
		const queued = () => phones.reduce((sum, phone) => sum + waiting(phone.mutations()), 0);
		const until = Date.now() + HEALED_MS;
		while (queued() > 0) {
			if (Date.now() > until) throw new Error(`${queued()} scans still wait ${HEALED_MS} ms after healing`);
			await sleep(50);
		}
	}

	/** Nothing waits, and each phone has what the server has. */
	async settle(phones: readonly HttpPhone[] = this.phones): Promise<void> {
		await this.drained(phones);
		const epoch = this.read<{ epoch: string }>('SELECT epoch FROM sync_meta')[0]!.epoch;
		for (const phone of phones) {
			const until = Date.now() + HEALED_MS;
			let matches: boolean | null = null;
			// Null while a colleague's mutations are still on their way to this phone.
			while (matches === null && Date.now() < until) {
				matches = phone.isLevel(epoch) ? await phone.replica.compareDigests() : null;
				if (matches !== null) break;
				phone.replica.syncNow();
				await sleep(100);
			}
			if (matches !== true) throw new Error(`I15 a phone is not level: ${JSON.stringify(phone.state())}`);
		}
	}

	/** What the database holds now. */
	read<T>(text: string, ...values: unknown[]): T[] {
		const db = new Database(this.app.databaseFile, { readonly: true });
		try {
			return db.prepare<unknown[], T>(text).all(...values);
		} finally {
			db.close();
		}
	}

	/** Waits until all is settled. @returns what was looked at, in words. @throws with every promise that is broken */
	async holds(): Promise<string> {
		await this.settle();
		expect(this.violations()).toEqual([]);
		const refused = this.phones.flatMap((phone) => phone.mutations()).filter(({ stands }) => stands === 'todo');
		return `${this.saved.size} scans decided once each, ${refused.length} refusals in À traiter, digests equal, every row as its history`;
	}

	/** Every promise that is broken, as lines; none: an empty list. Phones are settled. */
	violations(): string[] {
		const results = this.read<Result>(
			'SELECT uid, replica_id AS replicaId, mid, status, code FROM mutation_result WHERE replica_id IN (SELECT id FROM replica WHERE device_id IS NOT NULL)'
		);
		const byUid = new Map(results.map((result) => [result.uid, result]));
		const lines: string[] = [];
		for (const uid of this.saved.keys()) if (!byUid.has(uid)) lines.push(`I16 ${uid} was saved and never decided`);
		for (const { uid } of results) if (!this.saved.has(uid)) lines.push(`I31 ${uid} was decided and nobody saved it`);
		for (const phone of this.phones) lines.push(...this.#phoneViolations(phone.mutations(), byUid));
		return [...lines, ...this.#doubled(results), ...this.#rowViolations()];
	}

	#phoneViolations(mutations: StoredMutation[], results: ReadonlyMap<string, Result>): string[] {
		return mutations.flatMap(({ uid, verdict, stands }) => {
			const result = results.get(uid);
			if (verdict?.status !== result?.status)
				return [`I6 ${uid} is ${verdict?.status} on the phone and ${result?.status} on the server`];
			const isRefused = verdict?.status === 'rejected' || verdict?.status === 'dead';
			return isRefused && stands !== 'todo' ? [`I18 ${uid} was refused and is ${stands}`] : [];
		});
	}

	/** Each accepted command about a carton leaves one event of it. */
	#doubled(results: readonly Result[]): string[] {
		const meant = new Map<string, number>();
		for (const { uid, status } of results) {
			const command = this.saved.get(uid);
			if (status !== 'ok' || !command || !('cartonId' in command.args)) continue;
			const { cartonId } = command.args;
			meant.set(cartonId, (meant.get(cartonId) ?? 0) + 1);
		}
		const events = this.read<{ cartonId: string; n: number }>(
			`SELECT carton_id AS cartonId, count(*) AS n FROM carton_event
			 WHERE replica_id IN (SELECT id FROM replica WHERE device_id IS NOT NULL) GROUP BY carton_id`
		);
		const found = new Map(events.map(({ cartonId, n }) => [cartonId, n]));
		return [...new Set([...meant.keys(), ...found.keys()])]
			.filter((id) => meant.get(id) !== found.get(id))
			.map((id) => `I31 carton ${id} changed ${found.get(id) ?? 0} times for ${meant.get(id) ?? 0} accepted scans`);
	}

	#rowViolations(): string[] {
		const db = new Database(this.app.databaseFile, { readonly: true });
		try {
			return verifyDatabase(db, new Date()).findings.map((finding) => JSON.stringify(finding));
		} finally {
			db.close();
		}
	}
}

const waiting = (mutations: StoredMutation[]): number => mutations.filter(({ stands }) => stands === 'queued').length;
