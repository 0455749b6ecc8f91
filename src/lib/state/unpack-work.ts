/**
 * [C9] Déballer: a scan opens the carton and shows what is inside; nothing comes out before the worker has said so, because it
 * cannot be taken back.
 */
import type { CartonRow } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Thing } from '#lib/sync/client.ts';
import { Work } from './work.ts';

export class UnpackWork extends Work {
	protected readonly expects = ['carton'] as const;

	/** Everything comes out; the next carton can come. */
	async unpack(carton: CartonRow): Promise<void> {
		const submitted = await this.floor.carryOut(
			{ name: 'carton.unpack', args: { cartonId: carton.id, shipmentId: carton.shipmentId } },
			{ code: carton.code, done: { headline: m.floor_done_unpack(), sentence: m.modes_unpack_done() } }
		);
		if (submitted.kind === 'saved') await this.floor.open('/scan/unpack');
	}

	protected async act(meaning: Thing, code: string): Promise<void> {
		if (meaning.kind !== 'carton') return this.notForHere(meaning, code);
		await this.floor.client.logScan({ code, opened: 'carton', rejection: null });
		await this.floor.open(`/scan/unpack/${meaning.carton.id}`);
		this.floor.answers.acknowledge('ok');
	}
}
