// @ts-check
/**
 * `npm run verify`: the quality gate. Everything about the code that can be told without trying the product out; `npm test`
 * runs it first. Stops at the first kind of complaint and shows it whole.
 */
import { pathToFileURL } from 'node:url';
import { audit } from './audit.js';
import { build, checkNode, generate, install } from './checkout.js';
import { lockedLicenceFaults } from './licences.js';
import { run, step, StepFailed, stopWith } from './progress.js';
import { rulesWithoutTest } from './rule-tests.js';

const node = process.execPath;

/** @type {[label: string, args: string[]][]} in the order of what is cheapest to mend */
const CHECKS = [
	['formatting (prettier)', ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
	['lint and fences (eslint)', ['eslint/bin/eslint.js', '--max-warnings', '0', '.']],
	['types (svelte-check)', ['svelte-check/bin/svelte-check', '--fail-on-warnings', '--output', 'human']],
	['types of the service worker (tsc)', ['typescript/bin/tsc', '-p', 'tsconfig.worker.json']],
	['cycles and reachability (dependency-cruiser)', ['dependency-cruiser/bin/dependency-cruise.mjs', 'src']],
	['unused code and packages (knip)', ['knip/bin/knip.js']]
];

/** The rules about rules, for those who run `npm run verify` alone; `npm test` runs them among its tests. */
const RULE_TESTS = ['tests/fences.test.ts', 'tests/messages.test.ts', 'tests/lock-file.test.ts'];

/**
 * @param {{ withTests: boolean }} options
 * @throws {import('./progress.js').StepFailed} with the complaint
 */
export async function verify({ withTests }) {
	for (const [label, [bin, ...args]] of CHECKS) {
		await step(label, () => run(node, [`node_modules/${bin}`, ...args]));
	}
	await step('every rule has a test', () => {
		const bare = rulesWithoutTest(['src', 'tests']);
		if (bare.length > 0) throw new StepFailed(`No test names ${bare.join(', ')}.`);
	});
	if (withTests) {
		const args = ['vitest/vitest.mjs', 'run', '--project', 'node', ...RULE_TESTS];
		await step('fences bite, messages match, the lock file is whole', () =>
			run(node, [`node_modules/${args[0]}`, ...args.slice(1)])
		);
	}
	await step('licences', () => {
		const faults = lockedLicenceFaults();
		if (faults.length > 0) throw new StepFailed(faults.join('\n'));
	});
	const faults = audit(new Date().toISOString().slice(0, 10));
	if (faults === null) console.log('  - known weaknesses (npm audit): not run, no registry answered');
	else
		await step('known weaknesses (npm audit)', () => {
			if (faults.length > 0) throw new StepFailed(faults.join('\n'));
		});
	await step('migrations and schema agree', () =>
		run(node, ['--import', 'tsx', 'src/ops/main.ts', 'db-check', '--fresh'])
	);
	await build();
	await step('weight', () => run(node, ['--import', 'tsx', 'tests/bench/weight.ts', '--check']));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	try {
		checkNode();
		const sqlite = await install();
		await generate();
		await sqlite();
		await verify({ withTests: true });
		console.log('\nVerified.');
	} catch (error) {
		stopWith(error);
	}
}
