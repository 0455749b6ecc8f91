/**
 * From nothing to a complete working set: 10,000 and 50,000 cartons over real HTTP into IndexedDB, each row checked by its
 * digest; and until the first scan of one of 10,000 cartons is answered.
 */
import Database from 'better-sqlite3';
import { printTimes } from './support/metrics.ts';
import { openSignedIn } from './support/signed-in.ts';

const SIZES = [
	{ cartons: 10_000, runs: 7 },
	{ cartons: 50_000, runs: 3 }
];
declare const bench: {
	initialSync(name: string): Promise<number>;
	firstUsable(name: string, code: string): Promise<number>;
};

for (const { cartons, runs } of SIZES) {
	const { page, app, close } = await openSignedIn('sync', cartons);
	try {
		const complete: number[] = [];
		for (let run = 0; run < runs; run++)
			complete.push(await page.evaluate((name) => bench.initialSync(name), `initial-${run}`));
		printTimes('initial-sync', `rows-${cartons}`, 'ms', complete);
		if (cartons !== SIZES[0]!.cartons) continue;
		const code = cartonOf(app.databaseFile);
		const usable: number[] = [];
		for (let run = 0; run < runs; run++)
			usable.push(
				await page.evaluate(([n, scanned]) => bench.firstUsable(`usable-${n}`, scanned), [run, code] as const)
			);
		printTimes('initial-sync', 'first-usable', 'ms', usable);
	} finally {
		await close();
	}
}

/** The code of a carton in a live shipment. */
function cartonOf(file: string): string {
	const db = new Database(file, { readonly: true });
	const code = db.prepare(`SELECT code FROM carton WHERE status = 'assigned' LIMIT 1`).pluck().get() as string;
	db.close();
	return code;
}
