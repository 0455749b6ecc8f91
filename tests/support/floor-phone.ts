/**
 * A phone of the floor for tests: the program with a fake replica, a wedge that the test pulls, and a little warehouse. What
 * it opened and played is kept for the test to look at.
 */
import type { Read, ReadSource, SourceState } from '#lib/scanner/ports.ts';
import { FloorApp } from '#lib/state/floor-app.svelte.ts';
import { FloorSettings } from '#lib/state/settings.svelte.ts';
import { FakeReplica } from './fake-replica.ts';

class FakeWedge implements ReadSource {
	readonly state: SourceState = { kind: 'running' };
	pull: (read: Read) => void = () => undefined;
	start(onRead: (read: Read) => void): Promise<void> {
		this.pull = onRead;
		return Promise.resolve();
	}
	stop = (): void => undefined;
	watch = (): (() => void) => () => undefined;
}

export const ITEM = { productId: 'p1', quantity: 4, lotCode: null, expiresOn: null };

/** Shipments s1 (260147: a1, a2 assigned) and s2 (260139: b1 assigned); k1 packed, d1 empty; products p1 and p2. */
export function floorPhone() {
	const replica = new FakeReplica();
	const wedge = new FakeWedge();
	const opened: string[] = [];
	const played: string[] = [];
	let [ids, at] = [0, 0];
	const app = new FloorApp({
		client: replica,
		feedback: { play: (kind) => void played.push(kind) },
		settings: new FloorSettings(null),
		wedge,
		open: (path) => Promise.resolve(void opened.push(path)),
		newId: () => `new-${++ids}`,
		signIn: () => undefined,
		endSession: () => Promise.resolve(true),
		now: () => (at += 10_000)
	});
	replica.addProduct({ id: 'p1', name: 'Compresses', sku: 'ESC-0001', gtin: '9521234543213' });
	replica.addProduct({ id: 'p2', name: 'Gants', sku: 'ESC-0002', barcode: 'GANTS-M' });
	replica.addShipment({ id: 's1', reference: '260147' });
	replica.addShipment({ id: 's2', reference: '260139', destinationCity: 'Bamako', destinationIata: 'BKO' });
	replica.addCarton({
		id: 'a1',
		code: 'BOX-A1',
		status: 'assigned',
		shipmentId: 's1',
		items: [ITEM],
		everPacked: true
	});
	replica.addCarton({
		id: 'a2',
		code: 'BOX-A2',
		status: 'assigned',
		shipmentId: 's1',
		items: [ITEM],
		everPacked: true
	});
	replica.addCarton({
		id: 'b1',
		code: 'BOX-B1',
		status: 'assigned',
		shipmentId: 's2',
		items: [ITEM],
		everPacked: true
	});
	replica.addCarton({ id: 'k1', code: 'BOX-K1', status: 'packed', items: [ITEM], everPacked: true });
	replica.addCarton({ id: 'd1', code: 'BOX-D1' });
	app.start();
	/** Types these codes one after the other; resolves when each is answered. */
	const scan = async (...codes: string[]): Promise<void> => {
		for (const code of codes) app.typed(code);
		await app.scansDone();
	};
	return { replica, wedge, app, opened, played, scan };
}
