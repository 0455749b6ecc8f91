/**
 * The wire side of a phone for server tests: it counts mids, sends mutations, pulls pages and keeps the rows. It does not
 * decide, rebase or retry; `tests/sync` has real replicas for that.
 */
import type { Command } from '#lib/domain/commands.ts';
import type { AnyRow } from '#lib/domain/rows.ts';
import type {
	HelloInput,
	HelloOutput,
	Mutation,
	Patch,
	PullOutput,
	PushOutput,
	Verdict
} from '#lib/protocol/envelope.ts';
import type { TestWorld } from './world.ts';

export interface PhoneOptions {
	replicaId: string;
	deviceId: string;
	actorId: string;
	warehouseId?: string;
}

export class Phone {
	readonly world: TestWorld;
	readonly replicaId: string;
	readonly deviceId: string;
	actorId: string;
	warehouseId: string | null;
	mid = 0;
	cookie = 0;
	lmid = 0;
	greeting: HelloOutput | null = null;
	readonly rows = new Map<string, { row: AnyRow; version: number; hash: number }>();
	readonly verdicts = new Map<number, Verdict>();

	constructor(world: TestWorld, { replicaId, deviceId, actorId, warehouseId }: PhoneOptions) {
		this.world = world;
		this.replicaId = replicaId;
		this.deviceId = deviceId;
		this.actorId = actorId;
		this.warehouseId = warehouseId ?? null;
	}

	async hello(more: Partial<HelloInput> = {}): Promise<HelloOutput> {
		this.greeting = await this.world.store.hello(
			{
				replicaId: this.replicaId,
				lastLmid: this.lmid,
				cookie: this.cookie,
				schema: 1,
				protocol: 1,
				appVersion: 'test',
				warehouseId: this.warehouseId,
				queueDepth: 0,
				clientNow: this.world.at(),
				leases: [],
				...more
			},
			this.deviceId
		);
		return this.greeting;
	}

	/** The next mutation of this replica; nothing is sent. */
	mutation(command: Command, more: Partial<Mutation> = {}): Mutation {
		return this.anyMutation(command.name, JSON.stringify(command.args), more);
	}

	/** As `mutation`, whatever its name and arguments. */
	anyMutation(name: string, args: string, more: Partial<Mutation> = {}): Mutation {
		return {
			uid: this.world.uid(),
			mid: ++this.mid,
			name,
			version: 1,
			schema: 1,
			args,
			actorId: this.actorId,
			deviceTime: this.world.at(),
			clockOffset: 0,
			...more
		};
	}

	send(mutations: Mutation[]): Promise<PushOutput> {
		const { epoch } = this.world.store;
		return this.world.store.push({ epoch, replicaId: this.replicaId, mutations }, this.deviceId);
	}

	/** Makes and sends; one push. */
	async do(...commands: Command[]): Promise<Verdict[]> {
		return (await this.send(commands.map((command) => this.mutation(command)))).results;
	}

	page(limit = 1000): PullOutput {
		return this.world.store.pull(
			{
				epoch: this.world.store.epoch,
				replicaId: this.replicaId,
				cookie: this.cookie,
				ackResultsThrough: Math.max(0, ...this.verdicts.keys()),
				limit,
				schema: 1
			},
			this.deviceId
		);
	}

	/** Pages until the head. @returns the patches, in order */
	pull(limit = 1000): Patch[] {
		const patches: Patch[] = [];
		for (;;) {
			const page = this.page(limit);
			if (page.kind === 'reset') throw new Error(`the server answered a reset: ${page.reason}`);
			for (const patch of page.patch) {
				if (patch.op === 'gone') this.rows.delete(`${patch.table}/${patch.id}`);
				else this.rows.set(`${patch.table}/${patch.id}`, { row: patch.row, version: patch.version, hash: patch.hash });
			}
			for (const verdict of page.results) this.verdicts.set(verdict.mid, verdict);
			patches.push(...page.patch);
			this.cookie = page.cookie;
			this.lmid = page.lmid;
			if (!page.more) return patches;
		}
	}

	row<R extends AnyRow>(table: string, id: string): R | undefined {
		return this.rows.get(`${table}/${id}`)?.row as R | undefined;
	}
}
