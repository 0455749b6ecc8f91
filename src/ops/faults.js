// @ts-check
/**
 * `npm run faults -- <name>`: runs tests/faults/<name>.test.ts in its long form, 20 rounds unless `ROUNDS` says otherwise, and
 * prints what it counted as JSON lines, last. Without a name it runs all of them. Knows nothing of what they break.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const names = readdirSync('tests/faults')
	.filter((file) => file.endsWith('.test.ts'))
	.map((file) => file.slice(0, -'.test.ts'.length))
	.sort();
const [name] = process.argv.slice(2);

if (name !== undefined && !names.includes(name)) {
	console.error(`Usage: npm run faults [-- <name>]\n\n${names.map((n) => `  ${n}`).join('\n')}`);
	process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'escale-faults-'));
const report = join(scratch, 'report.jsonl');
const files = name === undefined ? ['tests/faults'] : [`tests/faults/${name}.test.ts`];
const { status } = spawnSync(
	process.execPath,
	['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', ...files],
	{
		stdio: 'inherit',
		env: { ROUNDS: '20', ...process.env, FAULTS_REPORT: report }
	}
);
if (existsSync(report)) process.stdout.write(readFileSync(report));
rmSync(scratch, { recursive: true, force: true });
process.exit(status ?? 130);
