/**
 * Runs an operation where the database is: in the server that holds it, through its local door, or here when none runs. It is
 * the same function in both places, so a command works beside people who work.
 */
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { readSettings } from '#lib/server/config.ts';
import { doorOf, type DoorAnswer } from '#lib/server/local-door.ts';
import { OperationRefusal, type Outcome } from '#lib/server/operations/operation.ts';
import { perform } from '#lib/server/operations/operations.ts';
import { createServerWorld } from '#lib/server/server-world.ts';
import { StartRefusal } from '#lib/server/store/start-refusal.ts';
import { WrongUse } from './command.ts';
import { StepFailed } from './progress.js';

/** Nobody listens there. */
const CLOSED = ['ENOENT', 'ECONNREFUSED'];

/**
 * @throws WrongUse and StepFailed for what the operation refuses; StartRefusal when there is no database, or somebody holds it
 * and does not answer
 */
export async function runAtServer(name: string, args: object): Promise<Outcome> {
	const settings = readSettings();
	const { databaseFile } = settings;
	try {
		const door = doorOf(databaseFile);
		const answer = door === null ? null : await askAt(door, { command: name, args });
		if (answer !== null) {
			if ('outcome' in answer) return answer.outcome;
			throw new OperationRefusal(answer.refusal.code, answer.refusal.message);
		}
		if (!existsSync(databaseFile))
			throw new StartRefusal(
				'missing',
				databaseFile,
				'there is no database.',
				'Check DATABASE_URL, or make one with: npm run -s ops -- migrate'
			);
		const world = await createServerWorld(settings);
		try {
			return await perform(world, name, args);
		} finally {
			await world.close();
		}
	} catch (error) {
		if (!(error instanceof OperationRefusal)) throw error;
		throw error.code === 'wrong_use' ? new WrongUse(error.message) : new StepFailed(error.message);
	}
}

/** Null: nobody is there. */
function askAt(path: string, request: object): Promise<DoorAnswer | null> {
	return new Promise((resolve, reject) => {
		const socket = connect(path);
		let text = '';
		socket.setEncoding('utf8');
		socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
		socket.on('data', (chunk: string) => (text += chunk));
		socket.on('error', (error: NodeJS.ErrnoException) => {
			if (CLOSED.includes(error.code ?? '')) return resolve(null);
			reject(new StepFailed(`The server's door ${path} cannot be used: ${error.message}.`));
		});
		socket.on('end', () => {
			socket.end();
			if (text.endsWith('\n')) return resolve(JSON.parse(text) as DoorAnswer);
			reject(new StepFailed('The server stopped before it answered: look whether it was done.'));
		});
	});
}
