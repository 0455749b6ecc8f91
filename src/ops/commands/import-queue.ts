/** `ops import-queue FILE`: a phone's queue, exported by its worker, brought in by hand; beside a running server too. */
import { readFileSync, statSync } from 'node:fs';
import { runAtServer } from '../at-the-server.ts';
import { WrongUse, type OpsCommand } from '../command.ts';

/** Bytes; weeks of hard work, and less than the server's door takes. */
const MOST = 8_000_000;

export const importQueue: OpsCommand = {
	takes: [{ word: 'FILE', about: 'what Exporter made on the phone' }],
	options: { 'dry-run': { type: 'boolean', about: 'say what is in it and what would become of it, and do nothing' } },
	run: ({ 'dry-run': dryRun }, [path]) => runAtServer('queue.import', { file: read(path!), dryRun: dryRun === true })
};

function read(path: string): unknown {
	try {
		if (statSync(path).size > MOST) throw new WrongUse(`${path} has more than ${MOST} bytes: that is no queue.`);
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch (error) {
		if (error instanceof WrongUse) throw error;
		throw new WrongUse(
			error instanceof SyntaxError ? `${path} is no JSON, or torn.` : `${path} cannot be read: ${String(error)}.`
		);
	}
}
