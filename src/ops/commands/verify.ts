/** `ops verify`: compares the database with its own records. Reads only; exit code 1 when something differs. */
import { readSettings } from '#lib/server/config.ts';
import { openToRead } from '#lib/server/store/open.ts';
import { verifyDatabase, type Verified } from '#lib/server/verify/verify-database.ts';
import type { OpsCommand } from '../command.ts';
import { openGauge } from '../gauge.ts';

export const verify: OpsCommand = {
	options: {},
	run: () => {
		const db = openToRead(readSettings().databaseFile);
		const gauge = openGauge();
		try {
			const verified = verifyDatabase(db, new Date(), gauge.show);
			gauge.clear();
			const isClean = verified.findings.length === 0;
			return Promise.resolve({ exitCode: isClean ? 0 : 1, lines: linesOf(verified), json: { ...verified } });
		} finally {
			db.close();
		}
	}
};

/** What was found, each with the id of its row, then how much of it there is. */
export function linesOf({ cartons, shipments, byRule, findings }: Verified): string[] {
	const looked = `${cartons} cartons and ${shipments} shipments`;
	if (findings.length === 0) return [`${looked} agree with their history, their counts and their digests.`];
	const counts = Object.entries(byRule).map(([rule, count]) => `${rule}: ${count}`);
	return [
		...findings.map(({ id, says }) => (says.includes(id) ? says : `${says} (${id})`)),
		`${looked} were compared; differences by rule: ${counts.join(', ')}. Nothing was changed.`
	];
}
