/**
 * The browser half of `rebase`: a shipment of 500 cartons, 200 of them labelled without a server, then news about all of its
 * cartons, which the 200 replay over.
 */
import type { CartonRow } from '#lib/domain/rows.ts';
import { openReplicaClient } from '#lib/local/replica-client.ts';
import { contentHash } from '#lib/protocol/canonical.ts';
import type { Patch } from '#lib/protocol/envelope.ts';
import type { ReplicaClient } from '#lib/sync/client.ts';
import type { Transport } from '#lib/sync/ports.ts';
import { SilentAfterwards, silentNews, warehouse } from './warehouse.ts';

const CARTONS = 20_000;
const PER_SHIPMENT = 500;
const PENDING = 200;
const SHIPMENT = 'shipment-0';

/** Delivers what `patch` holds at the next pull. Nothing that is pushed arrives. */
class News extends SilentAfterwards {
	#seq = 1;
	#patch: Patch[] = [];
	/** When the last patch was handed over, as `performance.now`. */
	handedAt = 0;

	/** The server's rows changed. */
	tell(rows: readonly CartonRow[]): void {
		this.#seq++;
		this.#patch = rows.map((row) => ({
			...{ op: 'put', table: 'cartons', id: row.id, version: this.#seq, hash: contentHash(row), row }
		}));
	}

	override pull: Transport['pull'] = ({ cookie }) => {
		if (cookie < 1) return Promise.resolve({ kind: 'ok', value: { kind: 'reset', reason: 'floor' } });
		const patch = cookie < this.#seq ? this.#patch : [];
		this.handedAt = performance.now();
		const page = { kind: 'page' as const, cookie: this.#seq, lmid: 0, results: [], more: false, durableLmid: 0 };
		return Promise.resolve({ kind: 'ok', value: { ...page, patch, headSeq: this.#seq } });
	};
}

const transport = new News(warehouse(CARTONS, PER_SHIPMENT));
let client: ReplicaClient;
let shown: CartonRow[] = [];
let onShown = () => {};

/** The phone, its working set, its queue, and a screen that shows the shipment. */
async function open(): Promise<void> {
	client = openReplicaClient({ name: 'bench-rebase', transport, news: silentNews });
	await client.start();
	await new Promise<void>((resolve) => client.status(({ phase }) => phase === 'ready' && resolve()));
	await client.refreshOperator();
	for (let n = 0; n < PENDING; n++) {
		const args = { cartonId: `carton-${n}`, shipmentId: SHIPMENT };
		const done = await client.submit({ name: 'carton.label', args }, { code: `${n}` });
		if (done.kind !== 'saved') throw new Error(`scan ${n} was not saved: ${JSON.stringify(done)}`);
	}
	client.cartonsOf(SHIPMENT)((rows) => {
		shown = rows;
		onShown();
	});
}

/** A colleague moved all cartons of the shipment. @returns milliseconds from the page's arrival until the screen has its rows */
async function rebase(run: number): Promise<number> {
	const locationId = `shelf-${run}`;
	const moved = shown.map((row): CartonRow => ({ ...row, status: 'assigned', statusBy: 'Bench', locationId }));
	const seen = new Promise<number>((resolve) => {
		onShown = () => {
			if (shown.every((row) => row.locationId === locationId)) resolve(performance.now());
		};
	});
	transport.tell(moved);
	client.syncNow();
	const took = (await seen) - transport.handedAt;
	const labeled = shown.filter(({ status }) => status === 'labeled').length;
	if (shown.length !== PER_SHIPMENT || labeled !== PENDING)
		throw new Error(`${labeled} of ${shown.length} are labelled`);
	return took;
}

Object.assign(globalThis, { bench: { open, rebase } });
