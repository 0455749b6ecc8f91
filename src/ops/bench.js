// @ts-check
/**
 * `npm run -s bench -- <name> [arguments]`: runs tests/bench/<name>.ts, which prints each metric as one JSON line on standard
 * output, last. `all` runs every one, one after the other, and prints the metrics of all at the end; one that fails is named,
 * and the others still run. Without a name it lists the benches there are. Knows nothing of what they measure.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const names = readdirSync('tests/bench')
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.slice(0, -3))
	.sort();

/**
 * @param {string} name of a bench
 * @param {string[]} rest its arguments
 * @param {'inherit' | 'pipe'} output where its standard output goes
 */
const run = (name, rest, output) =>
	spawnSync(process.execPath, ['--import', 'tsx', `tests/bench/${name}.ts`, ...rest], {
		stdio: ['inherit', output, 'inherit'],
		encoding: 'utf8',
		maxBuffer: Infinity
	});

/** @returns the exit code: 1 when a bench failed, 130 when somebody interrupted one. */
function runAll() {
	/** @type {string[]} */
	const metrics = [];
	/** @type {string[]} */
	const failed = [];
	for (const name of names) {
		console.error(`── ${name}`);
		const { status, signal, stdout } = run(name, [], 'pipe');
		if (signal === 'SIGINT') return 130;
		for (const line of stdout.split('\n').filter((text) => text !== '')) {
			if (line.startsWith('{"bench":')) metrics.push(line);
			else console.error(line);
		}
		if (status !== 0) failed.push(name);
	}
	if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
	for (const line of metrics) console.log(line);
	return failed.length === 0 ? 0 : 1;
}

const [name, ...rest] = process.argv.slice(2);

if (name === 'all') process.exit(runAll());
if (name === undefined || !names.includes(name)) {
	console.error(`Usage: npm run -s bench -- <name>\n\n  all\n${names.map((n) => `  ${n}`).join('\n')}`);
	process.exit(2);
}

const { status, signal } = run(name, rest, 'inherit');
process.exit(status ?? (signal === null ? 1 : 130));
