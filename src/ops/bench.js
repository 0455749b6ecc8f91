// @ts-check
/**
 * `npm run -s bench -- <name> [arguments]`: runs tests/bench/<name>.ts, which prints each metric as one JSON line on standard
 * output, last. Without a name it lists the benches there are. Knows nothing of what they measure.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const names = readdirSync('tests/bench')
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.slice(0, -3))
	.sort();
const [name, ...rest] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
	console.error(`Usage: npm run -s bench -- <name>\n\n${names.map((n) => `  ${n}`).join('\n')}`);
	process.exit(2);
}

const { status, signal } = spawnSync(process.execPath, ['--import', 'tsx', `tests/bench/${name}.ts`, ...rest], {
	stdio: 'inherit'
});
process.exit(status ?? (signal === null ? 1 : 130));
