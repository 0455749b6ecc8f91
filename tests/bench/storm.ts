/**
 * Monday morning: 200 phones were away and return at once, each with 500 mutations, to one server with real rules and
 * `synchronous=FULL`. Until the last has its verdicts; what the server's process held at most; what was lost or doubled.
 */
import { readFileSync } from 'node:fs';
import { startFleet } from '../support/fleet.ts';
import { printValue } from './support/metrics.ts';
import { keptOf, returnFleet } from './support/returning-fleet.ts';

const PHONES = 200;
const EACH = 500;

const { app, fleet } = await startFleet(PHONES, 10);
try {
	const { ms, sent, accepted, turnedAway } = await returnFleet(app, fleet, EACH);
	// The kernel remembers the most, so that nothing falls between two looks.
	const most = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${app.pid}/status`, 'utf8'))![1];
	await app.stop();
	const { decided, effects } = keptOf(app.databaseFile);
	console.error(`${turnedAway} times a phone was asked to come again`);
	printValue('storm', 'drained', 's', ms / 1000, sent);
	printValue('storm', 'rss', 'MB', Number(most) / 1024);
	printValue('storm', 'lost', 'mutations', sent - decided, sent);
	printValue('storm', 'doubled', 'mutations', effects - accepted, accepted);
	if (decided !== sent || effects !== accepted) process.exitCode = 1;
} finally {
	await app.remove();
}
