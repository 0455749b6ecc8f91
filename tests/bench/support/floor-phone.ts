/**
 * The built app on a phone beside a server with a warehouse of some size, and what a bench needs to know of that warehouse:
 * which cartons wait for their label, by shipment.
 */
import Database from 'better-sqlite3';
import type { CDPSession } from 'playwright';
import { FloorPage } from '../../e2e/pages/floor-page.ts';
import { Phone } from '../../e2e/support/phone.ts';
import { AppServer } from '../../e2e/support/server.ts';

export interface Unlabelled {
	reference: string;
	/** Codes of its cartons without a label. */
	codes: string[];
}

export interface BenchFloor {
	app: AppServer;
	phone: Phone;
	floor: FloorPage;
	unlabelled: Unlabelled[];
	/** Ends browser and server and removes what they stored. */
	close(): Promise<void>;
}

/** A phone that is signed in, has its working set of `cartons`, and opens without a server. */
export async function openFloor(cartons: number): Promise<BenchFloor> {
	const app = await AppServer.start(
		{ LOG_LEVEL: 'warn', DEVICE_CALLS_PER_MINUTE: '1000000', REQUESTS_PER_MINUTE: '1000000' },
		async (empty) => empty.run('seed-demo', '--cartons', String(cartons))
	);
	const phone = new Phone();
	const close = async () => {
		await phone.remove();
		await app.remove();
	};
	try {
		const floor = new FloorPage(await phone.open(), app.origin);
		await floor.signIn('operator');
		await floor.installed();
		return { app, phone, floor, unlabelled: readUnlabelled(app.databaseFile), close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** Makes the main thread of a page slower. @param rate 1: as fast as this machine; 6: a sixth of that */
export async function throttle(floor: FloorPage, rate: number): Promise<CDPSession> {
	const session = await floor.page.context().newCDPSession(floor.page);
	await session.send('Emulation.setCPUThrottlingRate', { rate });
	return session;
}

/** Shipments that cartons may still be labelled for. */
function readUnlabelled(file: string): Unlabelled[] {
	const db = new Database(file, { readonly: true });
	const rows = db
		.prepare<[], { reference: string; codes: string }>(
			`SELECT s.reference, group_concat(c.code) AS codes FROM carton c JOIN shipment s ON s.id = c.shipment_id
			JOIN warehouse w ON w.id = c.warehouse_id WHERE c.status = 'assigned' AND s.status = 'picking' AND w.code = 'CDG'
			AND s.reference IS NOT NULL AND s.dispute_id IS NULL GROUP BY s.id ORDER BY s.reference DESC`
		)
		.all();
	db.close();
	return rows.map(({ reference, codes }) => ({ reference, codes: codes.split(',') }));
}
